"""The double as a server: models come, go, load and unload; requests are on record; other processes can steer it."""

import asyncio
import json
import os
import signal
import sys

import httpx
import pytest

from sandbox.models import DEFAULT_CATALOGUE, Fault, ScriptedModel, ScriptedModels
from sandbox.models.durations import seconds
from tests.sandbox.models.asking import ask, double, question, said


async def names(client: httpx.AsyncClient) -> list[str]:
    return [model["name"] for model in (await client.get("/api/tags")).json()["models"]]


async def test_a_request_is_on_record_as_it_was_sent(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    await client.get("/api/version")
    await ask(client, "Hello", model="qwen2.5:3b")
    await client.post("/api/chat", json={"model": "qwen3:8b", "messages": []})
    assert [one.path for one in server.requests] == ["/api/version", "/api/chat", "/api/chat"]
    assert [one.json for one in server.chats] == [question("Hello", "qwen2.5:3b")]
    assert (server.chats[0].model, server.chats[0].messages[0]["content"]) == ("qwen2.5:3b", "Hello")


async def test_models_come_and_go_while_it_runs(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.install(ScriptedModel("new"))
    server.remove("qwen3:8b")
    listed = await names(client)
    assert "new:latest" in listed
    assert "qwen3:8b" not in listed
    assert (await client.post("/api/chat", json=question())).status_code == 404
    with pytest.raises(KeyError):
        server.remove("qwen3:8b")


async def test_a_model_with_a_problem_is_listed_with_it_and_refused(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    server.install(ScriptedModel("cut", problem="It ends too early."))
    listed = {model["name"]: model for model in (await client.get("/api/tags")).json()["models"]}
    assert (listed["cut:latest"]["capabilities"], listed["cut:latest"]["error"]) == ([], "It ends too early.")
    assert "error" not in listed["qwen3:8b"]
    for path, body in (("/api/show", {"model": "cut"}), ("/api/chat", question("Hi", "cut"))):
        answer = await client.post(path, json=body)
        assert (answer.status_code, answer.json()) == (500, {"error": "It ends too early."})


async def test_models_are_loaded_in_order_and_unloaded_on_request(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    await ask(client, model="qwen3:8b")
    await client.post("/api/generate", json={"model": "tinyllama"})
    assert server.loaded == ["qwen3:8b", "tinyllama:latest"]
    await client.post("/api/generate", json={"model": "qwen3:8b", "keep_alive": 0})
    await ask(client, model="qwen2.5:3b", keep_alive=0)
    assert server.loaded == ["tinyllama:latest"]


async def test_a_model_is_unloaded_when_its_time_is_up() -> None:
    now = [1_000_000.0]
    async with double(clock=lambda: now[0]) as (server, client):
        await ask(client, model="qwen3:8b", keep_alive="1m")
        await ask(client, model="qwen2.5:3b", keep_alive=-1)
        now[0] += 61
        assert server.loaded == ["qwen2.5:3b"]
        assert len((await client.get("/api/ps")).json()["models"]) == 1


async def test_another_context_size_loads_the_model_again() -> None:
    loads: list[float] = []

    async def sleep(duration: float) -> None:
        loads.extend([duration] if duration else [])

    async with double(models=[ScriptedModel("m", load_time=2)], sleep=sleep) as (_, client):
        for context in (2048, 2048, 1024):
            await ask(client, model="m", options={"num_ctx": context})
    assert loads == [2, 2]


@pytest.mark.parametrize(
    ("given", "meant"),
    [(None, None), (5, 5), ("1h30m", 5400), ("250ms", 0.25), (-1, float("inf")), ("-1s", float("inf"))],
)
def test_keep_alive_is_a_number_or_a_duration(given: object, meant: float | None) -> None:
    assert seconds(given) == meant


async def test_a_pull_shows_its_progress_and_installs_the_model() -> None:
    async with double(catalogue=DEFAULT_CATALOGUE) as (_, client):
        response = await client.post("/api/pull", json={"model": "qwen3:14b"})
        listed = await names(client)
    lines = [json.loads(line) for line in response.text.splitlines()]
    done = [line["completed"] for line in lines if "completed" in line]
    assert done == sorted(done)
    assert done[-1] == DEFAULT_CATALOGUE[0].size
    assert lines[-1] == {"status": "success"}
    assert "qwen3:14b" in listed


async def test_a_pull_that_its_client_leaves_installs_nothing() -> None:
    async with double(catalogue=DEFAULT_CATALOGUE) as (server, client):
        server.hold(after=4)
        pulling = asyncio.create_task(client.post("/api/pull", json={"model": "qwen3:14b"}))
        await server.until(lambda s: bool(s.requests) and s.requests[0].tokens == 4)
        pulling.cancel()
        await server.until(lambda s: s.requests[0].outcome == "client left")
        assert "qwen3:14b" not in await names(client)


async def test_the_versions_differ_in_what_they_list() -> None:
    tags = {}
    for version in ("0.24", "0.33"):
        async with double(version=version) as (_, client):
            tags[version] = (await client.get("/api/tags")).json()["models"][0]
    assert "capabilities" not in tags["0.24"]
    assert "context_length" not in tags["0.24"]["details"]
    assert tags["0.33"]["capabilities"] == ["completion", "tools"]
    assert tags["0.33"]["details"]["context_length"] == 32_768


async def test_another_process_can_plan_faults_and_read_the_requests(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    planned = await client.post("/scripted/fault", json={"fault": "cut_clean", "after": 2, "times": None})
    assert planned.status_code == 200
    assert len(await ask(client)) == 2
    await client.post("/scripted/clear")
    assert len(await ask(client)) == 9
    listed = (await client.get("/scripted/requests")).json()
    assert [one["outcome"] for one in listed] == ["cut", "answered"]
    assert listed[0]["json"] == question()
    assert len(server.requests) == 2


@pytest.mark.parametrize("body", [{"fault": "tired"}, {"fault": "cut", "often": 2}, {"fault": Fault.REFUSE}, {}])
async def test_a_fault_that_cannot_be_planned_is_refused(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await client.post("/scripted/fault", json=body)).status_code == 400


async def test_another_process_can_hold_and_release(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    await client.post("/scripted/hold", json={"after": 2})
    asking = asyncio.create_task(ask(client))
    await server.until(lambda s: bool(s.chats) and s.chats[0].tokens == 2)
    await client.post("/scripted/release")
    assert said(await asking) == "1, 2, 3, 4, 5, 6, 7, 8"


async def test_as_a_process_it_prints_its_address_and_ends_on_sigterm() -> None:
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.models", "--port", "0"), stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    url = (await process.stdout.readline()).decode().strip()
    async with httpx.AsyncClient(base_url=url, verify=False) as client:
        server_says = (await client.get("/")).text
    process.send_signal(signal.SIGTERM)
    assert (server_says, await process.wait()) == ("Ollama is running", 0)
