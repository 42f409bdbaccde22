"""The engines that run: loaded when they are needed, one load at a time, and unloaded when nobody needs them."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tinyllm.clock import Clock
from tinyllm.serve.engine import Engine, EngineError, Load
from tinyllm.serve.refusals import BUSY, RefusalError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody who asks a model needs of an engine."""

    name: str
    """The model that was asked for; several may be made from one file."""
    load: Load
    """How to load it, if it is not."""
    context: int | None
    """The context that it must have; None for whatever it is loaded with."""
    keep_alive: float
    """Seconds that it stays loaded afterwards; may be infinite."""

    def suits(self, load: Load) -> bool:
        """Whether what is loaded will do."""
        same_file = (self.load.path, self.load.modified_at) == (load.path, load.modified_at)
        return same_file and self.context in (None, load.context)


@dataclass(eq=False, slots=True)
class Loaded:
    """An engine and its users."""

    load: Load
    keep_alive: float
    """As whoever asked for it last wanted."""
    engine: Engine | None = None
    """None while it is being loaded."""
    users: int = 0
    leaving: bool = False
    """It gets no new users, and is unloaded when the last one has gone."""
    unloading: bool = False
    expires_at: float = math.inf
    """Seconds since the epoch."""
    used_at: float = 0.0
    names: dict[str, None] = field(default_factory=dict)
    """The models that it was asked for as, in order."""
    expiry: asyncio.Task[None] | None = None


@dataclass(eq=False, slots=True)
class _Place:
    """Somebody in the line."""

    wanted: Wanted
    granted: asyncio.Future[Loaded]


class Pool:
    """Owns every engine. Who came first is served first, but one for a loaded model may pass one that must load."""

    def __init__(
        self,
        *,
        memory: int,
        queue: int,
        clock: Clock,
        start: Callable[[Load], Awaitable[Engine]] = Engine.start,
    ) -> None:
        """`memory` is how many bytes all models together may take, `queue` how many requests may wait."""
        self._memory = memory
        self._queue = queue
        self._clock = clock
        self._start = start
        self._line: list[_Place] = []
        self._loaded: dict[Path, Loaded] = {}
        self._loading: Loaded | None = None
        self._tasks = set[asyncio.Task[None]]()
        self._closed = False

    @property
    def loaded(self) -> list[Loaded]:
        """What is in memory now, in the order of loading."""
        return [one for one in self._loaded.values() if one.engine is not None and not one.leaving]

    @asynccontextmanager
    async def engine(self, wanted: Wanted) -> AsyncIterator[Engine]:
        """An engine with one of its slots, as long as the block lasts. Raises RefusalError."""
        loaded = await self._granted(wanted)
        assert loaded.engine is not None
        try:
            yield loaded.engine
        finally:
            self._left(loaded, wanted)

    async def drop(self, path: Path) -> None:
        """Unload a file, once its running answers are over, and wait for that."""
        loaded = self._loaded.get(path)
        if loaded is None:
            return
        loaded.leaving = True
        self._serve()
        while self._loaded.get(path) is loaded and self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self) -> None:
        """End every engine; running answers break off."""
        self._closed = True
        self._fail(self._line, _ending())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        engines = [one.engine for one in self._loaded.values() if one.engine is not None]
        await asyncio.gather(*(engine.stop() for engine in engines))
        self._loaded.clear()

    async def _granted(self, wanted: Wanted) -> Loaded:
        if self._closed:
            raise _ending()
        if wanted.load.memory > self._memory:
            needed, there = wanted.load.memory / 2**30, self._memory / 2**30
            raise RefusalError(500, f"model requires more memory ({needed:.1f} GiB) than it may take ({there:.1f} GiB)")
        place = _Place(wanted, asyncio.get_running_loop().create_future())
        self._line.append(place)
        self._serve()
        if place in self._line and len(self._line) > self._queue:
            self._line.remove(place)
            raise RefusalError(503, BUSY)
        try:
            return await place.granted
        except asyncio.CancelledError:
            if place in self._line:
                self._line.remove(place)
            elif place.granted.done() and not place.granted.cancelled() and place.granted.exception() is None:
                self._left(place.granted.result(), wanted)  # it came in the same moment
            raise

    def _left(self, loaded: Loaded, wanted: Wanted) -> None:
        loaded.users -= 1
        loaded.used_at = self._clock.monotonic()
        loaded.keep_alive = wanted.keep_alive
        self._serve()
        self._expire_if_unused(loaded)

    def _serve(self) -> None:
        """Give everybody in the line what there is now, and prepare what there is not."""
        if self._closed:
            return
        must_wait = self._loading is not None
        for place in [place for place in self._line if not place.granted.done()]:
            loaded = self._loaded.get(place.wanted.load.path)
            if loaded is not None and place.wanted.suits(loaded.load) and not loaded.leaving:
                if loaded.engine is not None and loaded.engine.alive and loaded.users < loaded.load.slots:
                    self._grant(place, loaded)
            elif not must_wait:
                self._prepare(place.wanted)
                must_wait = True  # who came later would take the room that this one waits for
        for loaded in list(self._loaded.values()):
            if loaded.leaving and not loaded.users and not loaded.unloading and loaded.engine is not None:
                loaded.unloading = True
                self._own(self._unload(loaded.engine, loaded.load.path.name))

    def _grant(self, place: _Place, loaded: Loaded) -> None:
        self._line.remove(place)
        if loaded.expiry is not None:
            loaded.expiry.cancel()
        loaded.users += 1
        loaded.names[place.wanted.name] = None
        loaded.expires_at = self._clock.time() + place.wanted.keep_alive
        place.granted.set_result(loaded)

    def _prepare(self, wanted: Wanted) -> None:
        """Load, if there is room; else see to it that there will be: idle models go first, then those used least."""
        load = wanted.load
        before = self._loaded.get(load.path)  # the same file in another size, which must go in any case
        if before is None and self._taken(self._loaded.values()) + load.memory <= self._memory:
            self._loading = self._loaded[load.path] = Loaded(load, wanted.keep_alive)
            self._own(self._bring(self._loading))
            return
        if before is not None:
            before.leaving = True
        staying = [one for one in self._loaded.values() if not one.leaving]
        for one in sorted(staying, key=lambda one: (one.users > 0, one.used_at)):
            if self._taken(staying) + load.memory <= self._memory:
                break
            one.leaving = True
            staying.remove(one)

    @staticmethod
    def _taken(models: Iterable[Loaded]) -> int:
        """Bytes."""
        return sum(one.load.memory for one in models)

    async def _bring(self, loaded: Loaded) -> None:
        """Load it, and watch it until its end."""
        load, why = loaded.load, "its loading broke off"
        log.info("loading %s", load.path.name)
        try:
            loaded.engine = await self._start(load)
        except (EngineError, RefusalError, OSError) as exc:
            why = str(exc)
            log.warning("%s cannot be loaded: %s", load.path.name, why)
            return
        finally:
            self._loading = None
            if loaded.engine is None:
                del self._loaded[load.path]
                waiting = [place for place in self._line if place.wanted.load == load]
                self._fail(waiting, RefusalError(500, f"the model cannot be loaded: {why}"))
            self._serve()
            self._expire_if_unused(loaded)
        ended = await loaded.engine.ended()
        if self._loaded.get(load.path) is loaded:
            del self._loaded[load.path]
        if loaded.expiry is not None:
            loaded.expiry.cancel()
        if ended is not None:
            log.warning("%s: %s; the next request starts it again", load.path.name, ended)
            await loaded.engine.stop()
        self._serve()

    def _fail(self, places: Sequence[_Place], why: RefusalError) -> None:
        """Tell them that they wait for nothing."""
        for place in [*places]:
            self._line.remove(place)
            if not place.granted.done():
                place.granted.set_exception(why)

    async def _unload(self, engine: Engine, name: str) -> None:
        log.info("unloading %s", name)
        await engine.stop()  # whoever watches it tells that it is gone

    def _expire_if_unused(self, loaded: Loaded) -> None:
        """From when nobody uses it, it stays for as long as was asked for."""
        if loaded.users or loaded.engine is None or self._loaded.get(loaded.load.path) is not loaded:
            return
        if loaded.expiry is not None:
            loaded.expiry.cancel()
            loaded.expiry = None
        loaded.expires_at = self._clock.time() + loaded.keep_alive
        if loaded.keep_alive <= 0:
            loaded.leaving = True
            self._serve()
        elif loaded.keep_alive < math.inf:
            loaded.expiry = self._own(self._expire(loaded))

    async def _expire(self, loaded: Loaded) -> None:
        await self._clock.sleep(loaded.keep_alive)
        loaded.leaving = True
        self._serve()

    def _own(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _ending() -> RefusalError:
    return RefusalError(503, "the server is ending")
