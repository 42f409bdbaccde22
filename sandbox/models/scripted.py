"""The scripted model: facts as a model server reports them, and the script that it follows."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.models.asked import ChatRequest, Message


def by_quarters(messages: Sequence[Message]) -> int:
    """About what a real tokeniser gives for English: a token for four characters, and four for each message."""
    return sum(math.ceil(len(message.content) / 4) + 4 for message in messages)


@dataclass(frozen=True, slots=True)
class ToolCall:
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ScriptedModel:
    """Facts, speeds (seconds, tokens a second) and what it says; without `answer` it tells what it was given.

    `thinking` None on a model that can think: it thinks only when asked to. `tool_call` is made once, when the
    request offers a tool of that name. `most_tokens` ends every answer for its length, as a model's own `num_predict`.
    `problem`, if any, is why its file cannot be used: it is listed with it, as `tinyllm serve` does, and refused.
    """

    name: str
    parameter_size: str = "1.0B"
    parameter_count: int = 1_000_000_000
    quantization: str = "Q4_K_M"
    family: str = "llama"
    size: int = 700_000_000
    context_length: int = 4096
    embedding_length: int = 512
    capabilities: tuple[str, ...] = ("completion",)
    first_token: float = 0.0
    tokens_per_second: float = math.inf
    load_time: float = 0.0
    thinking: str | None = None
    answer: Callable[[ChatRequest], str] | str | None = None
    tool_call: ToolCall | None = None
    most_tokens: float = math.inf
    count_tokens: Callable[[Sequence[Message]], int] = by_quarters
    parameters: str = ""
    system: str = ""
    license: str = ""
    problem: str = ""

    def can(self, capability: str) -> bool:
        return capability in self.capabilities
