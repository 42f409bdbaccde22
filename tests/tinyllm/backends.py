"""A Backend that says what a test wants."""

import asyncio
from collections.abc import AsyncGenerator, Callable

from tinyllm.errors import BackendError, UnsupportedError
from tinyllm.models import ModelCapabilities
from tinyllm.models.backend import ChatEvent, ChatRequest, Figures, Finished, PullProgress, Text

Step = ChatEvent | BackendError | asyncio.Event | Callable[[], object]
"""What an answer does next: say something, fail, wait for a test, or do something."""

DONE = Finished(False, Figures(prompt_tokens=11, answer_tokens=20, answer_duration=0.5))
AT_LIMIT = Finished(True, Figures())


def model(
    name: str,
    parameters: str | None = None,
    *,
    chats: bool = True,
    context_size: int | None = 4096,
    family: str | None = None,
) -> ModelCapabilities:
    """An installed model."""
    return ModelCapabilities(
        name,
        context_size,
        embedding_support=not chats,
        family=family,
        parameter_count=parameters,
        chat_support=chats,
    )


CUT = "It ends too early: 1,024 of 98,362,432 bytes are there."
BROKEN = ModelCapabilities("big:9b", parameter_count="9B", chat_support=False, problem=CUT)
"""A model whose server says that it cannot be used."""


class ScriptedBackend:
    """Follows the answers given to `will`, one a request, and says “Yes.” when there are none left."""

    address = "http://models:11434"

    def __init__(self, *installed: ModelCapabilities) -> None:
        self.installed = list(installed)
        self.down: BackendError | None = None
        """Raised instead of telling what is installed."""
        self.requests: list[ChatRequest] = []
        self.warmed: list[tuple[str, int]] = []
        self.listings = 0
        self.running = self.most_running = self.closed_early = 0
        self._answers: list[tuple[Step, ...]] = []

    def will(self, *steps: Step) -> None:
        """The next answer."""
        self._answers.append(steps)

    async def list_capabilities(self) -> list[ModelCapabilities]:
        self.listings += 1
        if self.down is not None:
            raise self.down
        return list(self.installed)

    async def list_loaded(self) -> list[str]:
        return []

    async def warm_up(self, model: str, context_size: int) -> None:
        self.warmed.append((model, context_size))

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        self.requests.append(request)
        steps = self._answers.pop(0) if self._answers else (Text("Yes."), DONE)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        ended = False
        try:
            for step in steps:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, BackendError):
                    ended = True
                    raise step
                elif callable(step):
                    step()
                else:
                    yield step
            ended = True
        finally:
            self.running -= 1
            self.closed_early += not ended

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        raise UnsupportedError(self.address, "download models")
        yield

    async def remove(self, model: str) -> None:
        raise UnsupportedError(self.address, "remove models")

    async def close(self) -> None:
        pass
