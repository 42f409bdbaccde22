"""The model server: Ollama's dialect over GGUF files, on loopback."""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Self

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from tinyllm import __version__
from tinyllm.clock import Clock, SystemClock
from tinyllm.models.addresses import is_this_machine
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.engine import EngineError
from tinyllm.serve.library import Library
from tinyllm.serve.pool import Pool
from tinyllm.serve.pulling import Downloads
from tinyllm.serve.refusals import BROKE_OFF, RefusalError
from tinyllm.serve.shelf import Shelf
from tinyllm.serve.talk import Talk
from tinyllm.serve.voices import BARE_JSON, JSON, line, openai_error

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
SPEAKS = "0.33.0"
"""The version of Ollama whose answers ours are like."""
LONGEST_BODY = 64 * 2**20
"""Bytes; images come in the body."""
USUAL_SHARE = 0.75
"""Of the machine's memory, what models may take where nothing else is said."""
END_PATIENCE = 1.0
"""Seconds that running answers get when the server ends."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ModelServer:
    """Listens as long as its `async with` block lasts; its engines end with it."""

    def __init__(
        self,
        home: Path,
        port: int = 0,
        *,
        folders: Sequence[Path] = (),
        packages: bool = True,
        slots: int = 2,
        memory: int | None = None,
        queue: int = 512,
        keep_alive: float = 300.0,
        catalogue: Sequence[KnownModel] = CATALOGUE,
        clock: Clock | None = None,
    ) -> None:
        """`home` is where models are made, downloaded and deleted; `folders` and `packages` have further ones.

        `slots` is how many answers a model makes side by side, `memory` the bytes that all models may take (three
        quarters of the machine's where it is None), `queue` how many requests may wait, `keep_alive` the usual seconds
        that a model stays loaded.
        """
        clock = clock or SystemClock()
        self.library = Library(home, folders, packages=packages, catalogue=catalogue)
        self.pool = Pool(memory=memory or round(machine_memory() * USUAL_SHARE), queue=queue, clock=clock)
        app = web.Application(middlewares=[_reception], client_max_size=LONGEST_BODY)
        app.add_routes([web.get("/", _root), web.get("/api/version", _version)])
        app.add_routes(Talk(self.library, self.pool, slots=slots, keep_alive=keep_alive).routes())
        self._downloads = Downloads(self.library, clock, catalogue)
        app.add_routes(Shelf(self.library, self.pool, self._downloads).routes())
        http_log = log.getChild("http")
        http_log.addFilter(_is_ours)
        self._runner = web.AppRunner(
            app,
            handler_cancellation=True,  # a client that leaves cancels its answer
            access_log=None,
            logger=http_log,
            shutdown_timeout=END_PATIENCE,
        )
        self._port = port

    async def __aenter__(self) -> Self:
        """Raises OSError where the port cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()
        await self._runner.cleanup()
        await self._downloads.close()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._runner.addresses[0][1]}"


def machine_memory() -> int:
    """Bytes of this machine, or of the container that we are in."""
    limit = Path("/sys/fs/cgroup/memory.max")
    told = limit.read_text().strip() if limit.is_file() else ""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        physical = 8 * 2**30  # Windows does not tell without a library
    return min(physical, int(told)) if told.isdecimal() else physical


@web.middleware
async def _reception(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every request passes here: strangers are turned away, and refusals get their words."""
    try:
        if not _is_from_here(request):
            raise RefusalError(403, "requests from web pages of other origins are refused")
        return await handler(request)
    except RefusalError as refusal:
        return _words(request, refusal.status, str(refusal))
    except EngineError as exc:
        log.warning("an engine broke off: %s", exc)
        return _words(request, 500, BROKE_OFF)
    except web.HTTPMethodNotAllowed as exc:
        allow = {"Allow": ", ".join(sorted(exc.allowed_methods)), "Content-Type": "text/plain"}
        return web.Response(status=405, body=b"405 method not allowed", headers=allow)
    except web.HTTPNotFound:
        return web.Response(status=404, body=b"404 page not found", headers={"Content-Type": "text/plain"})
    except web.HTTPRequestEntityTooLarge:
        return _words(request, 413, f"the request is longer than {LONGEST_BODY // 2**20} MiB")
    except web.RequestPayloadError:
        return _words(request, 400, "the body cannot be read: it is not encoded as the headers say")
    except ConnectionResetError:
        return web.Response()  # nobody is there to read it
    except OSError as exc:
        log.error("a request failed: %s", exc)
        return _words(request, 500, f"the system does not allow it: {exc.strerror or type(exc).__name__}")


def _words(request: web.Request, status: int, text: str) -> web.Response:
    if request.path.startswith("/v1/"):
        return web.Response(status=status, body=line(openai_error(status, text)), headers={"Content-Type": BARE_JSON})
    return web.Response(status=status, body=orjson.dumps({"error": text}), headers={"Content-Type": JSON})


def _is_from_here(request: web.Request) -> bool:
    """A page from anywhere may send requests to loopback, also under a name of its own; those are not for us."""
    addresses = [f"//{request.host}", *request.headers.getall("Origin", [])]
    try:
        return all(map(is_this_machine, addresses))
    except ValueError:  # no address at all
        return False


def _is_ours(record: logging.LogRecord) -> bool:
    """Whether what is logged is an error of this server's, and not rubbish that somebody sent."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | web.RequestPayloadError)


async def _root(request: web.Request) -> web.Response:
    return web.Response(text="TinyLLM is running")


async def _version(request: web.Request) -> web.Response:
    value = {"version": f"{SPEAKS}+tinyllm.{__version__}"}
    return web.Response(body=orjson.dumps(value), headers={"Content-Type": JSON})
