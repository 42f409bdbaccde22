"""What goes wrong on demand."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox import ManualClock, Sandbox
from tests.sandbox.raw import Api, soon

MESSAGES = r"/channels/\d+/messages$"


async def _contents(api: Api) -> list[str]:
    return [message["content"] for message in (await api("GET", f"{await api.channel()}/messages")).body]


async def test_the_next_requests_that_match_are_answered_with_an_error(api: Api, sandbox: Sandbox) -> None:
    path = f"{await api.channel()}/messages"
    fault = sandbox.faults.answer("POST", MESSAGES, 503, {"message": "busy"}, times=2, headers={"X-A": "b"})
    assert (await api("GET", path)).status == 200
    for _ in range(2):
        answer = await api("POST", path, {"content": "x"})
        assert (answer.status, answer.body) == (503, {"message": "busy"})
    assert (await api("POST", path, {"content": "y"})).status == 200
    assert (fault.met, await _contents(api)) == (2, ["y"])
    assert [request.status for request in sandbox.requests if request.method == "POST"] == [503, 503, 200]


async def test_an_answer_may_be_lost_after_the_request_was_carried_out(api: Api, sandbox: Sandbox) -> None:
    sandbox.faults.answer("POST", MESSAGES, 502, performed=True)
    body = {"content": "once", "nonce": "n", "enforce_nonce": True}
    path = f"{await api.channel()}/messages"
    assert [(await api("POST", path, body)).status for _ in range(2)] == [502, 200]
    assert await _contents(api) == ["once"]


async def test_a_request_is_held_until_it_is_released(api: Api, sandbox: Sandbox) -> None:
    held = sandbox.faults.hold("POST", MESSAGES)
    sending = asyncio.create_task(api("POST", f"{await api.channel()}/messages", {"content": "late"}))
    await held.arrived()
    assert (sending.done(), await _contents(api)) == (False, [])
    held.release()
    assert (await soon(sending)).status == 200
    assert await _contents(api) == ["late"]


@pytest.mark.parametrize(("performed", "left"), [(False, []), (True, ["x"])])
async def test_a_connection_is_cut(api: Api, sandbox: Sandbox, performed: bool, left: list[str]) -> None:
    path = f"{await api.channel()}/messages"
    sandbox.faults.cut("POST", MESSAGES, performed=performed)
    with pytest.raises(aiohttp.ClientError):
        await api("POST", path, {"content": "x"})
    assert await _contents(api) == left


async def test_clearing_releases_what_is_held(api: Api, sandbox: Sandbox) -> None:
    held = sandbox.faults.hold("GET", "/users/@me$")
    waiting = asyncio.create_task(api("GET", "/users/@me"))
    await held.arrived()
    sandbox.faults.clear()
    assert (await soon(waiting)).status == 200


@pytest.mark.parametrize(
    ("status", "content_type", "said"),
    [
        (500, "application/json", {"message": "500: Internal Server Error", "code": 0}),
        (502, "text/html; charset=utf-8", "502 Bad Gateway"),
        (503, "text/plain; charset=utf-8", "upstream connect error"),
        (504, "text/plain; charset=utf-8", "error code: 504"),
    ],
)
async def test_an_outage_sounds_as_discords_do(
    api: Api, sandbox: Sandbox, status: int, content_type: str, said: Any
) -> None:
    sandbox.faults.answer("GET", "/users/@me$", status)
    answer = await api("GET", "/users/@me")
    assert (answer.status, answer.content_type) == (status, content_type)
    assert answer.body == said if isinstance(said, dict) else said in answer.body
    assert (await api("GET", "/users/@me")).status == 200


async def test_a_fault_may_last_until_it_is_ended(api: Api, sandbox: Sandbox) -> None:
    fault = sandbox.faults.answer("GET", "/users/@me$", 500, "no", times=None)
    assert [(await api("GET", "/users/@me")).body for _ in range(3)] == ["no"] * 3
    assert sandbox.faults.listed() == [fault]
    sandbox.faults.end(fault.id)
    assert (await api("GET", "/users/@me")).status == 200
    assert sandbox.faults.listed() == []


async def test_a_held_request_may_be_carried_out_at_once(api: Api, sandbox: Sandbox) -> None:
    held = sandbox.faults.hold("POST", MESSAGES, performed=True)
    path = f"{await api.channel()}/messages"
    sending = asyncio.create_task(api("POST", path, {"content": "there already"}))
    await held.arrived()
    assert (sending.done(), await _contents(api)) == (False, ["there already"])
    held.release()
    assert (await soon(sending)).body["content"] == "there already"
    assert await _contents(api) == ["there already"]


async def test_what_discord_refuses_is_refused_behind_a_fault_too(api: Api, sandbox: Sandbox) -> None:
    held = sandbox.faults.hold("POST", MESSAGES, performed=True)
    sending = asyncio.create_task(api("POST", f"{await api.channel()}/messages", {"content": ""}))
    await held.arrived()
    held.release()
    assert (await soon(sending)).code == 50006


async def test_a_request_is_not_served_any_more_when_its_sender_has_given_up(api: Api, sandbox: Sandbox) -> None:
    held = sandbox.faults.hold("POST", MESSAGES)
    path = f"{await api.channel()}/messages"
    sending = asyncio.create_task(api("POST", path, {"content": "x"}))
    await held.arrived()
    assert held.waiting == 1
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await held.left()
    assert held.waiting == 0
    held.release()
    assert await _contents(api) == []


@pytest.mark.parametrize(("performed", "first"), [(False, []), (True, ["late"])])
async def test_an_answer_is_slow_by_the_sandboxs_clock(
    api: Api, sandbox: Sandbox, clock: ManualClock, performed: bool, first: list[str]
) -> None:
    slow = sandbox.faults.slow("POST", MESSAGES, 30, performed=performed)
    sending = asyncio.create_task(api("POST", f"{await api.channel()}/messages", {"content": "late"}))
    await slow.arrived()
    clock.move(29.9)
    assert (await _contents(api), sending.done()) == (first, False)
    clock.move(0.1)
    assert (await soon(sending)).status == 200
    assert await _contents(api) == ["late"]


@pytest.mark.parametrize(
    ("scope", "code", "everywhere"), [("shared", 40062, False), ("user", 0, False), ("global", 0, True)]
)
async def test_a_429_comes_without_a_limit_being_met(
    api: Api, sandbox: Sandbox, scope: str, code: int, everywhere: bool
) -> None:
    sandbox.faults.limit("POST", MESSAGES, 2.5, scope=scope)
    path = f"{await api.channel()}/messages"
    answer = await api("POST", path, {"content": "x"})
    assert (answer.status, answer.headers["X-RateLimit-Scope"], answer.headers["Retry-After"]) == (429, scope, "3")
    assert (answer.body["retry_after"], answer.body["global"], answer.code) == (2.5, everywhere, code)
    assert answer.headers["Via"]
    assert (await api("POST", path, {"content": "x"})).status == 200
