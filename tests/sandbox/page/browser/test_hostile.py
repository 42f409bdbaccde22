"""Whatever people and bots write is text: it opens nothing, fetches nothing and runs nothing."""

import re

import discord
from playwright.async_api import expect

from sandbox import Sandbox
from sandbox.rules.messages import Draft
from tests.sandbox.bots import TryBot
from tests.sandbox.page.asking import channel_called
from tests.sandbox.page.browser.conftest import in_one_loop
from tests.sandbox.page.browser.looking import Look
from tests.sandbox.page.corpus import CORPUS

pytestmark = in_one_loop
# The sandbox reads no JSON with halves of surrogate pairs, so that nobody can say them.
SAID = [text for text in CORPUS if not re.search("[\ud800-\udfff]", text)]
SOME = [text[:1000] for text in SAID[::12]]
INERT = (
    "[...document.querySelectorAll('#log script, #log iframe, #log style, #log object, #log [style*=url], "
    "#log [onerror], #log [onload], #log [onclick]')].length"
)
LINKS = "[...document.querySelectorAll('#log a')].map(link => link.protocol).filter(each => !/^https?:$/.test(each))"


async def test_what_is_hostile_stays_text(bot: TryBot, sandbox: Sandbox, ada_looks: Look) -> None:
    place = channel_called(sandbox, "general")
    ben = next(user for user in sandbox._core.store.users.values() if user.name == "ben")
    for text in SAID:
        sandbox._core.posting.create(place, ben.id, Draft(content=text[:2000]))
    await expect(ada_looks.messages).to_have_count(len(SAID))
    assert await ada_looks.page.evaluate(INERT) == 0
    assert await ada_looks.page.evaluate(LINKS) == []
    wide = "document.getElementById('scroll').scrollWidth > document.getElementById('scroll').clientWidth"
    assert not await ada_looks.page.evaluate(wide)


async def test_what_a_hostile_bot_shows_stays_text(bot: TryBot, ada_looks: Look) -> None:
    channel = bot.guilds[0].text_channels[0]
    for text in SOME:
        embed = discord.Embed(title=text[:256], description=text).set_footer(text=text).set_author(name=text[:256])
        embed.add_field(name=text[:256], value=text[:1024]).set_image(url="https://evil.example/x.png")
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label=text[:80], custom_id=text[:100]))
        option = discord.SelectOption(label=text[:100], value=text[:100], description=text[:100])
        view.add_item(discord.ui.Select(placeholder=text[:150], options=[option]))
        await channel.send(embed=embed, view=view)
    await expect(ada_looks.messages).to_have_count(len(SOME))
    await ada_looks.last.locator(".select").click()
    await expect(ada_looks.page.get_by_role("option")).to_be_visible()
    assert await ada_looks.page.evaluate(INERT) == 0
    assert await ada_looks.page.evaluate(LINKS) == []


async def test_code_that_would_slip_in_has_nowhere_to_run(ada_looks: Look) -> None:
    """The policy alone: a page that made HTML of text by mistake is stopped by the browser."""
    refused = await ada_looks.page.evaluate(
        "() => { try { document.body.innerHTML = '<img src=x onerror=alert(1)>'; return false } catch { return true } }"
    )
    assert refused
    ada_looks.troubles.clear()  # the browser reports what it refused
