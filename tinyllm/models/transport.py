"""HTTP to one server of models: tries again where that is safe, watches for silence, tells what went wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson

from tinyllm.clock import Clock, SystemClock
from tinyllm.errors import (
    AnswerCutError,
    AnswerIdleError,
    BackendError,
    BusyError,
    UnreachableError,
    shortened,
)
from tinyllm.models.addresses import checked_key
from tinyllm.models.refusals import SPENT_CODE, refusal
from tinyllm.models.wire import decoded

LOAD_PATIENCE = 5
"""How many idle timeouts the first byte may take: a big model loads from a slow disk for minutes, in silence."""
BUSY_PATIENCE = 60.0
"""Seconds for which a busy server (503, 429) is asked again."""
FACTS_PATIENCE = 2
"""How many connect timeouts the short questions may take: what is installed, what is loaded."""


class Transport:
    """Requests to one server. Every method raises only errors of `tinyllm.errors`."""

    def __init__(
        self,
        address: str,
        *,
        idle_timeout: float,
        connect_timeout: float,
        max_retries: int,
        is_ollama: bool = True,
        api_key: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`address` is the base URL; the timeouts are seconds; `api_key` goes with every request, and into no text.

        `is_ollama` is as in UnreachableError.
        Raises ValueError where `api_key` cannot be sent.
        """
        self.address = address
        self.idle_timeout = idle_timeout
        self._connect_timeout = connect_timeout
        self._max_retries = max_retries
        self._is_ollama = is_ollama
        self._clock = clock or SystemClock()
        self._api_key = checked_key(api_key) if api_key else None
        self._transport = transport
        self._http = self._new_client()
        self._loop: asyncio.AbstractEventLoop | None = None

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=self.address,
            headers={"Authorization": f"Bearer {self._api_key}"} if self._api_key else None,
            timeout=httpx.Timeout(None, connect=self._connect_timeout),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            transport=self._transport,
            verify=self.address.startswith(
                "https:"
            ),  # the world's certificates take longer to read than a short command
            trust_env=False,  # a proxy for the web must not stand between us and our own box
        )

    def _client(self) -> httpx.AsyncClient:
        """The client of this event loop: connections die with theirs, as between two calls of `asyncio.run`."""
        loop = asyncio.get_running_loop()
        if self._loop is not None and self._loop is not loop and not self._http.is_closed:
            self._http = self._new_client()
        self._loop = loop
        return self._http

    async def close(self) -> None:
        """Close every connection; running answers end."""
        await self._client().aclose()

    def scrubbed(self, text: str) -> str:
        """What a server said, without the key that it may have repeated."""
        return text.replace(self._api_key, "…") if self._api_key else text

    async def chunks(self, response: httpx.Response, patient: int = 1) -> AsyncGenerator[bytes, None]:
        """The body as it arrives, watched for silence of `patient` idle timeouts, and of more before the first byte."""
        patience = self.idle_timeout * LOAD_PATIENCE
        chunks = response.aiter_bytes()
        while True:
            try:
                async with asyncio.timeout(patience):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise AnswerIdleError(patience) from None
            except httpx.HTTPError as exc:
                raise AnswerCutError from exc
            yield chunk
            patience = self.idle_timeout * patient

    async def facts(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a short question, as an object."""
        patience = self._connect_timeout * FACTS_PATIENCE
        try:
            async with asyncio.timeout(patience), self.opened(method, path, body) as response:
                return decoded(await response.aread())
        except httpx.HTTPError as exc:
            raise self._unreachable(_why(exc)) from exc
        except TimeoutError:
            raise self._unreachable(f"no answer within {patience:g} s") from None

    @asynccontextmanager
    async def opened(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """A response whose status is good and whose body is not read yet. The only place that tries again."""
        response = await self._response(method, path, body)
        try:
            if response.status_code >= 400:
                raise await self._refusal(response, body or {})
            yield response
        finally:
            await response.aclose()

    async def _response(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        content = orjson.dumps(body) if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else {}
        busy_until = self._clock.monotonic() + BUSY_PATIENCE
        failures, pause = 0, 0.5
        while True:
            request = self._client().build_request(method, path, content=content, headers=headers)
            try:
                async with asyncio.timeout(self.idle_timeout * LOAD_PATIENCE):
                    response = await self._client().send(request, stream=True)
            except httpx.TransportError as exc:
                # A pooled connection to a server that was restarted fails once, and a new one works.
                failures += 1
                if failures > self._max_retries:
                    raise self._unreachable(_why(exc)) from exc
                continue
            except TimeoutError:
                raise AnswerIdleError(self.idle_timeout * LOAD_PATIENCE) from None
            if not await self._is_busy(response):
                return response
            await response.aclose()
            wait = _retry_after(response) or pause
            if self._clock.monotonic() + wait > busy_until:
                raise BusyError(self.address)
            await self._clock.sleep(wait)
            pause = min(pause * 2, 8.0)

    def _unreachable(self, why: str) -> UnreachableError:
        return UnreachableError(self.address, why, is_ollama=self._is_ollama)

    async def _is_busy(self, response: httpx.Response) -> bool:
        """Whether asking again later may help."""
        if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return SPENT_CODE not in await self._body(response)
        return response.status_code == httpx.codes.SERVICE_UNAVAILABLE

    async def _refusal(self, response: httpx.Response, body: Mapping[str, Any]) -> BackendError:
        """What a bad status means."""
        model = str(body["model"]) if "model" in body else None
        raw = await self._body(response)
        return refusal(self.address, response.status_code, response.reason_phrase, raw, model, self.scrubbed)

    async def _body(self, response: httpx.Response) -> bytes:
        """What a refusal says; nothing where that does not arrive."""
        try:
            async with asyncio.timeout(self.idle_timeout):
                return await response.aread()
        except (TimeoutError, httpx.HTTPError):
            return b""


def _retry_after(response: httpx.Response) -> float:
    """Seconds after which a busy server wants to be asked again; 0 where it names none."""
    told = response.headers.get("Retry-After", "")
    return float(told) if told.isdecimal() else 0.0


def _why(exc: httpx.HTTPError) -> str:
    match exc:
        case httpx.ConnectTimeout():
            return "no connection in time"
        case httpx.ConnectError() if "attempts failed" in str(exc):
            return "connection refused"
        case httpx.ConnectError():
            return shortened(str(exc)) or "no connection"
        case _:
            return "the connection broke"
