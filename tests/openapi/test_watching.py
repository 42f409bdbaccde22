"""A sandbox that is watched: what its observer is told, and that a test fails in the end for what was said wrongly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.observing import Exchange
from tests.openapi import watching
from tests.openapi.checking import Checker
from tests.openapi.small import SMALL
from tests.openapi.watching import Watch, watched
from tests.sandbox.raw import calling, gateway


@dataclass
class Notes:
    exchanges: list[Exchange] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def exchanged(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def told(self, event: str, data: dict[str, Any]) -> None:
        self.events.append((event, data))


async def test_an_observer_is_told_each_request_with_its_response() -> None:
    notes = Notes()
    async with Sandbox(observer=notes) as sandbox, calling(sandbox) as api:
        answer = await api("GET", "/guilds/1?with_counts=true&a=b")
        await api("POST", "/channels/1/typing")

    first, second = notes.exchanges
    assert (first.method, first.path, first.query) == ("GET", "/guilds/1", (("with_counts", "true"), ("a", "b")))
    assert (first.sent_type, first.body, first.parts) == (None, None, ())
    assert (first.status, first.answer_type, orjson.loads(first.answer)) == (404, "application/json", answer.body)
    assert (second.method, second.status) == ("POST", 404)


async def test_an_observer_is_told_what_was_sent() -> None:
    notes = Notes()
    async with Sandbox(observer=notes) as sandbox, calling(sandbox) as api:
        path = f"{await api.channel()}/messages"
        sent = await api("POST", path, {"content": "one"})
        form = aiohttp.FormData()
        form.add_field("payload_json", orjson.dumps({"content": "two"}).decode(), content_type="application/json")
        form.add_field("files[0]", b"three", filename="three.txt")
        form.add_field("note", "four")
        await api("POST", path, data=form)
        await api("DELETE", f"{path}/{sent.body['id']}")

    json, multipart, deletion = notes.exchanges[-3:]
    assert (json.sent_type, json.body, json.parts) == ("application/json", {"content": "one"}, ())
    assert (multipart.sent_type, multipart.body) == ("multipart/form-data", {"content": "two"})
    assert multipart.parts == (("files[0]", ""), ("note", "four"))
    assert (deletion.status, deletion.sent_type, deletion.answer_type, deletion.answer) == (204, None, None, b"")


async def test_an_observer_is_told_the_events() -> None:
    notes = Notes()
    async with (
        Sandbox(observer=notes) as sandbox,
        gateway(sandbox) as line,
        Person.join(sandbox.url, "ada") as ada,
    ):
        await line.identify(sandbox.token)
        await line.until("READY")
        said = await ada.say("general", "hello @TinyLLM")
        await line.until("MESSAGE_CREATE")

    assert [name for name, _ in notes.events] == ["READY", "GUILD_CREATE", "MESSAGE_CREATE"]
    assert notes.events[-1][1]["id"] == str(said.id)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A description that has nothing of what a sandbox says, and calls everything wrong."""
    monkeypatch.setattr(watching, "_checker", lambda: Checker(SMALL, SMALL, {}))


async def test_every_sandbox_that_is_opened_meanwhile_is_watched(small: None) -> None:
    async def call() -> None:
        async with Sandbox() as sandbox, calling(sandbox) as api:
            assert (await api("GET", "/users/@me")).status == 200

    with pytest.raises(pytest.fail.Exception, match="GET /users/@me -> 200: it was served"), watched():
        await call()
    await call()


async def test_events_are_watched_too(small: None) -> None:
    async def connect() -> None:
        async with Sandbox() as sandbox, gateway(sandbox) as line:
            await line.identify(sandbox.token)
            await line.until("READY")

    with pytest.raises(pytest.fail.Exception, match="READY: Discord documents no such event"), watched():
        await connect()


async def test_nothing_is_watched_without_a_description(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_checker", lambda: None)
    with watched():
        async with Sandbox() as sandbox, calling(sandbox) as api:
            await api("GET", "/users/@me")
            assert sandbox._core.observer is None


@pytest.mark.parametrize(
    ("status", "every_request", "found"), [(200, False, 1), (400, False, 0), (400, True, 1), (503, True, 1)]
)
def test_a_request_should_be_right_where_it_was_accepted_or_where_every_one_should(
    status: int, every_request: bool, found: int
) -> None:
    watch = Watch(Checker(SMALL, SMALL, {}), every_request=every_request)
    answer = b"[]" if status == 200 else b'{"code":0,"message":"no"}'
    query = (("book", "x"),)
    watch.exchanged(Exchange("GET", "/sheets", query, None, None, (), status, "application/json", answer))
    watch.exchanged(Exchange("GET", "/sheets", query, None, None, (), status, "application/json", answer))

    assert len(watch.complaints()) == found
