"""Recordings of a real server: read them, send their requests again, and see the shape of an answer."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent
VERSIONS = ("0.24", "0.33")

# Texts that clients decide by; everything else may differ in its value.
_DECISIVE = frozenset({"error", "done_reason", "role", "object", "finish_reason", "type", "model", "name", "owned_by"})
# What a client reads of `model_info`; the rest are details of one file.
_READ_INFO = ("general.architecture", "general.parameter_count", "llama.context_length", "llama.embedding_length")


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str | None
    text: str


@dataclass(frozen=True)
class Recording:
    version: str
    name: str
    request: dict[str, Any]
    answer: Answer
    broken: bool  # the connection did not end well
    reads: tuple[str, ...]  # the answer as it arrived

    async def replay(self, url: str) -> Answer:
        sent = self.request
        content = json.dumps(sent["json"]) if "json" in sent else sent.get("body")
        # No certificates to load for plain HTTP: that alone would take longer than everything else here.
        async with httpx.AsyncClient(verify=False) as client:
            got = await client.request(sent["method"], url + sent["path"], content=content)
        return Answer(got.status_code, got.headers.get("content-type"), got.text)


def recordings(version: str) -> list[Recording]:
    return [_read(version, path) for path in sorted((HERE / version).glob("*.json"))]


def recording(version: str, name: str) -> Recording:
    return _read(version, HERE / version / f"{name}.json")


def _read(version: str, path: Path) -> Recording:
    data = json.loads(path.read_text(encoding="utf-8"))
    reads = tuple(read["text"] for read in data["reads"])
    answer = Answer(data.get("status", 0), data.get("headers", {}).get("Content-Type"), "".join(reads))
    return Recording(version, path.stem, data["request"], answer, "client_error" in data, reads)


def lines(answer: Answer) -> list[Any]:
    """The JSON values of an answer: one for each line, or the data of each event."""
    texts = [line.removeprefix("data: ") for line in answer.text.splitlines()]
    return [json.loads(text) for text in texts if text and text != "[DONE]"]


def shape(value: Any, key: str = "") -> Any:
    """The keys and the kinds of values; decisive texts and truth values as they are."""
    if isinstance(value, dict):
        kept = {name: value.get(name) for name in _READ_INFO} if key == "model_info" else value
        return frozenset((name, shape(inner, name)) for name, inner in kept.items())
    if isinstance(value, list):
        return frozenset(shape(inner) for inner in value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return value if key in _DECISIVE else "text"
    return "number"
