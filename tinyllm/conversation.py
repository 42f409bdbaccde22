"""The use case: something was said in a scope, a model answers, and both are remembered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from tinyllm.answers import Answer
from tinyllm.choices import Choices, Chosen
from tinyllm.clock import Clock
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BrokenAnswerError,
    ContextOverflowError,
    ModelMissingError,
    StorageError,
    TinyLLMError,
)
from tinyllm.events import Ended, Event, InLine, Notice, Outcome, Said, Started, Switched
from tinyllm.halt import Halt, Halted
from tinyllm.memory.tokens import TokenEstimates
from tinyllm.memory.turns import Turn, TurnState, TurnStore, storable
from tinyllm.memory.window import prompt_budget
from tinyllm.memory.windows import Windows
from tinyllm.models.backend import Backend, ChatRequest, Finished, Role
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.requests import RequestLog
from tinyllm.prompt import system_prompt
from tinyllm.scopes import Scope

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Tries at one answer: the first, one with a shorter window, one with another model."""
_ENDINGS: dict[type[BrokenAnswerError], Outcome] = {
    AnswerCutError: Outcome.CUT,
    AnswerIdleError: Outcome.IDLE,
    AnswerGarbledError: Outcome.GARBLED,
    AnswerFailedError: Outcome.ERROR,
}
_STATES = {
    Outcome.DONE: TurnState.DONE,
    Outcome.LENGTH: TurnState.DONE,
    Outcome.STOPPED: TurnState.STOPPED,
}
"""The state of the turn; that of every other outcome is INTERRUPTED."""
_SENTENCES = {
    Outcome.DONE: "",
    Outcome.LENGTH: "The answer reached the length limit.",
    Outcome.EMPTY: "The model gave an empty answer. Ask again, or ask another model.",
    Outcome.STOPPED: "Stopped.",
    Outcome.INTERRUPTED: "Interrupted, because I am being restarted. Ask again in a moment.",
}
_UNCOUNTED = (Outcome.STOPPED, Outcome.INTERRUPTED)
"""Endings that say nothing about the model's health."""


class _Line:
    """Where those wait who talk in the same scope; weakly kept, so it goes with the last of them."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        """Held by the one who is answered."""
        self.waiting = 0
        self.storing = asyncio.Lock()
        """Held while something is stored or cleared."""
        self.clearings = 0


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A question that waits for its answer."""

    scope: Scope
    said: Said
    halt: Halt
    question: Turn
    """Stored, unless it has no id."""
    line: _Line
    clearings: int
    """How often the scope had been cleared by then."""


class Conversations:
    """Every conversation of this process."""

    def __init__(
        self,
        *,
        backend: Backend,
        registry: ModelRegistry,
        choices: Choices,
        turns: TurnStore,
        estimates: TokenEstimates,
        requests: RequestLog,
        prompt: str,
        max_context_tokens: int,
        max_parallel: int,
        clock: Clock,
    ) -> None:
        """`requests` gets every request, `prompt` is the template of the system prompt.

        `max_parallel` is how many answers are made at a time.
        """
        self._backend = backend
        self._registry = registry
        self._choices = choices
        self._turns = turns
        self._estimates = estimates
        self._windows = Windows(turns, estimates)
        self._requests = requests
        self._prompt = prompt
        self._max_context_tokens = max_context_tokens
        self._places = asyncio.Semaphore(max_parallel)
        self._in_line = 0
        self._clock = clock
        self._lines: WeakValueDictionary[str, _Line] = WeakValueDictionary()

    async def ask(self, scope: Scope, said: Said, halt: Halt) -> AsyncGenerator[Event, None]:
        """Answer what was said. Yields any number of events and then one Ended; raises nothing of ours.

        `halt` ends the answer from outside. One answer at a time is made per scope, the others wait in line.
        What was said is committed before the first Text, the answer before Ended.
        """
        line = self._lines.setdefault(scope.key, _Line())
        if line.turn.locked():
            yield InLine(line.waiting + 1)
        try:
            line.waiting += 1
            try:
                await halt.wait(line.turn.acquire())
            finally:
                line.waiting -= 1
            try:
                async with aclosing(self._exchange(scope, said, halt, line)) as events:
                    async for event in events:
                        yield event
            finally:
                line.turn.release()
        except Halted:
            outcome = _halted(halt)
            yield Ended(outcome, _SENTENCES[outcome])
        except TinyLLMError as exc:
            log.warning("no answer in %s: %s", scope.key, exc)
            yield Ended(Outcome.ERROR, str(exc), error=exc)

    async def delivered(self, turn_id: int, message_ids: Sequence[int]) -> None:
        """Note the Discord messages that an answer went to. Raises StorageError."""
        await self._turns.attach(turn_id, message_ids)

    async def clear(self, scope: Scope) -> int:
        """Forget a conversation, the answer that is being made included; returns how many turns it had.

        Raises StorageError.
        """
        line = self._lines.setdefault(scope.key, _Line())
        async with line.storing:
            line.clearings += 1
            self._windows.forget(scope)
            return await self._turns.clear(scope)

    async def pin(self, scope: Scope) -> Turn | None:
        """Let the newest turn of a person stay in the window; returns it, or None where there is none.

        Raises StorageError.
        """
        async with aclosing(self._turns.newest(scope)) as turns:
            async for turn in turns:
                if turn.role is Role.USER and turn.id is not None:
                    await self._turns.pin(turn.id)
                    return replace(turn, pinned=True)
        return None

    async def unpin(self, scope: Scope) -> int:
        """Take every pin of a conversation off; returns how many there were. Raises StorageError."""
        return await self._turns.unpin(scope)

    async def switch(self, scope: Scope, typed: str, *, chosen_by: str | None = None, stored: bool = True) -> Switched:
        """Choose a model for a scope; the conversation stays. Takes and raises what `Choices.switch` does."""
        model = await self._choices.switch(scope, typed, chosen_by=chosen_by, stored=stored)
        warnings = []
        health = self._registry.get_health(model.name)
        if not health.is_healthy:
            why = f": {health.last_error.rstrip('.')}" if health.last_error else ""
            warnings.append(f"It has been failing lately{why}.")
        size = self.context_size(model)
        if not await self._windows.holds_all(scope, model.name, prompt_budget(size)):
            warnings.append(f"This conversation is longer than its {size:,} tokens, so it sees only the newer part.")
        return Switched(model, tuple(warnings))

    async def warm_up(self, model: ModelCapabilities) -> None:
        """Load a model ahead of its first answer. Raises BackendError."""
        await self._backend.warm_up(model.name, self.context_size(model))

    def context_size(self, model: ModelCapabilities) -> int:
        """Tokens that a model works with here: what it was made for, at most what the setting allows."""
        return min(model.context_size or self._max_context_tokens, self._max_context_tokens)

    async def _exchange(self, scope: Scope, said: Said, halt: Halt, line: _Line) -> AsyncGenerator[Event, None]:
        turn = Turn(
            Role.USER, storable(said.text), author=said.author, message_ids=said.message_ids, said_at=self._clock.time()
        )
        try:
            async with line.storing:
                clearings = line.clearings
                turn = await self._turns.append(scope, turn)
        except StorageError as exc:
            log.error("a turn in %s is not remembered: %s", scope.key, exc)
            yield Notice(f"I cannot remember this exchange. {exc}")
        exchange = _Exchange(scope, said, halt, turn, line, clearings)
        if self._places.locked():
            yield InLine(self._in_line + 1)
        ended: Ended | None = None
        async with self._place(halt), aclosing(self._answer(exchange)) as events:
            async for event in events:
                if isinstance(event, Ended):
                    ended = event
                else:
                    yield event
        if ended is not None:
            yield ended  # the place is free by now, however long the end takes to be shown

    @asynccontextmanager
    async def _place(self, halt: Halt) -> AsyncIterator[None]:
        """One of the `max_parallel` places. Raises Halted."""
        self._in_line += 1
        try:
            await halt.wait(self._places.acquire())
        finally:
            self._in_line -= 1
        try:
            yield
        finally:
            self._places.release()

    async def _answer(self, exchange: _Exchange) -> AsyncGenerator[Event, None]:
        """Attempts at an answer, until one begins."""
        scope, halt = exchange.scope, exchange.halt
        chosen = await halt.wait(self._effective(scope))
        told, cut_to = "", None
        for attempt in range(1, ATTEMPTS + 1):
            if (notice := _skipped(chosen)) and notice != told:
                yield Notice(notice)
                told = notice
            yield Started(chosen.model.name)
            prompt = system_prompt(self._prompt, exchange.said.surroundings, self._clock.time(), chosen.model.system)
            size = self.context_size(chosen.model)
            budget = cut_to or prompt_budget(size)
            window = await self._windows.build(scope, chosen.model.name, prompt, budget, latest=exchange.question)
            request = ChatRequest(chosen.model.name, window.messages, size)
            try:
                async with aclosing(self._attempt(exchange, request)) as events:
                    async for event in events:
                        yield event
                return
            except ContextOverflowError as exc:
                self._estimates.overflowed(request, exc.prompt_tokens)
                if cut_to or attempt == ATTEMPTS:
                    raise
                sent = self._estimates.of(request.model).request(request)
                cut_to = min(sent // 2, budget)  # of what was sent, for what was allowed may have been far more
            except ModelMissingError:
                if attempt == ATTEMPTS:
                    raise
                await self._registry.sync(self._backend)
                chosen, cut_to = await halt.wait(self._effective(scope)), None

    async def _effective(self, scope: Scope) -> Chosen:
        """The model to ask, also when what was chosen cannot be read. Raises NoModelError, BackendError."""
        try:
            return await self._choices.effective(scope)
        except StorageError as exc:
            log.error("the choices of %s cannot be read: %s", scope.key, exc)
            return await self._choices.default()

    async def _attempt(self, exchange: _Exchange, request: ChatRequest) -> AsyncGenerator[Event, None]:
        """One request to the model, to whatever end. Raises BackendError where no answer begins."""
        halt = exchange.halt
        answer = Answer(request.model, self._clock)
        try:
            async with aclosing(self._backend.chat(request)) as stream:
                async for event in halt.each(stream):
                    answer.take(event)
                    if not isinstance(event, Finished):
                        yield event
            outcome = _finished(answer)
            reason = _SENTENCES[outcome]
        except Halted:
            outcome = _halted(halt)
            reason = _SENTENCES[outcome]
        except BrokenAnswerError as exc:
            outcome, reason = _ENDINGS.get(type(exc), Outcome.ERROR), str(exc)
        except ContextOverflowError:
            raise  # we sent too much: nothing is wrong with the model
        except BackendError as exc:
            self._count(exchange.scope, answer, Outcome.ERROR, str(exc))
            raise
        except (GeneratorExit, asyncio.CancelledError):
            try:
                await self._keep(exchange, answer, TurnState.INTERRUPTED)
            except StorageError as exc:
                log.error("an answer in %s is not remembered: %s", exchange.scope.key, exc)
            raise
        self._count(exchange.scope, answer, outcome, reason)
        self._estimates.learn(request, answer.prompt_tokens)
        figures = answer.figures
        turn_id = None
        try:
            turn_id = await self._keep(exchange, answer, _STATES.get(outcome, TurnState.INTERRUPTED))
        except StorageError as exc:
            log.error("an answer in %s is not remembered: %s", exchange.scope.key, exc)
            if exchange.question.id is not None:  # else the asker knows already
                yield Notice(f"I cannot remember this answer. {exc}")
        yield Ended(outcome, reason, request.model, figures, turn_id)

    def _count(self, scope: Scope, answer: Answer, outcome: Outcome, reason: str) -> None:
        self._requests.record(answer.logged(scope, outcome, self._clock.time()))
        if outcome not in _UNCOUNTED:
            success = outcome in (Outcome.DONE, Outcome.LENGTH)
            self._registry.record_request(answer.model, answer.elapsed_ms, success, None if success else reason)

    async def _keep(self, exchange: _Exchange, answer: Answer, state: TurnState) -> int | None:
        """Store what was answered; None where it is nothing, or has been cleared meanwhile. Raises StorageError."""
        if answer.is_blank:
            return None
        turn = replace(answer.turn(), state=state, said_at=self._clock.time())
        async with exchange.line.storing:
            if exchange.line.clearings != exchange.clearings:
                return None
            return (await self._turns.append(exchange.scope, turn)).id


def _halted(halt: Halt) -> Outcome:
    return Outcome.INTERRUPTED if halt.shutting_down else Outcome.STOPPED


def _finished(answer: Answer) -> Outcome:
    if answer.is_blank:
        return Outcome.EMPTY
    return Outcome.LENGTH if answer.at_limit else Outcome.DONE


def _skipped(chosen: Chosen) -> str:
    """What to tell about choices whose models cannot be used."""
    if not chosen.skipped:
        return ""
    reasons = dict.fromkeys(f"{skipped.candidate.typed} {skipped.why}" for skipped in chosen.skipped)
    return f"{', '.join(reasons)}, so {chosen.model.name} answers."
