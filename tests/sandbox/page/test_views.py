"""Messages as the page gets them."""

import io

import discord
import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from tests.sandbox.bots import TryBot
from tests.sandbox.page.asking import Visitor, channel_called


async def last(visitor: Visitor) -> dict:
    return (await visitor.history())["messages"][-1]


def general(bot: TryBot, sandbox: Sandbox) -> discord.PartialMessageable:
    return bot.get_partial_messageable(channel_called(sandbox, "general").id)


async def test_a_message_says_who_wrote_it_and_whom_it_pings(
    ada: Person, ada_looks: Visitor, ben_looks: Visitor
) -> None:
    await ada.say("general", "@ben look")
    seen, own = await last(ben_looks), await last(ada_looks)
    assert (seen["author"]["name"], seen["author"]["bot"], seen["kind"]) == ("ada", False, "default")
    assert (seen["pings"], seen["mine"]) == (True, False)
    assert (own["pings"], own["mine"]) == (False, True)


async def test_a_reply_shows_a_line_of_what_it_answers_until_that_is_gone(
    ada: Person, ben: Person, ada_looks: Visitor
) -> None:
    said = await ada.say("general", "one\ntwo")
    await ben.say("general", "three", reply_to=said)
    reply = (await last(ada_looks))["reply"]
    assert (reply["author"]["name"], reply["line"], reply["pings"]) == ("ada", "one two", True)
    await ada.delete(said)
    assert (await last(ada_looks))["reply"] == {"id": str(said.id), "gone": True}


async def test_the_answer_to_a_command_says_who_used_it(bot: TryBot, ada: Person, ben_looks: Visitor) -> None:
    await ada.run("/model", "general", name="large")
    used = (await last(ben_looks))["used"]
    assert (used["by"]["name"], used["command"], used["slash"]) == ("ada", "model", True)
    said = await ada.say("general", "hello")
    await ada.run_on(said, "Ask about this")
    used = (await last(ben_looks))["used"]
    assert (used["command"], used["slash"]) == ("Ask about this", False)


async def test_files_are_shown_once_wherever_a_message_shows_them(
    bot: TryBot, sandbox: Sandbox, ada_looks: Visitor
) -> None:
    picture = discord.File(io.BytesIO(b"\x89PNG\r\n\x1a\n"), "pic.png")
    await general(bot, sandbox).send(
        embed=discord.Embed(title="x")
        .set_image(url="attachment://pic.png")
        .set_thumbnail(url="https://example.com/y.png"),
        files=[picture, discord.File(io.BytesIO(b"x"), "SPOILER_notes.txt")],
    )
    seen = await last(ada_looks)
    (embed,) = seen["embeds"]
    assert (embed["image"]["local"], embed["image"]["image"]) == (True, True)
    assert embed["thumbnail"] == {"local": False, "url": "https://example.com/y.png", "host": "example.com"}
    (notes,) = seen["attachments"]
    assert (notes["name"], notes["image"], notes["spoiler"], notes["size"]) == ("SPOILER_notes.txt", False, True, 1)
    response = await ada_looks.get(embed["image"]["url"])
    assert (response.status, await response.read()) == (200, b"\x89PNG\r\n\x1a\n")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "http://[", "file:///etc/passwd"])
async def test_only_pages_are_linked(bot: TryBot, sandbox: Sandbox, ada_looks: Visitor, url: str) -> None:
    channel = channel_called(sandbox, "general")
    message = await general(bot, sandbox).send(embed=discord.Embed(title="x", description="y"))
    kept = sandbox._core.store.message(channel.id, message.id)
    assert kept is not None
    kept.embeds[0] |= {"url": url, "image": {"url": url}, "author": {"name": "a", "url": url}}
    kept.components = [{"type": 2, "id": 2, "style": 5, "label": "go", "url": url}]
    seen = await last(ada_looks)
    (embed,) = seen["embeds"]
    assert (embed["url"], embed["image"], embed["author"]["url"]) == (None, None, None)
    assert seen["components"][0]["url"] is None


async def test_layouts_are_given_with_rendered_text(bot: TryBot, sandbox: Sandbox, ada_looks: Visitor) -> None:
    view = discord.ui.LayoutView()
    button: discord.ui.Button = discord.ui.Button(label="go")
    view.add_item(discord.ui.Container(discord.ui.Section("<b>", accessory=button), accent_colour=0x00FF00))
    await general(bot, sandbox).send(view=view)
    (container,) = (await last(ada_looks))["components"]
    (section,) = container["components"]
    assert container["accent"] == "#00ff00"
    assert section["components"][0]["html"] == "&lt;b&gt;"
    assert section["accessory"]["label"] == "go"
