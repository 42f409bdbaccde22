"""Which events a bot hears, and which words it is shown."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox import WORKSHOP, ManualClock, Sandbox
from sandbox.actor import Person as Actor
from sandbox.gateway.intents import Intent
from sandbox.permissions import Permission
from tests.sandbox.raw import Gateway, calling, gateway

MESSAGES_TOLD = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE")
MESSAGES = Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES


async def _next_message(line: Gateway) -> dict[str, Any]:
    message: dict[str, Any] = (await line.until("MESSAGE_CREATE"))["d"]
    return message


@pytest.mark.parametrize(
    ("channel", "text", "enabled", "shown"),
    [
        pytest.param("general", "hello all", False, False, id="guild message"),
        pytest.param("general", "hello @TinyLLM", False, True, id="mention"),
        pytest.param("general", "hello `@TinyLLM`", False, False, id="mention in code"),
        pytest.param("general", "hello @ben", False, False, id="mention of another"),
        pytest.param("general", "hello @everyone", False, False, id="everyone"),
        pytest.param("ideas", "hello all", False, False, id="thread message"),
        pytest.param("@TinyLLM", "hello", False, True, id="direct message"),
        pytest.param("general", "hello all", True, True, id="guild message with the intent"),
    ],
)
async def test_content_is_hidden_by_discords_rule(
    clock: ManualClock, channel: str, text: str, enabled: bool, shown: bool
) -> None:
    privileged = Intent.MESSAGE_CONTENT if enabled else 0
    async with (
        Sandbox(clock=clock, privileged_intents=privileged) as sandbox,
        gateway(sandbox) as line,
        Actor.join(sandbox.url, "ada") as ada,
    ):
        await line.identify(sandbox.token, intents=MESSAGES | privileged)
        await line.until("READY")
        said = await ada.say(channel, text)
        heard = await _next_message(line)
        assert (heard["content"] == said.content) is shown
        assert bool(heard["content"]) is shown
        async with calling(sandbox) as api:
            fetched = await api("GET", f"/channels/{heard['channel_id']}/messages/{heard['id']}")
        assert fetched.body["content"] == heard["content"]


async def test_the_bots_own_messages_and_replies_to_it_are_shown(sandbox: Sandbox, ada: Actor) -> None:
    async with gateway(sandbox) as line, calling(sandbox) as api:
        await line.identify(sandbox.token, intents=MESSAGES)
        await line.until("READY")
        await api("POST", f"{await api.channel()}/messages", {"content": "mine"})
        assert (await _next_message(line))["content"] == "mine"
        mine = (await ada.history("general"))[0]
        await ada.say("general", "loud answer", reply_to=mine)
        loud = await _next_message(line)
        assert (loud["content"], loud["type"]) == ("loud answer", 19)
        await ada.say("general", "soft answer", reply_to=mine, ping=False)
        soft = await _next_message(line)
        assert (soft["content"], soft["referenced_message"]["content"]) == ("", "mine")


async def test_a_hidden_message_stays_hidden_when_it_is_quoted(sandbox: Sandbox, ada: Actor) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=MESSAGES)
        await line.until("READY")
        secret = await ada.say("general", "secret")
        await _next_message(line)
        await ada.say("general", "@TinyLLM what is this?", reply_to=secret)
        heard = await _next_message(line)
    assert heard["content"].endswith("what is this?")
    assert heard["referenced_message"]["content"] == ""


async def test_an_edit_is_hidden_by_the_same_rule(sandbox: Sandbox, ada: Actor) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, MESSAGES)
        said = await ada.say("general", "hello")
        await _next_message(line)
        shown: list[str] = []
        for text in ("hello all", "hello @TinyLLM", "hello again"):
            await ada.edit(said, text)
            shown.append((await line.until("MESSAGE_UPDATE"))["d"]["content"])
    assert [bool(content) for content in shown] == [False, True, False]


@pytest.mark.parametrize(
    ("intents", "heard"),
    [
        (Intent.GUILD_MESSAGES, ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]),
        (Intent.DIRECT_MESSAGES, ["MESSAGE_CREATE"]),
        (Intent.GUILD_MESSAGE_TYPING, ["TYPING_START"]),
        (Intent.DIRECT_MESSAGE_TYPING, ["TYPING_START"]),
        (Intent.GUILDS, ["GUILD_CREATE"]),
        (0, []),
    ],
    ids=str,
)
async def test_events_are_filtered_by_intents(sandbox: Sandbox, ada: Actor, intents: int, heard: list[str]) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=intents)
        await line.until("READY")
        said = await ada.say("general", "hello")
        await ada.edit(said, "hello!")
        await ada.delete(said)
        await ada.say("@TinyLLM", "psst")
        await ada.type("general")
        await ada.type("@TinyLLM")
        assert [event.name for event in sandbox.events_sent] == ["READY", *heard]


@pytest.mark.parametrize(
    ("intents", "heard"),
    [
        pytest.param(
            Intent.GUILDS,
            [
                "GUILD_CREATE",
                "CHANNEL_CREATE",
                "THREAD_CREATE",
                "THREAD_CREATE",
                "THREAD_MEMBERS_UPDATE",
                "THREAD_UPDATE",
                "THREAD_DELETE",
                "GUILD_MEMBER_UPDATE",
                "CHANNEL_DELETE",
            ],
            id="guilds",
        ),
        pytest.param(
            Intent.GUILD_MEMBERS,
            [
                "THREAD_MEMBERS_UPDATE",
                "GUILD_MEMBER_UPDATE",
                "GUILD_MEMBER_UPDATE",
                "GUILD_MEMBER_REMOVE",
                "GUILD_MEMBER_ADD",
                "GUILD_MEMBER_REMOVE",
            ],
            id="members",
        ),
        pytest.param(
            Intent.GUILD_MODERATION, ["GUILD_MEMBER_UPDATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"], id="moderation"
        ),
        pytest.param(0, ["GUILD_MEMBER_UPDATE"], id="none"),
    ],
)
async def test_what_happens_in_a_guild_is_filtered_by_intents(
    clock: ManualClock, intents: int, heard: list[str]
) -> None:
    """Of itself, a bot hears in any case."""
    world = replace(WORKSHOP, bot_permissions=int(Permission.ADMINISTRATOR))
    async with (
        Sandbox(clock=clock, world=world, privileged_intents=int(Intent.GUILD_MEMBERS)) as sandbox,
        gateway(sandbox) as line,
        Actor.join(sandbox.url, "ada") as ada,
        Actor.join(sandbox.url, "ben") as ben,
    ):
        await line.identify(sandbox.token, intents=intents)
        await line.until("READY")
        made = await ada.create_channel("Workshop", "a")
        thread = await ada.create_thread(made, "b", private=True)
        await ada.bring_into_thread(thread, "TinyLLM")
        await ada.archive_thread(thread)
        await ada.delete_thread(thread)
        await ada.set_nick("Workshop", "Tiny", of="TinyLLM")
        await ada.give_role("Workshop", "ben", "managers")
        await ada.delete_channel(made)
        await ada.kick("Workshop", "ben")
        await ben.join_guild("Workshop")
        await ada.ban("Workshop", "ben")
        await ada.unban("Workshop", "ben")
        told = [event.name for event in sandbox.events_sent]
        shown = [name for name in told[1:] if name not in ("GUILD_AUDIT_LOG_ENTRY_CREATE", *MESSAGES_TOLD)]
    assert shown == heard


async def test_a_hidden_message_stays_hidden_at_the_beginning_of_a_thread(sandbox: Sandbox, ada: Actor) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=MESSAGES)
        await line.until("READY")
        secret = await ada.say("general", "secret")
        await ada.create_thread(secret, "about it")
        while (started := await _next_message(line))["type"] != 21:
            pass
    assert started["message_reference"]["message_id"] == started["referenced_message"]["id"] == str(secret.id)
    assert started["referenced_message"]["content"] == ""
