"""Texts as the page gets them: rendered, with the names that whoever looks knows."""

import discord
import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.permissions import Permission
from tests.sandbox.bots import TryBot
from tests.sandbox.page.asking import Visitor, channel_called
from tests.sandbox.worlds import forbid


def mention(classes: str, sign: str, name: str, identifier: int, more: str = "") -> str:
    return f'<span class="mention {classes}" data-id="{identifier}"{more}>{sign}<bdi>{name}</bdi></span>'


async def html(visitor: Visitor) -> str:
    return (await visitor.history())["messages"][-1]["html"]


async def test_people_are_called_by_name_and_know_when_they_are_meant(
    sandbox: Sandbox, ada: Person, ada_looks: Visitor, ben_looks: Visitor
) -> None:
    await ada.say("general", "@ben **<@1>**")

    who = next(user.id for user in sandbox._core.store.users.values() if user.name == "ben")
    unknown = f"<strong>{mention('user unknown', '@', 'unknown-user', 1)}</strong>"
    assert await html(ada_looks) == f"{mention('user', '@', 'ben', who)} {unknown}"
    assert await html(ben_looks) == f"{mention('user own', '@', 'ben', who)} {unknown}"


async def test_roles_have_names_and_those_of_a_member_are_their_own(
    sandbox: Sandbox, ada: Person, cleo: Person, ada_looks: Visitor
) -> None:
    guild = sandbox._core.store.guild_of(channel_called(sandbox, "general"))
    assert guild is not None
    role = next(role for role in guild.roles.values() if role.name == "managers")
    await cleo.say("general", f"<@&{role.id}>")

    assert await html(ada_looks) == mention("role", "@", "managers", role.id)
    assert await html(Visitor(sandbox, ada_looks.http, "cleo")) == mention("role own", "@", "managers", role.id)


async def test_a_channel_is_named_only_to_those_who_see_it(
    sandbox: Sandbox, ada: Person, ada_looks: Visitor, ben_looks: Visitor
) -> None:
    channel = channel_called(sandbox, "random")
    await forbid(sandbox, Permission.VIEW_CHANNEL, channel="random", everyone=True)
    await ada.say("general", f"<#{channel.id}>")

    assert await html(ada_looks) == mention("channel", "#", "random", channel.id)
    assert await html(ben_looks) == mention("channel unknown", "#", "unknown", channel.id)


@pytest.mark.parametrize(("zone", "shown"), [("", "12:00 AM"), ("Europe/Berlin", "1:00 AM"), ("nonsense", "12:00 AM")])
async def test_times_are_those_of_the_browser(ada: Person, ada_looks: Visitor, zone: str, shown: str) -> None:
    await ada.say("general", "<t:0:t>")
    answer = await ada_looks.history(query=f"zone={zone}")

    assert f">{shown}</time>" in answer["messages"][-1]["html"]


async def test_embeds_are_rendered_part_by_part(bot: TryBot, sandbox: Sandbox, ada_looks: Visitor) -> None:
    embed = discord.Embed(title="**a** <@1>", description="# b").add_field(name="*c*", value="> d")
    await bot.get_partial_messageable(channel_called(sandbox, "general").id).send(embed=embed)
    shown = (await ada_looks.history())["messages"][-1]["embeds"][0]

    assert shown["title"] == "<strong>a</strong> &lt;@1&gt;"
    assert shown["description"] == "<h1>b</h1>"
    assert (shown["fields"][0]["name"], shown["fields"][0]["value"]) == ("<em>c</em>", "<blockquote>d</blockquote>")


async def test_a_reply_shows_what_it_answers_without_marks(ada: Person, ben: Person, ben_looks: Visitor) -> None:
    said = await ada.say("general", "**a** @ben\n> b ||c||")
    await ben.say("general", "d", reply_to=said)

    assert (await ben_looks.history())["messages"][-1]["reply"]["line"] == "a @ben b █"
