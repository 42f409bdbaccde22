"""What a model says when nothing is scripted: sentences that show what it was given, or what it was told to say."""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from sandbox.models.asked import ChatRequest
from sandbox.models.scripted import ScriptedModel

_SAY = re.compile(r"\bsay: ?(.*)", re.DOTALL)
_COUNT = re.compile(r"\bcount to (\d{1,6})")
_QUOTED = 200  # characters of a quotation
# A piece is about what a real tokeniser gives: a word with the space before it, long words in parts.
_PIECE = re.compile(r"\s*\S{1,24}|\s+")

_PHRASES = (
    "That is worth a thought, and I have thought it.",
    "My script has one thing to say about that: yes.",
    "I would answer that at length if I were a real model.",
    "Noted; ask me the same again and I say the same again.",
)


def pieces(text: str) -> list[str]:
    """The text in parts as they are streamed; joined they are the text."""
    return _PIECE.findall(text)


def answer_to(chat: ChatRequest, model: ScriptedModel) -> str:
    if callable(model.answer):
        return model.answer(chat)
    text = model.answer if model.answer is not None else _unscripted(chat, model)
    return text if chat.format is None or model.answer is not None else _formatted(text, chat.format)


def thoughts_on(chat: ChatRequest, model: ScriptedModel) -> str:
    """What it thinks before it answers; nothing if it does not."""
    if not model.can("thinking") or chat.think is False:
        return ""
    if model.thinking is None and chat.think:
        return f"The newest message has {len(chat.newest)} characters. I follow my script."
    return model.thinking or ""


def _unscripted(chat: ChatRequest, model: ScriptedModel) -> str:
    if told := _SAY.search(chat.newest):
        return told[1]
    if count := _COUNT.search(chat.newest):
        return ", ".join(str(number) for number in range(1, int(count[1]) + 1))
    return _account(chat, model)


def _account(chat: ChatRequest, model: ScriptedModel) -> str:
    number = len(chat.earlier)
    sentences = [
        f"This is {model.name}.",
        f"I was given {number or 'no'} earlier message{'' if number == 1 else 's'}.",
    ]
    first = next((message.content for message in chat.earlier if message.role == "user"), None)
    if first is not None:
        sentences.append(f"You first wrote: “{_clipped(first)}”")
    phrase = _PHRASES[zlib.crc32(chat.newest.encode()) % len(_PHRASES)]
    return "\n".join([" ".join(sentences), f"To “{_clipped(chat.newest)}” I say: {phrase}"])


def _clipped(text: str) -> str:
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def _formatted(text: str, wanted: str | Mapping[str, Any]) -> str:
    value = {"answer": text} if isinstance(wanted, str) else _instance(wanted, text)
    return json.dumps(value, ensure_ascii=False)


def _instance(schema: Mapping[str, Any], text: str) -> Any:
    """The plainest value that a JSON schema of ordinary kinds allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object" or "properties" in schema:
        return {key: _instance(inner, text) for key, inner in schema.get("properties", {}).items()}
    plain = {"integer": 0, "number": 0.0, "boolean": False, "array": [], "null": None}
    return plain.get(str(schema.get("type")), text)
