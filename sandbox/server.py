"""The sandbox itself: one web server with Discord's API, its gateway, and the people's routes."""

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.building import build
from sandbox.clock import Clock, SystemClock
from sandbox.control import control
from sandbox.core import CORE, Core, Request, make_core
from sandbox.faults import Faults
from sandbox.gateway.connection import serve
from sandbox.gateway.faults import GatewayFaults
from sandbox.gateway.sessions import SentEvent
from sandbox.gateway.terms import GatewayTerms
from sandbox.keeping import Keeper, load
from sandbox.limits import Limiter, Limits
from sandbox.observing import Observer
from sandbox.page import index, page
from sandbox.rest import PREFIX, api, attachments, unknown
from sandbox.rest.bodies import MOST_BYTES
from sandbox.world import WORKSHOP, World

HOST = "127.0.0.1"
TOKEN = "sandbox-token"  # noqa: S105  known to everybody on purpose


class Sandbox:
    """A Discord on loopback. Use it as `async with Sandbox() as sandbox:`.

    `port` 0 is any free one. `privileged_intents` are those that the application has enabled (bits). `limits` are
    Discord's rate limits: on, off, or others than Discord's. `data` is a folder in which the world is kept, so that the
    next sandbox with that folder goes on with it instead of with `world`. `terms` are those of the gateway: limits,
    shards, the heartbeat's interval. `observer` is told of all that the bot and the sandbox say to each other.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        token: str = TOKEN,
        world: World = WORKSHOP,
        clock: Clock | None = None,
        privileged_intents: int = 0,
        limits: bool | Limits = True,
        data: Path | None = None,
        terms: GatewayTerms = GatewayTerms(),  # noqa: B008  it is frozen
        observer: Observer | None = None,
    ) -> None:
        """Raises KeepingError for a folder with a world that cannot be read, ValueError for a world that cannot be."""
        self.token = token
        self._port = port
        saved = None if data is None else load(data)
        store = build(world) if saved is None else saved.store
        kept = (Limits() if limits else None) if isinstance(limits, bool) else limits
        self._core: Core = make_core(store, clock or SystemClock(), token, privileged_intents, terms, kept, observer)
        if saved is not None:
            self._core.commands.restore(saved.commands)
            self._core.grants.restore(saved.grants)
        self._keeper = None if data is None else Keeper(data, self._core)
        app = _application(self._core, () if self._keeper is None else (self._keeper.notice,))
        self._opened = AsyncExitStack()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        """Raises OSError if the port is taken, KeepingError if the folder cannot be written to."""
        async with AsyncExitStack() as opened:
            if self._keeper is not None:
                self._keeper.open()
                opened.push_async_callback(self._keeper.close)
            opened.push_async_callback(self._runner.cleanup)
            await self._runner.setup()
            await web.TCPSite(self._runner, HOST, self._port).start()
            self._opened = opened.pop_all()
        self._port = self._runner.addresses[0][1]
        self._core.gateway.url = self.gateway
        self._core.store.address = self.url
        self._core.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._opened.aclose()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api"

    @property
    def gateway(self) -> str:
        return f"ws://{HOST}:{self._port}/gateway"

    @property
    def faults(self) -> Faults:
        return self._core.faults

    @property
    def gateway_faults(self) -> GatewayFaults:
        return GatewayFaults(self._core.gateway)

    @property
    def limits(self) -> Limiter:
        """Whether the rate limits are on, and what they have refused so far."""
        return self._core.limiter

    @property
    def requests(self) -> list[Request]:
        """What the bot sent, oldest first; paths are those under /api/v10."""
        return self._core.requests

    @property
    def events_sent(self) -> list[SentEvent]:
        """What the gateway told the bot, oldest first."""
        return self._core.sessions.recorded

    async def until_connected(self, timeout: float = 20.0, *, shards: int | None = None) -> None:
        """Until a bot has got READY on every one of its shards, or on so many of them. Raises TimeoutError."""
        await self._core.sessions.until_connected(timeout, shards)

    async def until_alone(self, timeout: float = 20.0) -> None:
        """Until no bot is connected. Raises TimeoutError."""
        await self._core.sessions.until_alone(timeout)

    async def kept(self) -> None:
        """Until everything that has changed so far is in the folder of data, if there is one."""
        if self._keeper is not None:
            await self._keeper.kept()


def _application(core: Core, middlewares: tuple[Middleware, ...]) -> web.Application:
    app = web.Application(middlewares=middlewares, client_max_size=MOST_BYTES)
    app[CORE] = core
    app.router.add_get("/gateway", serve)
    app.router.add_get("/gateway/", serve)
    app.add_routes(attachments.routes)
    app.add_subapp(PREFIX, api(core))
    app.add_subapp("/sandbox", control(core))
    app.router.add_get("/", index)
    app.add_subapp("/page", page(core))
    app.router.add_route("*", "/{tail:.*}", unknown)
    app.on_shutdown.append(_close_sockets)
    return app


async def _close_sockets(app: web.Application) -> None:
    app[CORE].faults.clear()
    app[CORE].ledger.close()
    app[CORE].feeds.close()
    for connection in app[CORE].gateway.connections:
        connection.close(1001)
