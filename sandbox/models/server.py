"""The scripted model server as tests hold it: models in, requests out, faults when wanted."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.models.control import Control
from sandbox.models.defaults import DEFAULT_MODELS
from sandbox.models.door import Door
from sandbox.models.faults import Fault, FaultPlan, PlannedFault
from sandbox.models.gate import Gate
from sandbox.models.journal import Journal, Request
from sandbox.models.library import Library
from sandbox.models.news import News
from sandbox.models.pull import Pull
from sandbox.models.reception import reception
from sandbox.models.refusals import RefusalError, Version
from sandbox.models.scripted import ScriptedModel
from sandbox.models.shelf import Shelf
from sandbox.models.stage import Stage
from sandbox.models.talk import CHAT_PATHS, Talk

_LARGEST_BODY = 64 * 2**20  # bytes; images come in the body


class ScriptedModels:
    """A test double: real HTTP in Ollama's dialect of one version, but no model behind it.

    `catalogue` is what can be pulled, None where no registry is reached. `lines_per_write` and `ragged` decide how
    streamed lines fall into writes. `clock` gives seconds since the epoch, `sleep` waits.
    """

    def __init__(
        self,
        port: int = 0,
        models: Sequence[ScriptedModel] = DEFAULT_MODELS,
        version: Version = "0.33",
        *,
        host: str = "127.0.0.1",
        catalogue: Sequence[ScriptedModel] | None = None,
        lines_per_write: int = 1,
        ragged: bool = False,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._host = host
        self._news = News()
        self._journal = Journal(self._news)
        self._faults = FaultPlan()
        self._gate = Gate()
        self._shelf = Shelf(models, self._news, clock, sleep)
        stage = Stage(self._journal, self._faults, self._gate, sleep, lines_per_write, ragged)
        self._app = web.Application(
            middlewares=[reception(self._journal, self._faults, clock)], client_max_size=_LARGEST_BODY
        )
        for room in (
            Talk(self._shelf, stage, clock, version),
            Library(self._shelf, version),
            Pull(self._shelf, stage, catalogue),
            Control(lambda: self.requests, self._faults, self._gate),
        ):
            self._app.add_routes(room.routes())
        # A client that leaves cancels its answer, as it does at a real server.
        self._runner = web.AppRunner(self._app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
        self._port = port
        self._door: Door | None = None

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        assert self._runner.server is not None
        self._door = Door(self._host, self._port, self._runner.server)
        try:
            await self.up()
        except OSError:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()
        await asyncio.sleep(0)  # lets the dropped connections cancel what they were waiting for
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._entrance.port}"

    @property
    def requests(self) -> list[Request]:
        """All requests so far, in order of arrival."""
        return list(self._journal.requests)

    @property
    def chats(self) -> list[Request]:
        """The requests for an answer in a conversation, of both dialects; those that only load a model are left out."""
        return [one for one in self._journal.requests if one.path in CHAT_PATHS and one.messages]

    @property
    def loaded(self) -> list[str]:
        """The names of the models loaded now, in the order of loading."""
        return [one.installed.name for one in self._shelf.loaded]

    def install(self, model: ScriptedModel) -> None:
        self._shelf.install(model)

    def remove(self, name: str) -> None:
        """Raises KeyError when no such model is installed."""
        try:
            self._shelf.remove(name)
        except RefusalError as error:
            raise KeyError(name) from error

    def fault(
        self,
        fault: Fault,
        path: str | None = "/api/chat",
        after: int = 0,
        times: int | None = 1,
        model: str | None = None,
    ) -> None:
        """The next `times` matching requests misbehave, for some faults after `after` tokens.

        `path` or `model` None match any; `times` None is until cleared. REFUSE has none of these: it is `down()`.
        """
        if fault is Fault.REFUSE:
            self.down()
        else:
            self._faults.plan(PlannedFault(fault, path, model, after, times))

    def clear_faults(self) -> None:
        """No more faults: hanging requests go on, and a server that was down listens again."""
        self._faults.clear()
        self._entrance.open()

    def down(self) -> None:
        """As if the process had been killed: connections are dropped and refused, nothing stays loaded."""
        self._journal.cut_all()
        self._shelf.unload_all()
        self._entrance.close()

    async def up(self) -> None:
        """Listens again, on the same port."""
        self._entrance.open()
        await self._entrance.opened()

    def hold(self, after: int = 0) -> None:
        """No stream goes past its first `after` tokens until released; those further on stop at once."""
        self._gate.hold(after)

    def release(self) -> None:
        self._gate.release()

    async def until(self, is_so: Callable[[Self], bool], timeout: float = 5.0) -> None:
        """Waits until it is so, looking again at every event; raises TimeoutError telling what was seen."""
        try:
            async with asyncio.timeout(timeout):
                while not is_so(self):
                    await self._news.next()
        except TimeoutError as error:
            seen = [f"{one.method} {one.path} {one.outcome} ({one.tokens} tokens)" for one in self.requests]
            raise TimeoutError(f"not so within {timeout} s; requests: {seen}") from error

    @property
    def _entrance(self) -> Door:
        assert self._door is not None, "use it with `async with`"
        return self._door
