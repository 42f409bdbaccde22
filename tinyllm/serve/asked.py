"""What is asked of a model, read from a request's body; one that cannot be read is refused in a sentence."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

import orjson
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tinyllm.errors import shortened
from tinyllm.serve.refusals import RefusalError

LONGEST_NAME = 200
"""Bytes of a model's name as a file is called after it."""
DEEPEST = 100
"""Objects and lists within each other; the engine's own recursion has an end too."""
_NAME = re.compile(r"[\w][\w.:/@+-]*", re.ASCII)
_LINE_BREAKS = {ord("\r"): None, ord("\n"): None}
_KINDS = {"bool", "str", "float", "int"}
_SHOULD = "Input should be "
_OBJECT = re.compile(r"a valid dictionary( or instance of \w+)?")


class Body(BaseModel):
    """What comes as JSON; fields that are not known are let pass."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True, strict=True)


def _no_nulls(value: Any) -> Any:
    """Null is what was left out, as in Go."""
    return {key: each for key, each in value.items() if each is not None} if isinstance(value, dict) else value


def _arguments(value: Any) -> Any:
    """OpenAI's clients send the arguments of a call as a text."""
    return orjson.loads(value or "{}") if isinstance(value, str) else value


def _tool(value: Any) -> Any:
    """The engine wants more of a tool than Ollama does."""
    function = value.get("function") if isinstance(value, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise ValueError("a tool is an object with a function that has a name")
    return {**value, "type": "function"}


class _Function(Body):
    name: str = ""
    arguments: Annotated[dict[str, Any], BeforeValidator(_arguments)] = {}


class _Call(Body):
    id: str = ""
    function: _Function = _Function()


class Message(Body):
    """One message of a conversation."""

    role: str = ""
    content: str = ""
    thinking: str = ""
    images: list[str] = []
    tool_calls: list[_Call] = []
    tool_name: str = ""
    tool_call_id: str = ""


class Named(Body):
    """A body that names a model, in the new key or the old one."""

    model: str = Field("", validation_alias=AliasChoices("model", "name"))


class _Run(Named):
    stream: bool = True
    think: bool | Literal["low", "medium", "high"] | None = None
    # the order of Ollama's client: typing takes both for one type, and whoever came first would decide what we say
    format: Literal["", "json"] | dict[str, Any] = ""
    keep_alive: str | float | None = None
    options: dict[str, Any] = {}
    truncate: bool = True
    shift: bool = True


class ChatBody(_Run):
    """`/api/chat`."""

    messages: list[Annotated[Message, BeforeValidator(_no_nulls)]] = []
    tools: list[Annotated[dict[str, Any], BeforeValidator(_tool)]] = []


class GenerateBody(_Run):
    """`/api/generate`."""

    prompt: str = ""
    suffix: str = ""
    system: str = ""
    template: str = ""
    raw: bool = False
    images: list[str] = []


class EmbedBody(Named):
    """`/api/embed`."""

    input: str | list[str] = []
    truncate: bool = True
    dimensions: int | None = None
    keep_alive: str | float | None = None
    options: dict[str, Any] = {}


class CreateBody(Named):
    """`/api/create`."""

    from_: str = Field("", alias="from")
    system: str = ""
    template: str = ""
    license: str | list[str] = ""
    parameters: dict[str, Any] = {}
    messages: list[Annotated[Message, BeforeValidator(_no_nulls)]] = []
    stream: bool = True
    files: dict[str, Any] = {}
    adapters: dict[str, Any] = {}
    quantize: str = ""
    modelfile: str = ""


class CopyBody(Body):
    """`/api/copy`."""

    source: str = ""
    destination: str = ""


class StreamBody(Named):
    """`/api/pull` and others that only name a model."""

    stream: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to a model, whichever dialect it came in."""

    model: str
    """As it was written."""
    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    """Given to the model as it is, in the place of messages."""
    stream: bool = True
    think: bool | str | None = None
    format: str | Mapping[str, Any] = ""
    keep_alive: str | float | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    truncate: bool = True
    """Whether a conversation that is too long loses its front; else it is refused."""
    shift: bool = True
    """Whether an answer that fills the context loses the front; else it ends there."""
    tools: tuple[Mapping[str, Any], ...] = ()
    ability: str = "chat"
    """What a model that cannot do it is said to lack."""

    @property
    def only_loads(self) -> bool:
        return not self.messages and self.prompt is None


B = TypeVar("B", bound=Body)


def body_of(raw: bytes, kind: type[B]) -> B:
    """A request's body. Raises RefusalError (400)."""
    if not raw.strip():
        raise RefusalError(400, "missing request body")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as exc:
        raise RefusalError(400, _json_problem(raw, exc)) from exc
    if not isinstance(value, dict):
        raise RefusalError(400, "the body must be a JSON object")
    if _is_deeper(value, DEEPEST):
        raise RefusalError(400, f"the body has more than {DEEPEST} objects and lists within each other")
    return validated(value, kind)


def validated(value: Mapping[str, Any], kind: type[B]) -> B:
    """An object read as what it should be. Raises RefusalError (400), which names what is wrong."""
    try:
        return kind.model_validate(_no_nulls(dict(value)))
    except ValidationError as exc:
        raise RefusalError(400, _wrong(exc)) from exc


def checked_name(name: str) -> str:
    """A model's name, without the scheme that it may begin with. Raises RefusalError (400)."""
    name = name.removeprefix("https://").removeprefix("http://")
    if not name:
        raise RefusalError(400, "model is required")
    if len(quote(name, safe="")) > LONGEST_NAME or not _NAME.fullmatch(name):
        raise RefusalError(400, "invalid model name")
    return name


def asked_in_chat(body: ChatBody) -> Asked:
    """Raises RefusalError."""
    return _asked(body, messages=tuple(body.messages), tools=tuple(body.tools))


def asked_to_generate(body: GenerateBody) -> Asked:
    """A prompt is a conversation of one message, unless it is raw. Raises RefusalError."""
    if body.suffix:
        raise RefusalError(400, f'"{body.model}" does not support insert')
    if body.template:
        raise RefusalError(400, "a template of one's own is not supported: the one in the model's file is used")
    if body.raw and body.prompt:
        return _asked(body, prompt=body.prompt, ability="generate")
    system = [Message(role="system", content=body.system)] if body.system else []
    said = [Message(role="user", content=body.prompt, images=body.images)] if body.prompt or body.images else []
    return _asked(body, messages=(*system, *said) if said else (), ability="generate")


def _asked(body: _Run, **what: Any) -> Asked:
    for message in what.get("messages", ()):
        for image in message.images:
            _check_image(image)
    return Asked(
        model=checked_name(body.model),
        stream=body.stream,
        think=body.think,
        format=body.format,
        keep_alive=body.keep_alive,
        options=body.options,
        truncate=body.truncate,
        shift=body.shift,
        **what,
    )


def _check_image(image: str) -> None:
    try:
        base64.b64decode(image.translate(_LINE_BREAKS), validate=True)
    except (binascii.Error, ValueError) as exc:
        bad = re.search(r"[^A-Za-z0-9+/=]", image)
        raise RefusalError(400, f"illegal base64 data at input byte {bad.start() if bad else len(image)}") from exc


def _is_deeper(value: Any, most: int) -> bool:
    level = [value]
    for _ in range(most):
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [child for children in inner for child in children]
    return bool(level)


def _wrong(error: ValidationError) -> str:
    """What is wrong with one field, where several kinds may be right."""
    found = [(_place(each["loc"]), each["msg"]) for each in error.errors()]
    field_name = found[0][0][0]
    place = max((place for place, _ in found if place[0] == field_name), key=len)
    wrong = list(dict.fromkeys(message for at, message in found if at == place))
    name = shortened(".".join(place))
    if all(message.startswith(_SHOULD) for message in wrong):
        kinds = [_OBJECT.sub("an object", message.removeprefix(_SHOULD)) for message in wrong]
        return f"{name} should be {' or '.join(kinds)}"
    return f"{name}: {wrong[0].removeprefix('Value error, ')}"


def _place(steps: tuple[int | str, ...]) -> tuple[str, ...]:
    """The way to what is wrong, without the kinds that were tried there."""
    return tuple(str(step) for step in steps if isinstance(step, int) or (step.isidentifier() and step not in _KINDS))


def _json_problem(raw: bytes, exc: orjson.JSONDecodeError) -> str:
    """A text that ends too early is called what Go calls it, since clients know that."""
    if exc.pos >= len(raw.decode(errors="replace").rstrip()):
        return "unexpected EOF"
    return f"the body is no JSON: {exc}"
