"""Downloads and deletions by Ollama's dialect."""

import asyncio
from collections.abc import Iterable
from typing import Any

import httpx
import orjson
import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from tests.recordings.ollama.recording import VERSIONS, recording
from tests.tinyllm.asking import REFUSED
from tests.tinyllm.streams import Server, Stream, error, refused, streamed
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    BackendError,
    BrokenAnswerError,
    DownloadError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.models import OllamaClient
from tinyllm.models.backend import Backend, PullProgress
from tinyllm.models.wire import PullDecoder

BIG = ScriptedModel("big:7b", size=1000)


def step(status: str, **more: Any) -> bytes:
    return orjson.dumps({"status": status, **more}) + b"\n"


STREAM = step("pulling manifest") + step("pulling abc", digest="sha256:abc", total=100, completed=40) + step("success")
STEPS = [PullProgress("pulling manifest"), PullProgress("pulling abc", "sha256:abc", 40, 100), PullProgress("success")]


def read(chunks: Iterable[bytes]) -> tuple[list[PullProgress], type[BrokenAnswerError] | None]:
    """The progress of a stream, and the error that it ended with."""
    decoder, steps = PullDecoder(), []
    try:
        for chunk in chunks:
            for one in decoder.feed(chunk):
                steps.append(one)  # noqa: PERF402 - those before an error must stay
        for one in decoder.flush():
            steps.append(one)  # noqa: PERF402
    except BrokenAnswerError as exc:
        return steps, type(exc)
    return steps, None


async def pulled(client: Backend, model: str = "big:7b") -> tuple[list[PullProgress], BackendError | None]:
    """The progress of a download, and the error that it ended with."""
    steps: list[PullProgress] = []
    try:
        async for one in client.pull(model):
            steps.append(one)  # noqa: PERF401 - those before an error must stay
    except BackendError as exc:
        return steps, exc
    return steps, None


# The decoder


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([STREAM], id="all in one read"),
        pytest.param([bytes([byte]) for byte in STREAM], id="a byte a read"),
        pytest.param([STREAM.replace(b"\n", b"\r\n\r\n")], id="other line ends, and empty lines"),
        pytest.param([STREAM.rstrip()], id="no end of the last line"),
    ],
)
def test_however_it_arrives_it_is_the_same_download(chunks: list[bytes]) -> None:
    assert read(chunks) == (STEPS, None)


@pytest.mark.parametrize(
    ("stream", "steps", "broken"),
    [
        pytest.param(b"", [], AnswerCutError, id="nothing at all"),
        pytest.param(step("pulling manifest"), STEPS[:1], AnswerCutError, id="no success"),
        pytest.param(step("pulling manifest") + error("boom"), STEPS[:1], AnswerFailedError, id="an error"),
        pytest.param(error("boom").rstrip(), [], AnswerFailedError, id="an error without a line end"),
        pytest.param(step("pulling manifest") + b'{"sta', STEPS[:1], AnswerCutError, id="half a line"),
        pytest.param(b"<html>\n", [], AnswerGarbledError, id="a page"),
        pytest.param(b"<html></html>", [], AnswerGarbledError, id="a page of one line"),
        pytest.param(b"[1]\n", [], AnswerGarbledError, id="a list"),
    ],
)
def test_a_download_that_does_not_end_well_says_how(
    stream: bytes, steps: list[PullProgress], broken: type[BrokenAnswerError]
) -> None:
    assert read([stream]) == (steps, broken)


def test_figures_that_are_none_are_left_out() -> None:
    assert read([step("success", digest=7, total="all", completed=None)]) == ([PullProgress("success")], None)


@pytest.mark.parametrize("size", [None, 1, 100], ids=lambda size: f"{size or 'as recorded'}")
@pytest.mark.parametrize("version", VERSIONS)
def test_a_recorded_pull_that_finds_nothing_fails_after_a_good_status(version: str, size: int | None) -> None:
    recorded = recording(version, "pull-missing")
    data = recorded.answer.text.encode()
    chunks = [data[start : start + size] for start in range(0, len(data), size)] if size else [data]
    assert recorded.answer.status == 200
    assert read(chunks) == (STEPS[:1], AnswerFailedError)


def test_a_recorded_pull_of_what_is_there_tells_every_layer() -> None:
    steps, broken = read(text.encode() for text in recording("0.24", "pull-present").reads)
    assert broken is None
    assert [(one.completed, one.total) for one in steps if one.digest] == [
        (size, size) for size in (110214272, 102, 51, 416)
    ]
    assert [one.status for one in steps if not one.digest] == [
        "pulling manifest",
        "verifying sha256 digest",
        "writing manifest",
        "success",
    ]


# The client


async def test_a_pull_is_asked_for_as_a_stream() -> None:
    server = Server(streamed(STREAM))
    async with server.client() as client:
        assert await pulled(client) == (STEPS, None)
    async with Server(streamed(STREAM.rstrip())).client() as client:
        assert await pulled(client) == (STEPS, None)
    assert (server.requests[0].method, server.requests[0].url.path) == ("POST", "/api/pull")
    assert server.bodies == [{"model": "big:7b", "stream": True}]


@pytest.mark.parametrize(
    ("parts", "steps", "sentence"),
    [
        pytest.param([STREAM[:40]], 1, "connection.*broke.*goes on where it stopped", id="cut"),
        pytest.param([STREAM[:40], httpx.ReadError("")], 1, "goes on where it stopped", id="reset"),
        pytest.param(
            [step("pulling manifest"), error("file does not exist")], 1, "file does not exist. Is the name", id="error"
        ),
        pytest.param([b"<html>\n"], 0, "no answer.*goes on where it stopped", id="garbage"),
        pytest.param([step("pulling manifest"), asyncio.Event()], 1, "silent for 0.02 s", id="silence"),
    ],
)
async def test_a_download_that_breaks_says_whether_it_goes_on(parts: list[Any], steps: int, sentence: str) -> None:
    body = Stream(*parts)
    async with Server(streamed(body)).client(timeout_ms=4) as client:
        got, failed = await pulled(client)
    assert len(got) == steps
    assert isinstance(failed, DownloadError)
    with pytest.raises(DownloadError, match=sentence):
        raise failed
    assert body.closed


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(REFUSED, UnreachableError, id="nobody there"),
        pytest.param(refused(400, "invalid model name"), RefusedError, id="refused"),
    ],
)
async def test_a_download_that_does_not_begin_is_told_as_any_request(answer: Any, expected: type[BackendError]) -> None:
    async with Server(answer).client() as client:
        assert isinstance((await pulled(client))[1], expected)


async def test_a_model_is_there_when_its_download_has_ended() -> None:
    async with ScriptedModels(models=[], catalogue=[BIG]) as models, OllamaClient(models.url) as client:
        steps, failed = await pulled(client)
        assert failed is None
        assert [one.completed for one in steps if one.digest] == list(range(100, 1001, 100))
        assert [model.name for model in await client.list_capabilities()] == ["big:7b"]


async def test_a_download_that_was_cut_can_be_tried_again() -> None:
    async with ScriptedModels(models=[], catalogue=[BIG]) as models, OllamaClient(models.url) as client:
        models.fault(Fault.CUT, "/api/pull", after=4)
        steps, failed = await pulled(client)
        assert (len(steps), type(failed)) == (4, DownloadError)
        steps, failed = await pulled(client)
        assert (steps[-1].status, failed) == ("success", None)


async def test_a_model_that_no_registry_has_is_told_with_the_reason() -> None:
    async with ScriptedModels(models=[], catalogue=[]) as models, OllamaClient(models.url) as client:
        _, failed = await pulled(client, "nope")
    assert "“nope” could not be downloaded" in str(failed)
    assert "file does not exist. Is the name right?" in str(failed)


async def test_closing_a_download_stops_it_at_the_server() -> None:
    async with ScriptedModels(models=[], catalogue=[BIG]) as models, OllamaClient(models.url) as client:
        models.hold(after=2)
        steps = client.pull("big:7b")
        await anext(steps)
        await steps.aclose()
        await models.until(lambda server: server.requests[0].outcome == "client left")
        assert await client.list_capabilities() == []


async def test_a_model_that_was_removed_is_gone() -> None:
    async with ScriptedModels(models=[BIG]) as models, OllamaClient(models.url) as client:
        await client.remove("big:7b")
        assert await client.list_capabilities() == []
        with pytest.raises(ModelMissingError, match="big:7b"):
            await client.remove("big:7b")
