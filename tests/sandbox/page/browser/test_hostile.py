"""Whatever people and bots write is text: it opens nothing, fetches nothing and runs nothing."""

import discord
from playwright.async_api import expect

from tests.sandbox.bots import TryBot
from tests.sandbox.page.browser.conftest import in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><iframe src=https://evil.example></iframe>',
    "[go](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "<style>@import url(https://evil.example)</style>",
    "```html\n<script>alert(1)</script>\n```",
    "<@1><script>alert(1)</script>",
    "${alert(1)} {{alert(1)}}",
)
INERT = (
    "[...document.querySelectorAll('#log script, #log iframe, #log style, #log object, #log [style*=url], "
    "#log [onerror], #log [onload], #log [onclick]')].length"
)


async def test_what_is_hostile_stays_text(bot: TryBot, ada_looks: Look) -> None:
    for text in HOSTILE:
        await ada_looks.say(text)
    await expect(ada_looks.messages).to_have_count(len(HOSTILE))
    assert await ada_looks.page.evaluate(INERT) == 0
    assert await ada_looks.page.locator("#log a[href^=javascript]").count() == 0


async def test_what_a_hostile_bot_shows_stays_text(bot: TryBot, ada_looks: Look) -> None:
    channel = bot.guilds[0].text_channels[0]
    for text in HOSTILE:
        embed = discord.Embed(title=text, description=text).set_footer(text=text).set_author(name=text)
        embed.add_field(name=text, value=text).set_image(url="https://evil.example/x.png")
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label=text[:80], custom_id=text[:100]))
        option = discord.SelectOption(label=text[:100], value=text[:100], description=text[:100])
        view.add_item(discord.ui.Select(placeholder=text[:150], options=[option]))
        await channel.send(embed=embed, view=view)
    await expect(ada_looks.messages).to_have_count(len(HOSTILE))
    await ada_looks.last.locator(".select").click()
    await expect(ada_looks.page.get_by_role("option")).to_be_visible()
    assert await ada_looks.page.evaluate(INERT) == 0


async def test_code_that_would_slip_in_has_nowhere_to_run(ada_looks: Look) -> None:
    """The policy alone: a page that made HTML of text by mistake is stopped by the browser."""
    refused = await ada_looks.page.evaluate(
        "() => { try { document.body.innerHTML = '<img src=x onerror=alert(1)>'; return false } catch { return true } }"
    )
    assert refused
    ada_looks.troubles.clear()  # the browser reports what it refused
