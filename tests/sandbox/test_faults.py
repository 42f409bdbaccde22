"""What goes wrong on demand."""

import asyncio

import aiohttp
import pytest

from sandbox import Sandbox
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
