"""Conversations that are too long for a model's context, cut as Ollama cuts them: whole turns from the front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinyllm.serve.engine import Engine

Messages = Sequence[Mapping[str, Any]]


async def fitted(engine: Engine, messages: Messages) -> list[Mapping[str, Any]]:
    """The system messages and the newest turns that fit; where even the last one does not, its end.

    Raises RefusalError, EngineError.
    """
    system = [message for message in messages if message["role"] == "system"]
    turns = [message for message in messages if message["role"] != "system"]
    first, last = 0, max(len(turns) - 1, 0)
    while first < last:  # the fewest turns that must go
        middle = (first + last) // 2
        if await _size(engine, [*system, *turns[middle:]]) < engine.context:
            last = middle
        else:
            first = middle + 1
    kept = [*system, *turns[first:]]
    if turns and await _size(engine, kept) >= engine.context:
        kept[-1] = await _shortened(engine, system, kept[-1])
    return kept


async def _shortened(engine: Engine, system: Messages, turn: Mapping[str, Any]) -> Mapping[str, Any]:
    """Its newest part, with half of the context left to answer in."""
    around = await _size(engine, [*system, {**turn, "content": ""}])
    tokens = (await engine.ask("POST", "/tokenize", {"content": turn["content"]}))["tokens"]
    room = max(engine.context // 2 - around, 1)
    text = (await engine.ask("POST", "/detokenize", {"tokens": tokens[-room:]}))["content"]
    return {**turn, "content": text}


async def _size(engine: Engine, messages: Messages) -> int:
    """Tokens of a prompt."""
    prompt = (await engine.ask("POST", "/apply-template", {"messages": messages}))["prompt"]
    found = await engine.ask("POST", "/tokenize", {"content": prompt, "add_special": True, "parse_special": True})
    return len(found["tokens"])
