"""The routes about the models themselves: what is installed, what is loaded, facts, copies, vectors."""

import hashlib
from typing import Any

from aiohttp import web

from sandbox.models.asked import ChatRequest
from sandbox.models.durations import seconds
from sandbox.models.reading import body_of, model_named
from sandbox.models.refusals import BARE_JSON, RefusalError, Version
from sandbox.models.shelf import Installed, Loaded, Shelf
from sandbox.models.wire import json_reply, stamp

_TEMPLATE = "{{- range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}<|im_start|>assistant\n"


class Library:
    def __init__(self, shelf: Shelf, version: Version) -> None:
        self._shelf, self._version = shelf, version

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self.root),
            web.get("/api/version", self.version),
            web.get("/api/tags", self.tags),
            web.get("/api/ps", self.ps),
            web.post("/api/show", self.show),
            web.post("/api/copy", self.copy),
            web.delete("/api/delete", self.delete),
            web.post("/api/embed", self.embed),
            web.get("/v1/models", self.openai_models),
        ]

    async def root(self, request: web.Request) -> web.Response:
        return web.Response(text="Ollama is running")

    async def version(self, request: web.Request) -> web.Response:
        return json_reply({"version": f"{self._version}.0"})

    async def tags(self, request: web.Request) -> web.Response:
        return json_reply({"models": [_tag(one, self._version) for one in self._shelf.installed]})

    async def ps(self, request: web.Request) -> web.Response:
        """The one loaded last comes first, as recorded."""
        return json_reply({"models": [_running(one, self._version) for one in reversed(self._shelf.loaded)]})

    async def show(self, request: web.Request) -> web.Response:
        return json_reply(_facts(self._shelf.usable(model_named(body_of(await request.read())))))

    async def copy(self, request: web.Request) -> web.Response:
        body = body_of(await request.read())
        source, destination = model_named({"model": body.get("source")}), body.get("destination")
        self._shelf.install(self._shelf.find(source).model, model_named({"model": destination}))
        return web.Response()

    async def delete(self, request: web.Request) -> web.Response:
        self._shelf.remove(model_named(body_of(await request.read())))
        return web.Response()

    async def embed(self, request: web.Request) -> web.Response:
        body = body_of(await request.read())
        name = model_named(body)
        model = self._shelf.find(name).model
        if self._version == "0.33" and not model.can("embedding"):
            raise RefusalError(501, "This server does not support embeddings. Start it with `--embeddings`")
        use = ChatRequest(name, (), keep_alive=seconds(body.get("keep_alive")))
        loading = await self._shelf.load(use)
        self._shelf.used(use)
        given = body.get("input", [])
        texts = [given] if isinstance(given, str) else [str(text) for text in given]
        load = round((loading + 0.001) * 1e9)
        return json_reply(
            {
                "model": name,
                "embeddings": [_vector(text, model.embedding_length) for text in texts],
                "total_duration": load + 1_000_000,
                "load_duration": load,
                "prompt_eval_count": sum(max(1, len(text) // 4) for text in texts),
            }
        )

    async def openai_models(self, request: web.Request) -> web.Response:
        data = [
            {"id": one.name, "object": "model", "created": int(one.modified_at), "owned_by": "library"}
            for one in self._shelf.installed
        ]
        return json_reply({"object": "list", "data": data}, content_type=BARE_JSON)


def _details(one: Installed) -> dict[str, Any]:
    return {
        "parent_model": "",
        "format": "gguf",
        "family": one.model.family,
        "families": [one.model.family],
        "parameter_size": one.model.parameter_size,
        "quantization_level": one.model.quantization,
    }


def _tag(one: Installed, version: Version) -> dict[str, Any]:
    tag: dict[str, Any] = {
        "name": one.name,
        "model": one.name,
        "modified_at": stamp(one.modified_at),
        "size": one.model.size,
        "digest": one.digest,
        "details": _details(one),
    }
    if version == "0.33":
        tag["details"] |= {
            "context_length": one.model.context_length,
            "embedding_length": one.model.embedding_length,
        }
        tag["capabilities"] = list(one.model.capabilities)
    if one.model.problem:
        tag |= {"capabilities": [], "error": one.model.problem}
    return tag


def _running(one: Loaded, version: Version) -> dict[str, Any]:
    """0.24 was recorded on a machine without graphics memory, 0.33 says that all is in it."""
    size = one.installed.model.size
    return {
        "name": one.installed.name,
        "model": one.installed.name,
        "size": size,
        "digest": one.installed.digest,
        "details": _details(one.installed),
        "expires_at": stamp(one.expires_at),
        "size_vram": size if version == "0.33" else 0,
        "context_length": one.context,
    }


def _facts(one: Installed) -> dict[str, Any]:
    model = one.model
    facts = {"license": model.license, "modelfile": f"FROM {one.name}", "parameters": model.parameters}
    filled = {key: value for key, value in facts.items() if value}
    return filled | {
        "template": _TEMPLATE if model.can("completion") else "{{ .Prompt }}",
        **({"system": model.system} if model.system else {}),
        "details": _details(one),
        "model_info": _model_info(one),
        "capabilities": list(model.capabilities),
        "modified_at": stamp(one.modified_at),
    }


def _model_info(one: Installed) -> dict[str, Any]:
    model, family = one.model, one.model.family
    return {
        "general.architecture": family,
        "general.file_type": 15,
        "general.parameter_count": model.parameter_count,
        f"{family}.block_count": 24,
        f"{family}.context_length": model.context_length,
        f"{family}.embedding_length": model.embedding_length,
    }


def _vector(text: str, length: int) -> list[float]:
    """Numbers between -1 and 1 that are always the same for the same text."""
    digest = hashlib.sha256(text.encode()).digest()
    return [(digest[index % len(digest)] - 127.5) / 127.5 for index in range(length)]
