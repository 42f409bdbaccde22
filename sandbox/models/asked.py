"""What a client asked for, as values: the same for the chat, the generate and the OpenAI route."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    role: str
    content: str
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request for an answer; `keep_alive` is in seconds, infinite for "for ever", None when not set."""

    model: str
    messages: tuple[Message, ...]
    stream: bool = True
    think: bool | str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    keep_alive: float | None = None
    truncate: bool = True
    shift: bool = True
    format: str | Mapping[str, Any] | None = None
    tools: tuple[str, ...] = ()

    @property
    def newest(self) -> str:
        """The text of the newest message of a user, or nothing."""
        said = [message.content for message in self.messages if message.role == "user"]
        return said[-1] if said else ""

    @property
    def earlier(self) -> tuple[Message, ...]:
        """The conversation before its newest message, without system messages."""
        return tuple(message for message in self.messages[:-1] if message.role != "system")

    @property
    def unloads(self) -> bool:
        return not self.messages and self.keep_alive == 0

    def context(self, trained: int) -> int:
        """Tokens of context in use: never more than the model was trained for, 4096 unless asked otherwise."""
        return min(int(self.options.get("num_ctx") or 4096), trained)

    @property
    def most_tokens(self) -> float:
        wanted = int(self.options.get("num_predict") or -1)
        return wanted if wanted > 0 else math.inf
