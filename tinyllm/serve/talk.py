"""The routes on which models are asked: chat, generate and embed, and OpenAI's chat completions."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import Any, NoReturn

import orjson
from aiohttp import HttpVersion11, web

from tinyllm.serve.answering import answer, check
from tinyllm.serve.asked import (
    Asked,
    ChatBody,
    EmbedBody,
    GenerateBody,
    asked_in_chat,
    asked_to_generate,
    body_of,
    checked_name,
)
from tinyllm.serve.durations import seconds
from tinyllm.serve.engine import Client, Engine, EngineError, Load, UnreadError
from tinyllm.serve.library import Library, Model
from tinyllm.serve.openai import OpenAIBody, asked_by_openai
from tinyllm.serve.options import check_options, context_size, usual_context
from tinyllm.serve.pieces import End, Piece, Times
from tinyllm.serve.pool import Pool, Wanted
from tinyllm.serve.refusals import BROKE_OFF, EngineRefusalError, RefusalError
from tinyllm.serve.voices import BARE_JSON, JSON, OllamaVoice, OpenAIVoice, Voice

log = logging.getLogger(__name__)

Parts = AsyncGenerator[list[Piece | tuple[End, Times]], None]
"""Those together that came together."""

ENGINE_ITSELF = 80 * 2**20
"""Bytes that an engine takes beside the model and its context, measured."""
READ_PATIENCE = 60.0
"""Seconds for which a client may read nothing of what waits for it."""


class Talk:
    """Reads what is asked, gets an engine, and tells the answer."""

    def __init__(self, library: Library, pool: Pool, *, slots: int, keep_alive: float) -> None:
        """`slots` is how many answers a model makes side by side, `keep_alive` the usual seconds it stays loaded."""
        self._library = library
        self._pool = pool
        self._slots = slots
        self._keep_alive = keep_alive

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/chat", self._chat),
            web.post("/api/generate", self._generate),
            web.post("/api/embed", self._embed),
            web.post("/v1/chat/completions", self._openai),
        ]

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        asked = asked_in_chat(body_of(await request.read(), ChatBody))
        return await self._told(request, asked, OllamaVoice(asked.model, chat=True))

    async def _generate(self, request: web.Request) -> web.StreamResponse:
        asked = asked_to_generate(body_of(await request.read(), GenerateBody))
        return await self._told(request, asked, OllamaVoice(asked.model, chat=False))

    async def _openai(self, request: web.Request) -> web.StreamResponse:
        body = body_of(await request.read(), OpenAIBody)
        asked = asked_by_openai(body)
        return await self._told(request, asked, OpenAIVoice(asked.model, usage=body.stream_options.include_usage))

    async def _told(self, request: web.Request, asked: Asked, voice: OllamaVoice | OpenAIVoice) -> web.StreamResponse:
        model = await self._library.usable(asked.model)
        check_options(asked.options)
        wanted = self.wanted(model, asked.keep_alive, asked.options)
        if asked.only_loads:
            assert isinstance(voice, OllamaVoice)
            return await self._only_load(wanted, model, asked, voice)
        check(asked, model)
        parts = self._parts(wanted, model, asked, partial(_client, request, voice) if asked.stream else None)
        async with aclosing(parts):
            if asked.stream:
                return await _stream(request, voice, parts)
            return await _whole(voice, parts)

    async def _only_load(self, wanted: Wanted, model: Model, asked: Asked, voice: OllamaVoice) -> web.Response:
        """Or unload, which is possible also for what cannot chat."""
        if wanted.keep_alive == 0:
            await self._pool.drop(wanted.load.path)
            return web.Response(body=voice.did("unload"), headers={"Content-Type": JSON})
        check(asked, model)
        async with self._pool.engine(wanted):
            return web.Response(body=voice.did("load"), headers={"Content-Type": JSON})

    async def _parts(
        self, wanted: Wanted, model: Model, asked: Asked, client: Callable[[], Client | None] | None
    ) -> Parts:
        """The pieces of an answer, and its end. An engine that is found dead is started again once."""
        began = time.perf_counter()
        for attempt in range(2):
            async with self._pool.engine(wanted) as engine:
                loaded = time.perf_counter()
                said = False
                try:
                    async with aclosing(answer(engine, model, asked, client)) as groups:
                        async for parts in groups:
                            said = True
                            times = Times(time.perf_counter() - began, loaded - began)
                            yield [(part, times) if isinstance(part, End) else part for part in parts]
                    return
                except EngineError:
                    if said or attempt or not await engine.is_gone():
                        raise
                    log.info("the engine of %s was gone, and is started again", model.name)

    async def _embed(self, request: web.Request) -> web.Response:
        body = body_of(await request.read(), EmbedBody)
        began = time.perf_counter()
        model = await self._library.usable(checked_name(body.model))
        check_options(body.options)
        assert model.facts is not None
        if "embedding" not in model.facts.capabilities:
            raise RefusalError(501, "This server does not support embeddings. Start it with `--embeddings`")
        texts = body.input if isinstance(body.input, list) else [body.input] if body.input else []
        async with self._pool.engine(self.wanted(model, body.keep_alive, body.options)) as engine:
            loaded = time.perf_counter()
            vectors, tokens = await _embedded(engine, texts, truncate=body.truncate)
        if body.dimensions and body.dimensions > 0:
            vectors = [_unit(vector[: body.dimensions]) for vector in vectors]
        value = {
            "model": body.model,
            "embeddings": vectors,
            "total_duration": round((time.perf_counter() - began) * 1e9),
            "load_duration": round((loaded - began) * 1e9),
            "prompt_eval_count": tokens,
        }
        return web.Response(body=orjson.dumps(value), headers={"Content-Type": JSON})

    def wanted(self, model: Model, keep_alive: str | float | None, options: Any) -> Wanted:
        """What a model needs of an engine. Raises RefusalError."""
        assert model.facts is not None
        trained = model.facts.context_length
        context = context_size({**model.parameters, **options}.get("num_ctx"), trained)
        size = context or usual_context(trained)
        memory = model.size + self._slots * size * model.facts.kv_bytes_per_token + ENGINE_ITSELF
        embeds = "completion" not in model.facts.capabilities
        load = Load(model.path, size, self._slots, embeds, memory, model.file_modified_at)
        return Wanted(model.name, load, context, seconds(keep_alive, self._keep_alive))


async def _stream(request: web.Request, voice: Voice, groups: Parts) -> web.StreamResponse:
    """The headers go with the first words, so that what fails before them has a status of its own."""
    response = web.StreamResponse(headers={"Content-Type": voice.streamed_as})
    try:
        async for parts in groups:
            if not response.prepared:
                await response.prepare(request)
            told = [voice.piece(part) if isinstance(part, Piece) else voice.last(*part) for part in parts]
            await _write(request, response, b"".join(told))
    except (RefusalError, EngineError) as exc:
        if not response.prepared:
            if isinstance(exc, EngineRefusalError):
                body = voice.refusal(exc.status, str(exc))
                return web.Response(status=exc.status, body=body, headers={"Content-Type": BARE_JSON})
            raise
        text = str(exc) if isinstance(exc, RefusalError) else BROKE_OFF
        response.force_close()  # the engine may have died in the middle of a word, which nobody could tell apart
        await _write(request, response, voice.broken(text))
    except UnreadError:
        _leave(request)
    await response.write_eof()
    return response


async def _write(request: web.Request, response: web.StreamResponse, data: bytes) -> None:
    """Raises ConnectionResetError where the client does not read: it would hold its slot for ever."""
    try:
        async with asyncio.timeout(READ_PATIENCE):
            await response.write(data)
    except TimeoutError:
        _leave(request)


def _leave(request: web.Request) -> NoReturn:
    """Raises ConnectionResetError."""
    log.info("a client has read nothing for %g s, and is left", READ_PATIENCE)
    if request.transport is not None:
        request.transport.abort()
    raise ConnectionResetError


def _client(request: web.Request, voice: OllamaVoice | OpenAIVoice) -> Client | None:
    """Whom the engine can tell the rest of an answer, unless something waits for it here."""
    transport = request.transport
    if transport is None or transport.is_closing() or transport.get_write_buffer_size():
        return None
    number = transport.get_extra_info("socket").fileno()
    return Client(number, voice, chunked=request.version >= HttpVersion11, patience=READ_PATIENCE)


async def _whole(voice: Voice, groups: Parts) -> web.Response:
    pieces: list[Piece] = []
    body = b""
    async for parts in groups:
        for part in parts:
            if isinstance(part, Piece):
                pieces.append(part)
            else:
                body = voice.whole(pieces, *part)
    return web.Response(body=body, headers={"Content-Type": voice.whole_as})


async def _embedded(engine: Engine, texts: list[str], *, truncate: bool) -> tuple[list[list[float]], int]:
    """Vectors in the order of the texts, and the tokens that were read. Raises RefusalError."""
    if not texts:
        return [], 0
    inputs = [await _fitting(engine, text, truncate=truncate) for text in texts]
    told = await engine.ask("POST", "/v1/embeddings", {"input": inputs})
    ordered = sorted(told["data"], key=lambda each: each["index"])
    return [each["embedding"] for each in ordered], told["usage"]["prompt_tokens"]


async def _fitting(engine: Engine, text: str, *, truncate: bool) -> str | list[int]:
    """The text, or as many of its first tokens as a context holds. Raises RefusalError where it may not be cut."""
    if len(text.encode()) < engine.context:  # a token is at least a byte
        return text
    tokens: list[int] = (await engine.ask("POST", "/tokenize", {"content": text, "add_special": True}))["tokens"]
    if len(tokens) < engine.context:
        return text
    if not truncate:
        raise RefusalError(400, "the input length exceeds the context length")
    return tokens[: engine.context - 1]


def _unit(vector: list[float]) -> list[float]:
    length = sum(each * each for each in vector) ** 0.5
    return [each / length for each in vector] if length else vector
