"""Faults of the gateway as another process asks for them."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.control.gateway_faults import BEGIN, UNDO
from sandbox.gateway.intents import Intent
from tests.sandbox.raw import connecting, gateway

PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"
Ask = Callable[..., Awaitable[tuple[int, Any]]]
HEARD = Intent.GUILDS | Intent.GUILD_MESSAGES


@pytest.fixture
async def ask(sandbox: Sandbox) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession() as http:

        async def call(method: str, fault: str = "", **body: object) -> tuple[int, Any]:
            url = f"{sandbox.url}/sandbox/faults/gateway{fault and '/'}{fault}"
            async with http.request(method, url, json=body) as response:
                return response.status, await response.json()

        yield call


@pytest.mark.parametrize(
    ("fault", "body", "said"),
    [
        ("drop", {}, {"closed": 1006}),
        ("close", {}, {"closed": 4000}),
        ("close", {"code": 4013, "shard": 0}, {"closed": 4013}),
        ("time-out", {}, {"closed": 4009}),
        ("reconnect", {}, {"op": 7, "d": None}),
        ("heartbeat", {}, {"op": 1, "d": None}),
        ("invalidate", {}, {"op": 9, "d": False}),
        ("invalidate", {"resumable": True}, {"op": 9, "d": True}),
        ("outage", {"guild": "Workshop"}, {"op": 0, "t": "GUILD_DELETE"}),
    ],
)
async def test_what_happens_at_once(
    sandbox: Sandbox, ask: Ask, fault: str, body: dict[str, object], said: dict[str, object]
) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        assert await ask("POST", fault, **body) == (200, {})
        assert said.items() <= (await line.next()).items()


async def test_what_lasts_is_undone(sandbox: Sandbox, ask: Ask, ada: Person, clock: ManualClock) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        await ask("POST", "deaf")
        await line.say(1)
        await ask("DELETE", "deaf")
        await ask("POST", "hold")
        await ada.say("general", "one")
        assert await line.quiet()
        await ask("DELETE", "hold")
        assert (await line.next())["s"] == 3
        await ask("POST", "delay", seconds=0.5)
        await ada.say("general", "two")
        assert await line.quiet()
        clock.move(0.5)
        assert (await line.next())["s"] == 4
        await ask("DELETE", "delay")
        await ask("POST", "lose")
        await ask("POST", "double", events=2)
        for text in ("three", "four"):
            await ada.say("general", text)
        await ask("POST", "lose", events=5)
        await ask("DELETE", "lose")
        await ask("DELETE", "double")
        await ada.say("general", "five")
        assert [(await line.next())["s"] for _ in range(3)] == [6, 6, 7]


async def test_connections_are_refused_until_everything_is_cleared(sandbox: Sandbox, ask: Ask) -> None:
    await ask("POST", "refuse", status=502)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with connecting(sandbox):
            pass
    assert refused.value.status == 502
    assert await ask("DELETE") == (200, {})
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token))["session_id"]
        await ask("POST", "forget")
        await line.socket.close(code=4000)
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert (await line.next())["op"] == 9


@pytest.mark.parametrize(
    ("method", "fault", "body", "sentence"),
    [
        ("POST", "earthquake", {}, "earthquake is none of"),
        ("DELETE", "drop", {}, "drop is none of"),
        ("POST", "close", {"code": "soon"}, "code is a whole number, not 'soon'"),
        ("POST", "close", {"code": 70000}, "70000 is no close code"),
        ("POST", "refuse", {"status": 200}, "200 is no status of a refusal"),
        ("POST", "lose", {"events": 1.5}, "events is a whole number"),
        ("POST", "delay", {"seconds": "long"}, "seconds are a number"),
        ("POST", "delay", {}, "does not say 'seconds'"),
        ("POST", "delay", {"seconds": -1}, "cannot be delayed by -1 seconds"),
        ("POST", "outage", {"guild": "Nowhere"}, "there is no guild Nowhere"),
    ],
)
async def test_what_cannot_be_done_is_said(
    ask: Ask, method: str, fault: str, body: dict[str, object], sentence: str
) -> None:
    status, answer = await ask(method, fault, **body)
    assert status == 400
    assert sentence in answer["sentence"]


def test_the_documentation_names_every_fault_and_says_which_ones_last() -> None:
    section = PAGE.read_text().partition("### The REST API")[0]
    rows = re.findall(r"^\| `([a-z-]+)` \|.*\| (.*) \|$", section, re.MULTILINE)
    assert [name for name, _ in rows] == list(BEGIN)
    assert [name for name, text in rows if "lasts" in text] == list(UNDO)
