"""What every server of models looks like to the rest of the product."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tinyllm.models.capabilities import ModelCapabilities


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class ChatMessage:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One question to a model, with all that it may know."""

    model: str
    messages: tuple[ChatMessage, ...]
    context_size: int
    """Tokens for prompt and answer together; constant per model, since changing it loads the model anew."""


@dataclass(frozen=True, slots=True)
class Text:
    """The next piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Thinking:
    """The next piece of what the model thinks before it answers."""

    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the server measured; None where it does not tell. Durations are seconds."""

    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    answer_duration: float | None = None

    @property
    def tokens_per_second(self) -> float | None:
        if not self.answer_tokens or not self.answer_duration:
            return None
        return self.answer_tokens / self.answer_duration


@dataclass(frozen=True, slots=True)
class Finished:
    """The answer's last event: the model stopped by itself, or reached a length limit."""

    at_limit: bool
    figures: Figures


ChatEvent = Text | Thinking | Finished


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far a download is."""

    status: str
    """What is being done, in the server's words."""
    digest: str | None = None
    """The layer that is being downloaded; None while nothing is."""
    completed: int = 0
    """Bytes of that layer that are there, those of an earlier try included."""
    total: int | None = None
    """Bytes of that layer."""


class Backend(Protocol):
    """A server that runs models. Every method raises only errors of `tinyllm.errors`."""

    @property
    def address(self) -> str:
        """Where it is, as shown to people."""

    async def list_capabilities(self) -> list[ModelCapabilities]:
        """The installed models with their facts."""

    async def list_loaded(self) -> list[str]:
        """Names of the models that are in memory now."""

    async def warm_up(self, model: str, context_size: int) -> None:
        """Load a model, so that its first answer need not wait for that; nothing where the server does it alone."""

    def chat(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        """Stream an answer: any number of Thinking and Text, then exactly one Finished.

        Raises a BackendError where the answer does not begin, a BrokenAnswerError where it does not end.
        Closing it stops the generation at the server.
        """

    def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Download a model; it is installed when this ends, and a later try goes on where this one was broken off.

        Raises DownloadError, UnsupportedError. Closing it stops the download.
        """

    async def remove(self, model: str) -> None:
        """Delete a model from the server. Raises ModelMissingError, UnsupportedError."""

    async def close(self) -> None:
        """Close every connection; running answers end."""
