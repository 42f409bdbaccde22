"""Who is pinged, on every path that a message can take."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.permissions import Permission
from tests.sandbox.raw import Api, calling, gateway
from tests.sandbox.worlds import able, forbid

NOBODY: dict[str, Any] = {"mentions": [], "roles": 0, "everyone": False}


@dataclass
class Place:
    """A sandbox in which a text can mention ada, the managers and everybody."""

    sandbox: Sandbox
    api: Api
    ada: str
    managers: str

    @property
    def text(self) -> str:
        return f"<@{self.ada}> <@&{self.managers}> @here"

    async def create(self, allowed: Any, content: str = "") -> dict[str, Any]:
        body = {"content": content or self.text, "allowed_mentions": allowed}
        return _pinged((await self.api("POST", f"{await self.api.channel()}/messages", body)).body)

    async def edit(self, allowed: Any) -> dict[str, Any]:
        """After a message that pings nobody."""
        path = f"{await self.api.channel()}/messages"
        sent = (await self.api("POST", path, {"content": "x"})).body
        body = {"content": self.text, "allowed_mentions": allowed}
        return _pinged((await self.api("PATCH", f"{path}/{sent['id']}", body)).body)

    async def webhook(self, allowed: Any) -> dict[str, Any]:
        body = {"content": self.text, "allowed_mentions": allowed}
        return _pinged((await self.api("POST", f"{await self._hook()}?wait=true", body)).body)

    async def webhook_edit(self, allowed: Any) -> dict[str, Any]:
        path = await self._hook()
        sent = (await self.api("POST", f"{path}?wait=true", {"content": "x"})).body
        body = {"content": self.text, "allowed_mentions": allowed}
        return _pinged((await self.api("PATCH", f"{path}/messages/{sent['id']}", body)).body)

    async def _hook(self) -> str:
        made = (await self.api("POST", f"{await self.api.channel()}/webhooks", {"name": "w"})).body
        return f"/webhooks/{made['id']}/{made['token']}"

    async def interaction(self, allowed: Any) -> dict[str, Any]:
        """A first response and a follow-up, which must be the same."""
        command = {"name": "hey", "description": "d"}
        await self.api("POST", f"{await self.api.application()}/commands", command)
        async with gateway(self.sandbox) as line:
            await line.identify(self.sandbox.token, intents=0)
            await line.until("READY")
            url = f"{self.sandbox.url}/sandbox/people/ada/commands"
            async with self.api.http.post(url, json={"command": "hey", "channel": "general"}):
                asked = (await line.until("INTERACTION_CREATE"))["d"]
        data = {"content": self.text, "allowed_mentions": allowed}
        callback = f"/interactions/{asked['id']}/{asked['token']}/callback?with_response=true"
        first = (await self.api("POST", callback, {"type": 4, "data": data})).body["resource"]["message"]
        followed = (await self.api("POST", f"/webhooks/{asked['application_id']}/{asked['token']}", data)).body
        assert _pinged(first) == _pinged(followed)
        return _pinged(followed)


def _pinged(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "mentions": [user["username"] for user in message["mentions"]],
        "roles": len(message["mention_roles"]),
        "everyone": message["mention_everyone"],
    }


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(
        clock=clock, limits=False, world=able(Permission.MANAGE_WEBHOOKS, Permission.MANAGE_ROLES)
    ) as opened:
        yield opened


@pytest.fixture
async def place(sandbox: Sandbox) -> AsyncIterator[Place]:
    async with calling(sandbox) as api:
        ada = (await api("GET", "/applications/@me")).body["owner"]["id"]
        roles = (await api("GET", f"/guilds/{await api.guild_id()}/roles")).body
        managers = next(role["id"] for role in roles if role["name"] == "managers")
        yield Place(sandbox, api, ada, managers)


PLAIN, BY_TOKEN = ["create", "edit"], ["webhook", "webhook_edit", "interaction"]


@pytest.mark.parametrize("path", [*PLAIN, *BY_TOKEN])
async def test_left_out_everything_pings_or_only_users(place: Place, path: str) -> None:
    """In ordinary messages all, in those that are written with a token only users: so Discord documents it."""
    everything = {"mentions": ["ada"], "roles": 1, "everyone": True}
    assert await getattr(place, path)(None) == (everything if path in PLAIN else {**NOBODY, "mentions": ["ada"]})


@pytest.mark.parametrize("path", [*PLAIN, *BY_TOKEN])
@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ({"parse": []}, NOBODY),
        ({}, NOBODY),
        ({"parse": ["roles"]}, {**NOBODY, "roles": 1}),
        ({"parse": ["everyone"]}, {**NOBODY, "everyone": True}),
        ({"parse": ["users", "everyone"]}, {**NOBODY, "mentions": ["ada"], "everyone": True}),
        ({"users": ["1"]}, NOBODY),
    ],
    ids=str,
)
async def test_what_is_allowed_is_what_pings(place: Place, path: str, allowed: Any, expected: Any) -> None:
    assert await getattr(place, path)(allowed) == expected


async def test_listed_users_and_roles_ping_and_no_others(place: Place) -> None:
    allowed = {"users": [place.ada], "roles": [place.managers]}
    assert await place.create(allowed) == {"mentions": ["ada"], "roles": 1, "everyone": False}
    assert await place.create(allowed, content="nobody is in the text") == NOBODY


async def test_without_the_permission_only_mentionable_roles_ping(place: Place) -> None:
    await forbid(place.sandbox, Permission.MENTION_EVERYONE)
    assert await place.create(None) == {**NOBODY, "mentions": ["ada"]}
    guild = await place.api.guild_id()
    await place.api("PATCH", f"/guilds/{guild}/roles/{place.managers}", {"mentionable": True})
    assert await place.create(None) == {**NOBODY, "mentions": ["ada"], "roles": 1}
    everyone_as_a_role = f"<@&{guild}>"
    assert await place.create(None, content=everyone_as_a_role) == NOBODY


async def test_in_a_message_of_components_their_texts_mention(place: Place) -> None:
    components = [{"type": 10, "content": place.text}]
    body = {"components": components, "flags": 1 << 15, "allowed_mentions": {"parse": ["users"]}}
    path = f"{await place.api.channel()}/messages"
    sent = (await place.api("POST", path, body)).body
    assert _pinged(sent) == {**NOBODY, "mentions": ["ada"]}
    changed = (await place.api("PATCH", f"{path}/{sent['id']}", {"components": components})).body
    assert _pinged(changed)["everyone"] is True


async def test_an_edit_of_something_else_leaves_the_mentions(place: Place) -> None:
    path = f"{await place.api.channel()}/messages"
    sent = (await place.api("POST", path, {"content": place.text, "allowed_mentions": {"parse": []}})).body
    edited = (await place.api("PATCH", f"{path}/{sent['id']}", {"embeds": [{"title": "t"}]})).body
    assert _pinged(edited) == NOBODY


@pytest.mark.parametrize(
    ("allowed", "pinged"), [(None, ["ada"]), ({"parse": []}, []), ({"replied_user": True}, ["ada"])]
)
async def test_a_reply_pings_whom_it_answers_unless_that_is_forbidden(
    place: Place, allowed: Any, pinged: list[str]
) -> None:
    async with Person.join(place.sandbox.url, "ada") as ada:
        said = await ada.say("general", "hello")
    body = {"content": "yes", "message_reference": {"message_id": str(said.id)}, "allowed_mentions": allowed}
    sent = (await place.api("POST", f"{await place.api.channel()}/messages", body)).body
    assert _pinged(sent)["mentions"] == pinged


async def test_a_persons_edit_pings_whom_it_answers_only_if_the_message_did(place: Place) -> None:
    await place.create(None, content="hello")
    async with Person.join(place.sandbox.url, "ben") as ben:
        (sent,) = await ben.history("general")
        for ping, expected in ((False, ()), (True, ("TinyLLM",))):
            said = await ben.say("general", "yes", reply_to=sent, ping=ping)
            assert (await ben.edit(said, "no")).mentions == expected
