"""Where the model server differs from the recorded Ollama on purpose, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tests.recordings.ollama.recording import Answer, Recording, lines, recording

Change = Callable[[Recording], Recording]


@dataclass(frozen=True)
class Difference:
    """What is expected in the place of some recorded answers."""

    why: str
    names: tuple[str, ...]
    """Recordings: of one version, as in `0.24-chat-once`, or of both."""
    change: Change


def expected(recorded: Recording) -> Answer:
    """What our server should answer to a recorded request."""
    for difference in DIFFERENCES:
        if {recorded.name, f"{recorded.version}-{recorded.name}"} & set(difference.names):
            recorded = difference.change(recorded)
    return recorded.answer


def _newer(recorded: Recording) -> Recording:
    return replace(recorded, answer=recording("0.33", recorded.name).answer)


def _each_line(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Change:
    def changed(recorded: Recording) -> Recording:
        text = "\n".join(json.dumps(change(value)) for value in lines(recorded.answer))
        return replace(recorded, answer=replace(recorded.answer, text=text))

    return changed


def _without(key: str) -> Change:
    return _each_line(lambda line: {name: value for name, value in line.items() if name != key})


def _with(**values: Any) -> Change:
    """Other values, where there are any."""
    return _each_line(lambda line: {name: values.get(name, value) for name, value in line.items()})


def _saying(text: str) -> Change:
    return lambda recorded: replace(recorded, answer=replace(recorded.answer, text=text))


def _told_what_it_can(line: dict[str, Any]) -> dict[str, Any]:
    sizes = {"context_length": 8192, "embedding_length": 512}
    models = [
        {**model, "details": {**model["details"], **sizes}, "capabilities": ["completion"]} for model in line["models"]
    ]
    return {**line, "models": models}


def _only_embedding(line: dict[str, Any]) -> dict[str, Any]:
    models = [
        {**model, "capabilities": ["embedding"]} if model["name"] == "embed:latest" else model
        for model in line["models"]
    ]
    return {**line, "models": models}


def _cannot_pull(recorded: Recording) -> Recording:
    name = recorded.request["json"]["model"].removeprefix("http://")
    text = (
        "pull model manifest: file does not exist: this small server can download only hello:latest, "
        f"127.0.0.1:5001/library/big:latest. For {name} install Ollama (https://ollama.com) and run "
        f"`ollama pull {name}`, or put a GGUF file into HOME"
    )
    return _with(error=text)(recorded)


DIFFERENCES = (
    Difference(
        "Where the two disagree, we are like the newer one: it refuses images that 0.24 ignored in silence, tells how "
        "long a prompt is that does not fit, embeds with no chat model, lists what models can do, and says in OpenAI's "
        "dialect only once who speaks.",
        (
            *("0.24-chat-images-unsupported", "0.24-embed-chat-model", "0.24-tags"),
            *("0.24-chat-overflow-truncate-false", "0.24-chat-overflow-one-truncate-false"),
            *("0.24-chat-overflow-stream-truncate-false", "0.24-chat-overflow-one", "0.24-chat-shift-false"),
            *("0.24-v1-chat-stream", "0.24-v1-chat-think"),
        ),
        _newer,
    ),
    Difference(
        "The same of a listing that only 0.24 made.",
        ("0.24-tags-after-pull",),
        _each_line(_told_what_it_can),
    ),
    Difference(
        "0.33 lists a model that only embeds as one that completes, though it refuses to chat with it.",
        ("tags",),
        _each_line(_only_embedding),
    ),
    Difference(
        "The tokens of the conversation, for the next question: deprecated, and no client of ours reads them.",
        ("generate-stream",),
        _without("context"),
    ),
    Difference(
        "0.33 keeps the first four tokens and the last of half the context, whatever they are of the template. We cut "
        "the turn's own text, and the whole prompt is half of the context.",
        ("chat-overflow-one",),
        _with(prompt_eval_count=256),
    ),
    Difference(
        "How tools are told to a model is the template's matter, and the recorded one was another.",
        ("chat-tool-call",),
        _with(prompt_eval_count=337),
    ),
    Difference(
        "There is no registry; the sentence says how to get Ollama.",
        ("pull-missing", "pull-once-missing", "pull-unknown"),
        _cannot_pull,
    ),
    Difference(
        "The recorded sentence is one of the engine's in JSON; ours can be shown to people.",
        ("chat-images-unsupported",),
        _with(error="hello:latest cannot see images: images are not supported by this server."),
    ),
    Difference(
        "There is no registry that the model comes from.",
        ("chat-tools-unsupported",),
        _with(error='"hello" does not support tools'),
    ),
    Difference(
        "We are not Ollama.",
        ("root",),
        _saying("TinyLLM is running"),
    ),
)
