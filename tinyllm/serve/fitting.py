"""Prompts that are too long for a model's context, cut as Ollama cuts them: whole turns from the front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tinyllm.serve.engine import Engine
from tinyllm.serve.refusals import EngineRefusalError

Messages = Sequence[Mapping[str, Any]]


async def fitted(engine: Engine, messages: Messages, told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The system messages and the newest turns that fit; where even the last one does not, its end.

    `told` is what else the template is given. Raises RefusalError, EngineError.
    """
    turns = [index for index, message in enumerate(messages) if message["role"] != "system"]
    if not turns:
        return list(messages)
    try:
        first = await _first_that_fits(engine, messages, turns, told)
    except EngineRefusalError:  # many templates insist on a question of the user's before each answer
        questions = [index for index in turns if messages[index]["role"] == "user"]
        first = await _first_that_fits(engine, messages, questions or turns[-1:], told)
    last = turns[-1]
    if await _size(engine, _from(messages, first), told) >= engine.context:
        bare = [*messages[:last], {**messages[last], "content": ""}, *messages[last + 1 :]]
        around = await _size(engine, _from(bare, first), told)
        content = await ending(engine, messages[last]["content"], engine.context // 2 - around)
        messages = [*messages[:last], {**messages[last], "content": content}, *messages[last + 1 :]]
    return _from(messages, first)


async def ending(engine: Engine, text: str, size: int) -> str:
    """The last `size` tokens of a text, or one. Raises RefusalError, EngineError."""
    tokens = (await engine.ask("POST", "/tokenize", {"content": text}))["tokens"]
    cut = await engine.ask("POST", "/detokenize", {"tokens": tokens[-max(size, 1) :]})
    return str(cut["content"])


def _from(messages: Messages, first: int) -> list[Mapping[str, Any]]:
    return [message for index, message in enumerate(messages) if index >= first or message["role"] == "system"]


async def _first_that_fits(engine: Engine, messages: Messages, starts: Sequence[int], told: Mapping[str, Any]) -> int:
    """The earliest of the starts after which everything fits, or the last."""
    low, high = 0, len(starts) - 1
    while low < high:
        middle = (low + high) // 2
        if await _size(engine, _from(messages, starts[middle]), told) < engine.context:
            high = middle
        else:
            low = middle + 1
    return starts[low]


async def _size(engine: Engine, messages: Messages, told: Mapping[str, Any]) -> int:
    """Tokens of a prompt. Raises RefusalError where the template refuses it."""
    prompt = (await engine.ask("POST", "/apply-template", {**told, "messages": messages}))["prompt"]
    found = await engine.ask("POST", "/tokenize", {"content": prompt, "add_special": True, "parse_special": True})
    return len(found["tokens"])
