"""The double answers the recorded requests as the real servers did."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.models import Fault, ScriptedModels
from tests.recordings.ollama.recording import VERSIONS, Recording, lines, recording, recordings, shape
from tests.sandbox.models.cast import BIG, CAST

# Not copied from the recordings at all: chat-stream-again (chat-stream with a warm prompt cache, which a double has
# not), pull-interrupted and pull-resumed (the timing of a real download; its lines are those of pull-present).

NEEDS: dict[str, Callable[[ScriptedModels], None]] = {
    "chat-busy": lambda server: server.fault(Fault.BUSY),
    "chat-runner-killed": lambda server: server.fault(Fault.ERROR_LINE, after=12),
    "chat-server-killed": lambda server: server.fault(Fault.CUT, after=7),
    "chat-stale-connection": lambda server: server.fault(Fault.RESET),
    "pull-present": lambda server: server.install(BIG),
}
# Recordings that were made after another one of the same state.
AFTER = {"ps": "generate-load", "ps-after": "generate-load", "delete": "copy"}

# A source build calls itself 0.0.0, so only the shape of the version is compared, like all texts that decide nothing.
EVERY = [pytest.param(one, id=f"{one.version}-{one.name}") for version in VERSIONS for one in recordings(version)]


def double_for(recorded: Recording) -> ScriptedModels:
    """With the models of the recorded server, and a registry that lacks the model where it reached one."""
    catalogue = () if recorded.name == "pull-unknown" else None
    models = [BIG] if recorded.name == "tags-after-pull" else CAST
    return ScriptedModels(models=models, version=recorded.version, catalogue=catalogue)


async def prepare(server: ScriptedModels, recorded: Recording) -> None:
    NEEDS.get(recorded.name, lambda server: None)(server)
    if recorded.name in AFTER:
        await recording(recorded.version, AFTER[recorded.name]).replay(server.url)


@pytest.mark.parametrize("recorded", EVERY)
async def test_a_recorded_request_gets_an_answer_of_the_recorded_shape(recorded: Recording) -> None:
    async with double_for(recorded) as server:
        await prepare(server, recorded)
        if recorded.broken:
            with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
                await recorded.replay(server.url)
            return
        got = await recorded.replay(server.url)
    assert (got.status, got.content_type) == (recorded.answer.status, recorded.answer.content_type)
    if "text/plain" in (recorded.answer.content_type or ""):
        assert got.text == recorded.answer.text
    else:
        assert shapes(lines(got), recorded) == shapes(lines(recorded.answer), recorded)


def shapes(values: list[Any], recorded: Recording) -> tuple[Any, Any]:
    """The kinds of lines before the last one, and the last: how many there are depends on the tokens."""
    if recorded.name.startswith("ps"):
        # Which models were loaded is the recorded machine's history.
        values = [{**value, "models": value["models"][:1]} for value in values]
    before = frozenset(shape(value) for value in values[:-1])
    return before, [shape(value) for value in values[-1:]]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["chat-stream", "chat-once", "chat-overflow", "chat-overflow-one", "chat-shift-false"])
async def test_what_was_read_of_the_prompt_is_counted_as_recorded(version: str, name: str) -> None:
    recorded = recording(version, name)
    async with double_for(recorded) as server:
        got = lines(await recorded.replay(server.url))[-1]
    wanted = lines(recorded.answer)[-1]
    assert got["done_reason"] == wanted["done_reason"]
    if got["model"] == "hello":
        assert got["prompt_eval_count"] == wanted["prompt_eval_count"]
    else:
        # The endless model has a tokeniser of its own; what fills the context is the same.
        filled = [line["prompt_eval_count"] + line["eval_count"] for line in (got, wanted)]
        assert filled[0] == filled[1]


@pytest.mark.parametrize("version", VERSIONS)
async def test_an_answer_reads_as_recorded_streamed_or_not(version: str) -> None:
    once, stream = recording(version, "chat-once"), recording(version, "chat-stream")
    async with double_for(once) as server:
        whole = lines(await once.replay(server.url))[0]["message"]["content"]
        parts = [line["message"]["content"] for line in lines(await stream.replay(server.url))]
    assert whole == "".join(parts) == lines(once.answer)[0]["message"]["content"]


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_wrong_method_is_told_the_right_one(version: str) -> None:
    async with ScriptedModels(version=version) as server, httpx.AsyncClient(verify=False) as client:
        response = await client.get(f"{server.url}/api/chat")
    assert response.headers["allow"] == "POST"


def test_every_recording_that_is_here_is_replayed() -> None:
    names = {one.name for version in VERSIONS for one in recordings(version)}
    assert set(NEEDS) | set(AFTER) <= names
