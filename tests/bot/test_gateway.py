"""What an independent Discord may send: events as discord.py's own parsers get them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from bot.gateway import forgive_odd_events, stay_connected
from bot.places import scope_of, surroundings_of
from bot.questions import is_for, question

ME, ANN, GUILD, CHANNEL = 1, 7, 9, 5


class Listening(discord.Client):
    """Keeps what it hears."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True))
        forgive_odd_events(self)
        self.messages_heard: list[discord.Message] = []
        self.interactions: list[discord.Interaction[Any]] = []
        self._connection.user = discord.ClientUser(state=self._connection, data=user(ME, "TinyLLM"))  # type: ignore[arg-type]

    def dispatch(self, event: str, /, *arguments: Any, **_: Any) -> None:
        if event == "message":
            self.messages_heard.append(arguments[0])
        if event == "interaction":
            self.interactions.append(arguments[0])

    def hear(self, name: str, data: dict[str, Any]) -> None:
        """As if the gateway had sent it."""
        self._connection.parsers[name](data)

    def message(self, **changes: Any) -> discord.Message:
        self.hear("MESSAGE_CREATE", message(**changes))
        return self.messages_heard[-1]


@pytest.fixture
async def client() -> AsyncIterator[Listening]:
    async with Listening() as opened:
        yield opened


def user(user_id: int, name: str, **changes: Any) -> dict[str, Any]:
    return {"id": str(user_id), "username": name, "discriminator": "0", "avatar": None, "global_name": None, **changes}


def message(**changes: Any) -> dict[str, Any]:
    """A message in a channel of a guild that Discord has not described."""
    return {
        "id": "100",
        "channel_id": str(CHANNEL),
        "guild_id": str(GUILD),
        "author": user(ANN, "ann"),
        "content": f"<@{ME}> hello",
        "timestamp": "2026-11-23T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [user(ME, "TinyLLM", bot=True)],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "pinned": False,
        "type": 0,
        **changes,
    }


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("MESSAGE_UPDATE", {"id": "1", "channel_id": "2", "embeds": []}, id="a partial message"),
        pytest.param("GUILD_CREATE", {}, id="nothing at all"),
        pytest.param("INTERACTION_CREATE", {"id": "1"}, id="half an interaction"),
    ],
)
def test_an_event_that_cannot_be_read_is_logged_and_passed_over(
    client: Listening, caplog: pytest.LogCaptureFixture, name: str, data: dict[str, Any]
) -> None:
    client.hear(name, data)

    assert f"an event {name} of Discord cannot be read" in caplog.text


def test_an_unreadable_ready_is_not_passed_over(client: Listening) -> None:
    with pytest.raises(KeyError):
        client.hear("READY", {})


@pytest.mark.parametrize("guild", [None, GUILD])
def test_an_interaction_with_only_the_id_of_its_channel_knows_its_scope(client: Listening, guild: int | None) -> None:
    data = {
        "id": "1",
        "application_id": str(ME),
        "type": 2,
        "token": "t",
        "version": 1,
        "channel_id": str(CHANNEL),
        "attachment_size_limit": 1,
        "data": {"id": "3", "name": "model", "type": 1},
    }
    if guild is None:
        data["user"] = user(ANN, "ann")
    else:
        data["guild_id"] = str(guild)
        data["member"] = {"user": user(ANN, "ann"), "roles": [], "joined_at": None, "flags": 0, "permissions": "0"}
    client.hear("INTERACTION_CREATE", data)

    scope = scope_of(client.interactions[0])
    assert scope.key == f"channel:{CHANNEL}"
    assert (scope.guild is not None) == (guild is not None)


def test_a_message_of_a_guild_that_is_not_described_yet_is_in_that_guild(client: Listening) -> None:
    heard = client.message()
    assert client.user is not None

    assert is_for(heard, client.user)
    assert question(heard, client.user) == "hello"
    scope = scope_of(heard)
    assert [each.key for each in scope.chain] == [f"channel:{CHANNEL}", f"guild:{GUILD}", "everywhere"]


def test_a_guild_that_is_known_and_unavailable_has_no_name_for_us(client: Listening) -> None:
    client.hear("GUILD_CREATE", {"id": str(GUILD), "unavailable": True})
    client._connection._get_or_create_unavailable_guild(GUILD)
    client._connection._add_guild(client._connection._get_or_create_unavailable_guild(GUILD))
    heard = client.message()
    assert client.user is not None
    assert heard.guild is not None
    assert heard.guild.me is None

    assert surroundings_of(heard, client.user).bot == "TinyLLM"


@pytest.mark.parametrize(
    ("changes", "answered"),
    [
        pytest.param({}, True, id="a mention"),
        pytest.param({"type": 19}, True, id="a mention in a reply"),
        pytest.param({"mentions": []}, False, id="no mention"),
        pytest.param({"mentions": [user(8, "ben")]}, False, id="a mention of somebody else"),
        pytest.param({"mentions": [], "mention_everyone": True}, False, id="everyone"),
        pytest.param({"guild_id": None, "mentions": []}, True, id="a direct message"),
        pytest.param({"author": user(8, "other", bot=True)}, False, id="a bot"),
        pytest.param({"webhook_id": "8"}, False, id="a webhook"),
        pytest.param({"type": 6}, False, id="Discord telling of a pin"),
    ],
)
def test_who_is_answered(client: Listening, changes: dict[str, Any], answered: bool) -> None:
    data = {name: value for name, value in message(**changes).items() if value is not None}
    client.hear("MESSAGE_CREATE", data)
    assert client.user is not None

    assert is_for(client.messages_heard[-1], client.user) is answered


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(f"<@{ME}> hello", "hello", id="in front"),
        pytest.param(f"<@!{ME}>hello", "hello", id="the older form"),
        pytest.param(f"hello <@{ME}>", "hello", id="at the end"),
        pytest.param(f"ask <@{ME}> nicely", "ask @TinyLLM nicely", id="in the middle"),
        pytest.param(f"<@{ME}>", "", id="nothing else"),
        pytest.param(f"<@{ME}> <@8> and <@99>", "@ben and @somebody", id="others"),
        pytest.param(f"<@{ME}> <@&3> <#4> <a:wave:5>", "@some role #some channel :wave:", id="what is unknown"),
        pytest.param(f"<@{ME}> a < b > c <@x>", "a < b > c <@x>", id="no mention at all"),
    ],
)
def test_what_is_said_has_names_in_the_place_of_mentions(client: Listening, content: str, said: str) -> None:
    heard = client.message(content=content, mentions=[user(ME, "TinyLLM"), user(8, "ben")])
    assert client.user is not None

    assert question(heard, client.user) == said


async def test_an_error_of_ours_in_a_connection_is_not_taken_for_a_failed_one(client: Listening) -> None:
    class Broken(Listening):
        async def connect(self, *, reconnect: bool = True) -> None:
            self.ws = object()  # type: ignore[assignment]
            raise AttributeError("ours")

    with pytest.raises(AttributeError, match="ours"):
        await stay_connected(Broken())
