"""The routes about models themselves, over HTTP."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.cast import write_cast
from tests.tinyllm.serve.ggufs import TEXT, U64, fact, gguf, put, tensor, text, u64
from tests.tinyllm.serve.packages import there
from tests.tinyllm.serve.test_recipes import full_disk
from tinyllm.serve.server import ModelServer

MODEL = gguf(
    fact("general.architecture", TEXT, text("llama")),
    fact("general.license", TEXT, text("mit")),
    fact("llama.context_length", U64, u64(4096)),
    fact("tokenizer.chat_template", TEXT, text("{% for m in messages %}{{ m.content }}{% endfor %}")),
    tensors=[tensor("t", [4])],
    data=bytes(16),
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    put(tmp_path / "models" / "m.gguf", MODEL)
    return tmp_path / "models"


@pytest.fixture
async def server(own: Path) -> AsyncIterator[ModelServer]:
    async with ModelServer(own, packages=False) as running:
        yield running


@pytest.fixture
async def http(server: ModelServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as client:
        yield client


async def names(http: httpx.AsyncClient) -> list[str]:
    return sorted(model["name"] for model in (await http.get("/api/tags")).json()["models"])


async def delete(http: httpx.AsyncClient, name: str) -> httpx.Response:
    return await http.request("DELETE", "/api/delete", json={"model": name})


async def create(http: httpx.AsyncClient, name: str, **what: Any) -> httpx.Response:
    what.setdefault("from", "m")
    return await http.post("/api/create", json={"model": name, **what})


async def shown(http: httpx.AsyncClient, name: str) -> Mapping[str, Any]:
    answer = await http.post("/api/show", json={"model": name})
    assert answer.status_code == 200, answer.text
    told: Mapping[str, Any] = answer.json()
    return told


async def test_what_is_listed(http: httpx.AsyncClient, own: Path) -> None:
    os.utime(own / "m.gguf", (0, 1_700_000_000))
    put(own / "bad.gguf", MODEL[:-1])
    good, bad = sorted((await http.get("/api/tags")).json()["models"], key=lambda model: "error" in model)

    assert {**good, "digest": len(good["digest"])} == {
        "name": "m:latest",
        "model": "m:latest",
        "modified_at": "2023-11-14T22:13:20.000000Z",
        "size": len(MODEL),
        "digest": 64,
        "details": {
            "parent_model": "",
            "format": "gguf",
            "family": "llama",
            "families": ["llama"],
            "parameter_size": "4",
            "quantization_level": "unknown",
            "context_length": 4096,
        },
        "capabilities": ["completion"],
    }
    assert (bad["name"], bad["capabilities"]) == ("bad:latest", [])
    assert bad["error"].startswith("It ends too early")


async def test_what_is_newest_comes_first(http: httpx.AsyncClient, own: Path) -> None:
    for name, changed in (("b", 5), ("a", 5), ("c", 9)):
        os.utime(put(own / f"{name}.gguf", MODEL), (0, changed))
    listed = (await http.get("/api/tags")).json()["models"]

    assert [model["name"] for model in listed] == ["m:latest", "c:latest", "a:latest", "b:latest"]


async def test_a_model_is_made_in_steps_and_shown_with_what_is_its_own(http: httpx.AsyncClient, own: Path) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho", "images": None}]
    parameters = {"temperature": 0.5, "stop": ["a", 'b"'], "num_ctx": 2048}
    answer = await create(
        http, "Mine:1b", system="Be kind.", parameters=parameters, messages=messages, license=["x", "y"]
    )
    steps = [orjson.loads(line)["status"] for line in answer.content.splitlines()]
    told = await shown(http, "mine:1b")

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    assert steps[0].startswith("using existing layer sha256:")
    assert steps[1:] == ["writing manifest", "success"]
    assert await names(http) == ["Mine:1b", "m:latest"]
    assert (told["system"], told["license"], told["details"]["parent_model"]) == ("Be kind.", "x\ny", "m:latest")
    assert told["messages"] == [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]
    assert told["parameters"].splitlines() == [
        "temperature                    0.5",
        'stop                           "a"',
        'stop                           "b\\""',
        "num_ctx                        2048",
    ]
    assert told["modelfile"].splitlines() == [
        "FROM m:latest",
        "PARAMETER temperature 0.5",
        'PARAMETER stop "a"',
        'PARAMETER stop "b\\""',
        "PARAMETER num_ctx 2048",
        'SYSTEM """Be kind."""',
        'MESSAGE user """Hi"""',
        'MESSAGE assistant """Ho"""',
    ]


async def test_a_file_is_shown_with_what_it_says(http: httpx.AsyncClient, own: Path) -> None:
    told = await shown(http, "m")

    assert (told["license"], told["modelfile"]) == ("mit", f"FROM {own / 'm.gguf'}\n")
    assert told["template"].startswith("{% for m in messages %}")
    assert told["model_info"]["llama.context_length"] == 4096
    assert not {"system", "messages", "parameters"} & set(told)


async def test_what_is_made_without_a_stream_is_answered_in_one(http: httpx.AsyncClient) -> None:
    answer = await create(http, "x", stream=False)

    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert "chunked" not in answer.headers.get("Transfer-Encoding", "")


async def test_a_model_is_copied_and_what_was_made_is_deleted(http: httpx.AsyncClient) -> None:
    await create(http, "a", system="One.")
    copied = await http.post("/api/copy", json={"source": "A:latest", "destination": "b"})
    assert (copied.status_code, copied.content) == (200, b"")
    deleted = await delete(http, "a")
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert (await shown(http, "b"))["system"] == "One."
    assert await names(http) == ["b:latest", "m:latest"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "told"),
    [
        ("POST", "/api/show", {"model": "no"}, 404, "model 'no' not found"),
        ("POST", "/api/show", {"model": "bad"}, 500, "bad:latest cannot be used: It is empty."),
        ("POST", "/api/show", {"model": ""}, 400, "model is required"),
        ("POST", "/api/show", {"model": "a b"}, 400, "invalid model name"),
        ("POST", "/api/show", {"model": 5}, 400, "model should be a valid string"),
        ("DELETE", "/api/delete", {"model": "no"}, 404, "model 'no' not found"),
        ("DELETE", "/api/delete", {"name": "m"}, 400, "x:latest is made from m:latest; delete that first"),
        ("POST", "/api/copy", {"source": "no", "destination": "y"}, 404, "model 'no' not found"),
        ("POST", "/api/copy", {"source": "m", "destination": "bad"}, 400, "is a file in"),
        ("POST", "/api/copy", {"source": "m", "destination": "../é"}, 400, "invalid model name"),
        ("POST", "/api/copy", {"source": "m"}, 400, "model is required"),
        ("POST", "/api/create", {"model": "y"}, 400, "neither 'from' or 'files' was specified"),
        ("POST", "/api/create", {"model": "y", "from": "no"}, 404, "model 'no' not found"),
        ("POST", "/api/create", {"model": "y", "from": "bad"}, 500, "bad:latest cannot be used"),
        ("POST", "/api/create", {"model": "m", "from": "x"}, 400, "m:latest is a file in"),
        ("POST", "/api/create", {"model": "y", "files": {"a": "sha256:1"}}, 400, "files is not supported"),
        ("POST", "/api/create", {"model": "y", "from": "m", "template": "x"}, 400, "template is not supported"),
        ("POST", "/api/create", {"model": "y", "from": "m", "quantize": "q4_0"}, 400, "quantize is not supported"),
        (
            "POST",
            "/api/create",
            {"model": "y", "from": "m", "parameters": {"top_p": "high"}},
            500,
            'option "top_p" must be of type float32',
        ),
        ("POST", "/api/create", {"model": "y", "from": "m", "messages": [5]}, 400, "messages.0 should be an object"),
        ("GET", "/v1/models/no", None, 404, "model 'no' not found"),
    ],
)
async def test_what_is_refused(
    http: httpx.AsyncClient, own: Path, method: str, path: str, body: Any, status: int, told: str
) -> None:
    put(own / "bad.gguf", b"")
    await create(http, "x")
    answer = await http.request(method, path, json=body)

    assert answer.status_code == status
    error = answer.json()["error"]
    assert told in (error["message"] if path.startswith("/v1/") else error)
    assert await names(http) == ["bad:latest", "m:latest", "x:latest"]


async def test_a_full_disk_is_told(http: httpx.AsyncClient, own: Path) -> None:
    with full_disk():
        answer = await create(http, "x")

    assert (answer.status_code, answer.json()["error"]) == (500, f"x:latest cannot be written to {own}: File too large")
    assert there(own) == ["m.gguf"]


async def test_a_folder_in_which_nothing_can_be_made_is_told(own: Path) -> None:
    home = own / "m.gguf" / "below"
    async with (
        ModelServer(home, folders=[own], packages=False) as server,
        httpx.AsyncClient(base_url=server.url, trust_env=False) as http,
    ):
        answer = await create(http, "x")

    assert (answer.status_code, answer.json()["error"]) == (
        500,
        f"x:latest cannot be written to {home}: Not a directory",
    )


async def test_openai_lists_what_can_be_used(http: httpx.AsyncClient, own: Path) -> None:
    put(own / "bad.gguf", b"")
    os.utime(own / "m.gguf", (0, 5))
    model = {"id": "m:latest", "object": "model", "created": 5, "owned_by": "library"}

    assert (await http.get("/v1/models")).json() == {"object": "list", "data": [model]}
    assert (await http.get("/v1/models/M")).json() == model


# What runs


@pytest.fixture
def recitals(own: Path) -> Path:
    write_cast(own, "tiny-a", "slow")
    return own


async def test_models_that_share_a_file_share_an_engine_and_what_is_made_of_it_goes_without_it(
    recitals: Path, server: ModelServer, http: httpx.AsyncClient
) -> None:
    await create(http, "made", **{"from": "tiny-a"})
    for name in ("tiny-a", "made"):
        await http.post("/api/generate", json={"model": name})
    running = (await http.get("/api/ps")).json()["models"]
    (loaded,) = server.pool.loaded

    assert [model["name"] for model in running] == ["tiny-a:latest", "made:latest"]
    assert [set(model) for model in running] == [
        {"name", "model", "size", "digest", "details", "expires_at", "size_vram", "context_length"}
    ] * 2
    await delete(http, "made")
    assert [model["name"] for model in (await http.get("/api/ps")).json()["models"]] == ["tiny-a:latest"]
    assert loaded.engine is not None
    assert loaded.engine.alive

    await delete(http, "tiny-a")
    assert not loaded.engine.alive
    assert (await http.get("/api/ps")).json() == {"models": []}
    assert not (recitals / "tiny-a.gguf").exists()


async def test_a_model_that_is_deleted_in_mid_answer_answers_to_the_end(
    recitals: Path, server: ModelServer, http: httpx.AsyncClient
) -> None:
    body = {"model": "slow", "prompt": "Hi", "options": {"num_predict": 60, "temperature": 0}}
    async with asyncio.timeout(60), http.stream("POST", "/api/generate", json=body) as response:
        lines = response.aiter_lines()
        first = orjson.loads(await anext(lines))
        deleting = asyncio.create_task(delete(http, "slow"))
        said = [orjson.loads(line) async for line in lines]
        assert (await deleting).status_code == 200

    assert first["response"] == "tick"
    assert said[-1]["done_reason"] == "length"
    assert said[-1]["eval_count"] == 60
    assert server.pool.loaded == []
