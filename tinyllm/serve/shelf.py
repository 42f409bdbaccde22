"""The routes about the models themselves: which there are, what they are, and how there come to be more or fewer."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import aclosing
from typing import Any

import orjson
from aiohttp import web

from tinyllm.serve.asked import CopyBody, CreateBody, Named, StreamBody, body_of, checked_name
from tinyllm.serve.library import Library, Model
from tinyllm.serve.options import check_options
from tinyllm.serve.pool import Loaded, Pool
from tinyllm.serve.pulling import Downloads, Steps
from tinyllm.serve.recipes import Recipe
from tinyllm.serve.refusals import RefusalError
from tinyllm.serve.voices import BARE_JSON, JSON, LINES, line, stamp

NAME_WIDTH = 30
"""Columns that Ollama gives to the name of a parameter."""


class Shelf:
    """Lists, shows, makes, copies, downloads and deletes models."""

    def __init__(self, library: Library, pool: Pool, downloads: Downloads) -> None:
        self._library = library
        self._pool = pool
        self._downloads = downloads

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/tags", self._tags),
            web.get("/api/ps", self._ps),
            web.post("/api/show", self._show),
            web.post("/api/create", self._create),
            web.post("/api/copy", self._copy),
            web.delete("/api/delete", self._delete),
            web.post("/api/pull", self._pull),
            web.get("/v1/models", self._openai_models),
            web.get("/v1/models/{name:.+}", self._openai_model),
        ]

    async def _tags(self, request: web.Request) -> web.Response:
        return _json({"models": [_listed(model) for model in await self._library.models()]})

    async def _ps(self, request: web.Request) -> web.Response:
        by_name = {model.name: model for model in await self._library.models()}
        running = [
            _running(by_name[name], loaded) for loaded in self._pool.loaded for name in loaded.names if name in by_name
        ]
        return _json({"models": running})

    async def _show(self, request: web.Request) -> web.Response:
        body = body_of(await request.read(), Named)
        return _json(_shown(await self._library.usable(checked_name(body.model))))

    async def _create(self, request: web.Request) -> web.StreamResponse:
        body = body_of(await request.read(), CreateBody)
        name = checked_name(body.model)
        for given in ("files", "adapters", "quantize", "modelfile", "template"):
            if getattr(body, given):
                raise RefusalError(400, f"{given} is not supported: a model is made from another one, with `from`")
        if not body.from_:
            raise RefusalError(400, "neither 'from' or 'files' was specified")
        check_options(body.parameters)
        license_text = body.license if isinstance(body.license, str) else "\n".join(body.license)
        messages = tuple({"role": said.role, "content": said.content} for said in body.messages)
        recipe = Recipe(checked_name(body.from_), body.system, body.parameters, messages, license_text or None)

        async def steps() -> Steps:
            model = await self._library.create(name, recipe)
            yield {"status": f"using existing layer sha256:{model.digest}"}
            yield {"status": "writing manifest"}
            yield {"status": "success"}

        return await _told(request, steps(), stream=body.stream)

    async def _copy(self, request: web.Request) -> web.Response:
        body = body_of(await request.read(), CopyBody)
        await self._library.create(checked_name(body.destination), Recipe(checked_name(body.source)))
        return web.Response()

    async def _delete(self, request: web.Request) -> web.Response:
        body = body_of(await request.read(), Named)
        model = await self._library.delete(checked_name(body.model))
        if model.path not in {each.path for each in await self._library.models()}:
            await self._pool.drop(model.path)
        return web.Response()

    async def _pull(self, request: web.Request) -> web.StreamResponse:
        body = body_of(await request.read(), StreamBody)
        return await _told(request, self._downloads.pull(checked_name(body.model)), stream=body.stream)

    async def _openai_models(self, request: web.Request) -> web.Response:
        models = [_openai_listed(model) for model in await self._library.models() if model.facts is not None]
        return web.Response(body=line({"object": "list", "data": models}), headers={"Content-Type": BARE_JSON})

    async def _openai_model(self, request: web.Request) -> web.Response:
        model = await self._library.usable(checked_name(request.match_info["name"]))
        return web.Response(body=line(_openai_listed(model)), headers={"Content-Type": BARE_JSON})


async def _told(request: web.Request, steps: Steps, *, stream: bool) -> web.StreamResponse:
    """What is done step by step; not streamed, only the last step, or the refusal with its status."""
    async with aclosing(steps):  # a client that leaves ends the work, too
        return await _told_on(request, steps) if stream else await _told_at_the_end(steps)


async def _told_at_the_end(steps: Steps) -> web.Response:
    status = 200
    done: Mapping[str, Any] = {}
    try:
        async for step in steps:
            done = step
    except RefusalError as exc:
        status, done = exc.status, {"error": str(exc)}
    return web.Response(status=status, body=orjson.dumps(done), headers={"Content-Type": BARE_JSON})


async def _told_on(request: web.Request, steps: Steps) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": LINES})
    try:
        async for step in steps:
            if not response.prepared:
                await response.prepare(request)
            await response.write(line(step))
    except RefusalError as exc:
        if not response.prepared:
            raise
        await response.write(line({"error": str(exc)}))
    await response.write_eof()
    return response


def _json(value: Mapping[str, Any]) -> web.Response:
    return web.Response(body=orjson.dumps(value), headers={"Content-Type": JSON})


def _details(model: Model) -> dict[str, Any]:
    facts = model.facts
    return {
        "parent_model": model.parent,
        "format": "gguf",
        "family": facts.family if facts else "",
        "families": list(facts.families) if facts else None,
        "parameter_size": facts.parameter_size if facts else "",
        "quantization_level": facts.quantization_level if facts else "",
    }


def _listed(model: Model) -> dict[str, Any]:
    """An entry of `/api/tags`; one that is broken says why in `error`, which is our own key."""
    facts = model.facts
    sizes = {"context_length": facts.context_length, "embedding_length": facts.embedding_length} if facts else {}
    return {
        "name": model.name,
        "model": model.name,
        "modified_at": stamp(model.modified_at),
        "size": model.size,
        "digest": model.digest,
        "details": {**_details(model), **{name: size for name, size in sizes.items() if size is not None}},
        "capabilities": list(facts.capabilities) if facts else [],
        **({"error": model.problem} if model.problem else {}),
    }


def _running(model: Model, loaded: Loaded) -> dict[str, Any]:
    return {
        "name": model.name,
        "model": model.name,
        "size": loaded.load.memory,
        "digest": model.digest,
        "details": _details(model),
        "expires_at": stamp(loaded.expires_at),
        "size_vram": 0,
        "context_length": loaded.engine.context if loaded.engine else loaded.load.context,
    }


def _shown(model: Model) -> dict[str, Any]:
    facts = model.facts
    assert facts is not None
    optional = {
        "license": model.license,
        "parameters": "\n".join(_parameters(model.parameters, NAME_WIDTH)),
        "system": model.system,
        "messages": list(model.messages),
    }
    return {
        **{name: value for name, value in optional.items() if value},
        "modelfile": _modelfile(model),
        "template": facts.template,
        "details": _details(model),
        "model_info": facts.model_info,
        "capabilities": list(facts.capabilities),
        "modified_at": stamp(model.modified_at),
    }


def _parameters(parameters: Mapping[str, Any], width: int = 0, before: str = "") -> list[str]:
    """A line for each, and for each of several values: the name in `width` columns, texts in quotes."""
    return [
        f"{before}{name:<{width}} {orjson.dumps(value).decode()}"
        for name, values in parameters.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def _modelfile(model: Model) -> str:
    lines = [f"FROM {model.parent or model.path}", *_parameters(model.parameters, before="PARAMETER ")]
    if model.system:
        lines.append(f'SYSTEM """{model.system}"""')
    lines += [f'MESSAGE {said["role"]} """{said["content"]}"""' for said in model.messages]
    return "\n".join([*lines, ""])


def _openai_listed(model: Model) -> dict[str, Any]:
    return {"id": model.name, "object": "model", "created": int(model.modified_at), "owned_by": "library"}
