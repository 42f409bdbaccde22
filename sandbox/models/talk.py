"""The routes that answer: chat, generate and the OpenAI dialect's chat."""

from collections.abc import Callable
from functools import partial
from itertools import count

from aiohttp import web

from sandbox.models.asked import ChatRequest
from sandbox.models.names import full
from sandbox.models.openai import OpenAIVoice
from sandbox.models.reading import body_of, chat_request, checked, generate_request, openai_request
from sandbox.models.refusals import RefusalError, Version
from sandbox.models.script import Script, script_for
from sandbox.models.scripted import ScriptedModel
from sandbox.models.shelf import Shelf
from sandbox.models.stage import Reply, Stage
from sandbox.models.voices import ChatVoice, GenerateVoice, NativeVoice, Voice
from sandbox.models.wire import json_reply

CHAT_PATHS = ("/api/chat", "/v1/chat/completions")


class Talk:
    def __init__(self, shelf: Shelf, stage: Stage, clock: Callable[[], float], version: Version) -> None:
        self._shelf, self._stage, self._clock, self._version = shelf, stage, clock, version
        self._numbers = count(1)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/chat", self.chat),
            web.post("/api/generate", self.generate),
            web.post("/v1/chat/completions", self.openai),
        ]

    async def chat(self, request: web.Request) -> web.StreamResponse:
        chat = chat_request(body_of(await request.read()))
        return await self._native(request, chat, ChatVoice(chat.model, self._clock), "chat")

    async def generate(self, request: web.Request) -> web.StreamResponse:
        chat = generate_request(body_of(await request.read()))
        return await self._native(request, chat, GenerateVoice(chat.model, self._clock), "generate")

    async def openai(self, request: web.Request) -> web.StreamResponse:
        body = body_of(await request.read())
        chat = openai_request(body)
        usage = bool((body.get("stream_options") or {}).get("include_usage"))
        voice = OpenAIVoice(chat.model, self._clock, self._version, next(self._numbers), usage)
        return await self._answer(request, chat, voice, "chat")

    async def _native(
        self, request: web.Request, chat: ChatRequest, voice: NativeVoice, route: str
    ) -> web.StreamResponse:
        if chat.messages:
            return await self._answer(request, chat, voice, route)
        self._shelf.find(chat.model)
        if chat.unloads:
            self._shelf.unload(chat.model)
            return json_reply(voice.ended("unload"))
        await self._shelf.load(checked(chat))
        self._shelf.used(chat)
        return json_reply(voice.ended("load"))

    async def _answer(self, request: web.Request, chat: ChatRequest, voice: Voice, route: str) -> web.StreamResponse:
        model = self._shelf.find(chat.model).model
        _check_capabilities(chat, model, route)
        loading = await self._shelf.load(checked(chat))
        try:
            return await self._given(request, chat, model, voice, loading)
        finally:
            self._shelf.used(chat)

    async def _given(
        self, request: web.Request, chat: ChatRequest, model: ScriptedModel, voice: Voice, loading: float
    ) -> web.StreamResponse:
        fault = self._stage.take_fault(request)
        script = script_for(chat, model, self._version, fault.fault if fault else None)
        figures = script.figures(model, loading)
        lines = [*(partial(voice.piece, piece) for piece in script.pieces), partial(voice.last, script, figures)]
        reply = Reply(lines, partial(_delay, model), voice.streamed_as, voice.error, fault)
        if chat.stream:
            return await self._stage.stream(request, reply)
        return await self._stage.whole(request, reply, partial(_whole, voice, script, figures))


def _delay(model: ScriptedModel, index: int) -> float:
    return model.first_token if index == 0 else 1 / model.tokens_per_second


def _whole(voice: Voice, script: Script, figures: dict[str, int]) -> web.Response:
    return json_reply(voice.whole(script, figures), content_type=voice.whole_as)


def _check_capabilities(chat: ChatRequest, model: ScriptedModel, route: str) -> None:
    if not model.can("completion"):
        raise RefusalError(400, f'"{chat.model}" does not support {route}')
    if chat.tools and not model.can("tools"):
        raise RefusalError(400, f"{full(chat.model)} does not support tools")
    if chat.think and not model.can("thinking"):
        raise RefusalError(400, f'"{chat.model}" does not support thinking')
