"""Faults that another process orders through the routes under /sandbox."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Sandbox
from sandbox.faults import Kind
from tests.sandbox.bots import TryBot
from tests.sandbox.raw import Api, soon

MESSAGES = r"/channels/\d+/messages$"
PAGE = Path(__file__).parents[3] / "docs" / "sandbox.md"


class Desk:
    """Where faults are ordered."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/sandbox/faults"

    async def ask(self, method: str, rest: str = "", /, **body: Any) -> tuple[int, Any]:
        async with self._http.request(method, self._url + rest, json=body or None) as response:
            return response.status, await response.json()

    async def order(self, kind: str, method: str = "POST", path: str = MESSAGES, **more: Any) -> dict[str, Any]:
        status, fault = await self.ask("POST", kind=kind, method=method, path=path, **more)
        assert status == 201, fault
        assert isinstance(fault, dict)
        return fault


@pytest.fixture
async def desk(sandbox: Sandbox) -> AsyncIterator[Desk]:
    async with aiohttp.ClientSession() as http:
        yield Desk(http, sandbox.url)


async def test_a_status_with_a_body_and_headers(desk: Desk, api: Api) -> None:
    path = f"{await api.channel()}/messages"
    await desk.order("answer", status=503, body={"message": "busy"}, headers={"X-A": "b"}, times=2)
    for _ in range(2):
        answer = await api("POST", path, {"content": "x"})
        assert (answer.status, answer.body, answer.headers["X-A"]) == (503, {"message": "busy"}, "b")
    assert (await api("POST", path, {"content": "x"})).status == 200


async def test_an_answer_that_is_lost(desk: Desk, api: Api) -> None:
    path = f"{await api.channel()}/messages"
    await desk.order("cut", performed=True)
    with pytest.raises(aiohttp.ClientError):
        await api("POST", path, {"content": "x"})
    assert [message["content"] for message in (await api("GET", path)).body] == ["x"]


async def test_a_request_that_is_held_until_the_order_ends(desk: Desk, api: Api, sandbox: Sandbox) -> None:
    order = await desk.order("hold")
    sending = asyncio.create_task(api("POST", f"{await api.channel()}/messages", {"content": "x"}))
    await sandbox.faults.listed()[0].arrived()
    assert (await desk.ask("GET"))[1] == [order | {"met": 1, "waiting": 1}]
    status, ended = await desk.ask("DELETE", f"/{order['id']}")
    assert (status, ended["id"]) == (200, order["id"])
    assert (await soon(sending)).status == 200
    assert (await desk.ask("GET"))[1] == []


async def test_slow_answers_and_429s(desk: Desk, api: Api) -> None:
    path = f"{await api.channel()}/messages"
    await desk.order("limit", retry_after=0.5)
    answer = await api("POST", path, {"content": "x"})
    assert (answer.status, answer.body["retry_after"], answer.headers["X-RateLimit-Scope"]) == (429, 0.5, "shared")
    await desk.order("slow", seconds=0)
    assert (await soon(api("POST", path, {"content": "x"}))).status == 200


async def test_everything_ends_at_once(desk: Desk, api: Api) -> None:
    for kind in ("cut", "hold"):
        await desk.order(kind, times=None)
    assert len((await desk.ask("GET"))[1]) == 2
    assert (await desk.ask("DELETE"))[0] == 200
    assert (await api("POST", f"{await api.channel()}/messages", {"content": "x"})).status == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"method": "GET", "path": "x"}, "does not say 'kind'"),
        ({"kind": "explode", "method": "GET", "path": "x"}, "'explode' is not a valid Kind"),
        ({"kind": "cut", "method": "GET", "path": "("}, "cannot be ordered"),
        ({"kind": "cut", "method": "GET", "path": "x", "times": 0}, "0 is no number of times"),
        ({"kind": "answer", "method": "GET", "path": "x", "status": 99}, "99 is no status"),
        ({"kind": "answer", "method": "GET", "path": "x", "status": 500, "body": [1]}, "a body is"),
        ({"kind": "slow", "method": "GET", "path": "x", "seconds": "soon"}, "could not convert"),
        ({"kind": "limit", "method": "GET", "path": "x", "scope": "mine"}, "'mine' is not a valid Scope"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused_with_a_sentence(
    desk: Desk, body: dict[str, Any], said: str
) -> None:
    status, answer = await desk.ask("POST", **body)
    assert (status, answer["problem"]) == (400, "refused")
    assert said in answer["sentence"]


async def test_what_was_never_ordered_cannot_end(desk: Desk) -> None:
    assert (await desk.ask("DELETE", "/7"))[1]["problem"] == "unknown"


async def test_discord_py_gets_over_an_outage(desk: Desk, bot: TryBot) -> None:
    await desk.order("answer", status=502)
    channel = discord.utils.get(bot.get_all_channels(), name="general")
    assert isinstance(channel, discord.TextChannel)
    assert (await channel.send("after a while")).content == "after a while"


def test_the_documentation_names_every_kind() -> None:
    section = PAGE.read_text().partition("### The REST API")[2]
    assert re.findall(r"^\| `([a-z]+)` \|", section, re.MULTILINE) == list(Kind)
