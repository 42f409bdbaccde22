"""Each fault looks to a client as the real one would, happens as often as planned, and ends when cleared."""

import asyncio
import json

import httpx
import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from tests.sandbox.models.asking import ask, double, question, said, streamed


async def post(client: httpx.AsyncClient, **more: object) -> httpx.Response:
    return await client.post("/api/chat", json=question(**more))


async def test_a_server_that_is_down_refuses_and_comes_back_on_its_port(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    await ask(client)
    server.fault(Fault.REFUSE)
    # The second question shows that no connection kept alive gets through either.
    for _ in range(2):
        with pytest.raises(httpx.TransportError):
            await ask(client)
    with pytest.raises(httpx.ConnectError):
        await ask(client)
    assert server.loaded == []
    server.clear_faults()
    assert said(await ask(client)) == "1, 2, 3, 4, 5, 6, 7, 8"


async def test_down_cuts_the_answers_that_run(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.hold(after=3)
    asking = asyncio.create_task(ask(client))
    await server.until(lambda s: bool(s.chats) and s.chats[0].tokens == 3)
    server.down()
    with pytest.raises(httpx.RemoteProtocolError):
        await asking
    assert server.chats[0].outcome == "cut"
    await server.up()
    server.release()
    assert len(await ask(client)) == 9


async def test_a_reset_ends_the_connection_before_any_byte(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.RESET)
    with pytest.raises(httpx.ReadError):
        await ask(client)
    assert server.chats[0].outcome == "cut"


@pytest.mark.parametrize(
    ("fault", "status", "text"),
    [
        (Fault.NOT_FOUND, 404, "model 'qwen3:8b' not found"),
        (Fault.ERROR_500, 500, "llama runner process has terminated: exit status 2"),
        (Fault.BUSY, 503, "server busy, please try again.  maximum pending requests exceeded"),
    ],
)
async def test_a_status_fault_has_its_text(
    server: ScriptedModels, client: httpx.AsyncClient, fault: Fault, status: int, text: str
) -> None:
    server.fault(fault)
    response = await post(client)
    assert (response.status_code, response.json()) == (status, {"error": text})


@pytest.mark.parametrize("path", ["/api/chat", "/v1/chat/completions"])
async def test_a_prompt_may_be_too_long_however_short_it_is(
    server: ScriptedModels, client: httpx.AsyncClient, path: str
) -> None:
    server.fault(Fault.OVERFLOW, path)
    response = await client.post(path, json=question())
    assert response.status_code == 400
    assert "exceed_context_size_error" in response.text
    assert (await client.post(path, json=question())).status_code == 200


async def test_a_model_may_have_a_length_of_its_own() -> None:
    async with double(models=[ScriptedModel("m", answer="one two three", most_tokens=2)]) as (_, client):
        answered = await ask(client, model="m")
    assert (said(answered), answered[-1]["done_reason"]) == ("one two", "length")


async def test_an_html_page_comes_with_200(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.HTML)
    response = await post(client)
    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.HANG_MID])
async def test_a_hanging_request_is_answered_once_the_faults_are_cleared(
    server: ScriptedModels, client: httpx.AsyncClient, fault: Fault
) -> None:
    server.fault(fault, after=2)
    asking = asyncio.create_task(ask(client))
    await server.until(lambda s: bool(s.chats) and s.chats[0].tokens == (2 if fault is Fault.HANG_MID else 0))
    assert not asking.done()
    server.clear_faults()
    assert len(await asking) == 9


async def test_a_hanging_request_ends_when_its_client_leaves(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.HANG)
    asking = asyncio.create_task(ask(client))
    await server.until(lambda s: bool(s.chats))
    asking.cancel()
    await server.until(lambda s: s.chats[0].outcome == "client left")


async def until_it_ends(client: httpx.AsyncClient, seen: list[str], **more: object) -> None:
    """Keeps what came before the error that ends it."""
    async for line in streamed(client, "count to 8", **more):
        seen.append(line["message"]["content"])  # noqa: PERF401  # a comprehension would keep nothing


async def test_silence_in_mid_answer_comes_after_the_tokens_asked_for(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    server.fault(Fault.HANG_MID, after=3)
    seen: list[str] = []
    asking = asyncio.create_task(until_it_ends(client, seen))
    await server.until(lambda s: bool(s.chats) and s.chats[0].tokens == 3)
    server.down()
    with pytest.raises(httpx.RemoteProtocolError):
        await asking
    assert seen == ["1,", " 2,", " 3,"]


@pytest.mark.parametrize("after", [0, 5, 100])
async def test_a_cut_ends_the_connection_without_an_end(
    server: ScriptedModels, client: httpx.AsyncClient, after: int
) -> None:
    server.fault(Fault.CUT, after=after)
    seen: list[str] = []
    with pytest.raises(httpx.RemoteProtocolError):
        await until_it_ends(client, seen)
    assert len(seen) == min(after, 8)
    assert server.chats[0].outcome == "cut"


async def test_a_clean_cut_ends_the_body_without_done(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.CUT_CLEAN, after=5)
    answered = await ask(client)
    assert [line["done"] for line in answered] == [False] * 5
    assert server.chats[0].outcome == "cut"


@pytest.mark.parametrize("after", [0, 4])
async def test_an_error_line_ends_the_stream(server: ScriptedModels, client: httpx.AsyncClient, after: int) -> None:
    server.fault(Fault.ERROR_LINE, after=after)
    *before, last = await ask(client)
    assert len(before) == after
    assert last == {"error": "an error was encountered while running the model: unexpected EOF"}


async def test_garbage_is_a_line_that_is_no_json(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.GARBAGE, after=2)
    with pytest.raises(json.JSONDecodeError):
        await ask(client)


@pytest.mark.parametrize(("fault", "text"), [(Fault.EMPTY, ""), (Fault.BLANK, " \n")])
async def test_an_empty_answer_is_done_and_says_nothing(
    server: ScriptedModels, client: httpx.AsyncClient, fault: Fault, text: str
) -> None:
    server.fault(fault)
    answered = await ask(client)
    assert said(answered) == text
    assert answered[-1]["done_reason"] == "stop"


async def test_a_fault_happens_as_often_as_planned(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.BUSY, times=2)
    assert [(await post(client)).status_code for _ in range(3)] == [503, 503, 200]


async def test_a_fault_for_one_model_leaves_the_others_alone(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.BUSY, model="qwen3:8b", times=None)
    models = ["qwen2.5:3b", "QWEN3:8B", "qwen2.5:3b"]
    assert [(await post(client, model=model)).status_code for model in models] == [200, 503, 200]


async def test_a_fault_for_one_route_leaves_the_others_alone(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.ERROR_500, path="/api/tags")
    assert (await post(client)).status_code == 200
    assert (await client.get("/api/tags")).status_code == 500


async def test_loading_a_model_does_not_use_up_a_fault_of_the_answer(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    server.fault(Fault.EMPTY)
    await client.post("/api/chat", json={"model": "qwen3:8b", "messages": []})
    assert said(await ask(client)) == ""


@pytest.mark.parametrize(("fault", "status"), [(Fault.ERROR_LINE, 500), (Fault.GARBAGE, 200), (Fault.CUT_CLEAN, 200)])
async def test_an_answer_that_is_not_streamed_is_spoilt_as_a_whole(
    server: ScriptedModels, client: httpx.AsyncClient, fault: Fault, status: int
) -> None:
    server.fault(fault, after=1)
    response = await post(client, stream=False)
    assert response.status_code == status
    assert "message" not in response.text


async def test_a_cut_answer_that_is_not_streamed_never_comes(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.fault(Fault.CUT)
    with pytest.raises(httpx.RemoteProtocolError):
        await post(client, stream=False)
