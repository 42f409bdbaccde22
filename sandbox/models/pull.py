"""Downloads from a registry that exists only as a list: progress line by line, or an error after the first."""

import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from aiohttp import web

from sandbox.models.names import canonical, tagged
from sandbox.models.reading import body_of, model_named
from sandbox.models.refusals import BARE_JSON, JSON, NDJSON, RefusalError
from sandbox.models.scripted import ScriptedModel
from sandbox.models.shelf import Shelf
from sandbox.models.stage import Reply, Stage
from sandbox.models.wire import encoded, json_reply

_STEPS = 10  # progress lines of the big layer


class Pull:
    """`catalogue` None: the machine reaches no registry, as in the recordings without a network."""

    def __init__(self, shelf: Shelf, stage: Stage, catalogue: Sequence[ScriptedModel] | None) -> None:
        self._shelf, self._stage = shelf, stage
        self._catalogue = None if catalogue is None else {canonical(model.name): model for model in catalogue}

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/api/pull", self.pull)]

    async def pull(self, request: web.Request) -> web.StreamResponse:
        body = body_of(await request.read())
        name = model_named(body)
        lines, delay = self._lines(name)
        fault = self._stage.take_fault(request)
        reply = Reply(lines, delay, NDJSON, _error, fault)
        if body.get("stream", True):
            return await self._stage.stream(request, reply)
        return await self._stage.whole(request, reply, partial(self._at_once, name))

    def _lines(self, name: str) -> tuple[Sequence[Callable[[], bytes]], Callable[[int], float]]:
        first = partial(_line, {"status": "pulling manifest"})
        model = self._found(name)
        if model is None:
            return [first, partial(_error, self._problem(name))], _no_delay
        progress = [partial(_line, line) for line in _progress(model, self._is_there(name))]
        return [first, *progress, partial(self._installed, model)], partial(_share, model)

    def _found(self, name: str) -> ScriptedModel | None:
        if self._is_there(name):
            return self._shelf.find(name).model
        return None if self._catalogue is None else self._catalogue.get(canonical(name))

    def _is_there(self, name: str) -> bool:
        return any(canonical(one.name) == canonical(name) for one in self._shelf.installed)

    def _installed(self, model: ScriptedModel) -> bytes:
        if not self._is_there(model.name):
            self._shelf.install(model)
        return _line({"status": "success"})

    def _at_once(self, name: str) -> web.Response:
        model = self._found(name)
        if model is None:
            raise RefusalError(500, self._problem(name), BARE_JSON)
        self._installed(model)
        return json_reply({"status": "success"}, content_type=JSON)

    def _problem(self, name: str) -> str:
        if self._catalogue is not None:
            return "pull model manifest: file does not exist"
        model, _, tag = tagged(name).rpartition(":")
        address = f"https://registry.ollama.ai/v2/library/{model}/manifests/{tag}"
        lookup = "lookup registry.ollama.ai on 127.0.0.53:53: no such host"
        return f'pull model manifest: Get "{address}": dial tcp: {lookup}'


def _progress(model: ScriptedModel, there: bool) -> list[dict[str, Any]]:
    digest = hashlib.sha256(model.name.encode()).hexdigest()
    layer = {"status": f"pulling {digest[:12]}", "digest": f"sha256:{digest}", "total": model.size}
    steps = [_STEPS] if there else range(1, _STEPS + 1)
    return [
        *({**layer, "completed": model.size * step // _STEPS} for step in steps),
        {"status": "verifying sha256 digest"},
        {"status": "writing manifest"},
    ]


def _share(model: ScriptedModel, index: int) -> float:
    """A download takes as long as loading the model does."""
    return model.load_time / _STEPS if 0 < index <= _STEPS else 0.0


def _no_delay(index: int) -> float:
    return 0.0


def _line(value: dict[str, Any]) -> bytes:
    return encoded(value) + b"\n"


def _error(message: str) -> bytes:
    return _line({"error": message})
