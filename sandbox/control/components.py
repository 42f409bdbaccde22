"""Buttons that people press, selects that they pick from, and modals that they fill in."""

from typing import Any

from aiohttp import web

from sandbox.control.asked import Asked, asked, channel_named, message_seen
from sandbox.control.asking import ask
from sandbox.control.problems import ControlError, Problem
from sandbox.interactions import InteractionKind
from sandbox.rules.components import SELECTS, Component, walk
from sandbox.state import Message
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.post("/people/{person}/press")
async def press(request: web.Request) -> web.Response:
    """A button by its label, or by its custom id."""
    who = await asked(request)
    message = message_seen(who.core, who.person, who.body["message"])
    wanted = who.body["button"]
    buttons = [part for part in walk(message.components) if part["type"] == Component.BUTTON]
    for button in buttons:
        if wanted in (button.get("label"), button.get("custom_id")) and button.get("custom_id"):
            return _use(who, message, button, {})
    labels = ", ".join(str(button.get("label")) for button in buttons) or "none"
    raise ControlError(Problem.UNKNOWN, f"the message has no button {wanted!r}; it has {labels}")


@routes.post("/people/{person}/pick")
async def pick(request: web.Request) -> web.Response:
    """Values of a string select: the one with this custom id, or the first that offers them."""
    who = await asked(request)
    message = message_seen(who.core, who.person, who.body["message"])
    values, custom_id = list(who.body["values"]), who.body.get("custom_id")
    for select in walk(message.components):
        if select["type"] in SELECTS and custom_id in (None, select["custom_id"]) and _offers(select, values):
            return _use(who, message, select, {"values": values})
    raise ControlError(Problem.UNKNOWN, f"the message has no select that offers {', '.join(values)}")


def _offers(select: Json, values: list[str]) -> bool:
    offered = {option["value"] for option in select.get("options") or []}
    enough = select.get("min_values", 1) <= len(values) <= select.get("max_values", 1)
    return enough and offered.issuperset(values)


def _use(who: Asked, message: Message, component: Json, extra: Json) -> web.Response:
    if component.get("disabled"):
        raise ControlError(Problem.NOT_ALLOWED, "that component is disabled")
    interaction = who.core.ledger.open(
        InteractionKind.COMPONENT, who.person.id, message.channel_id, source_id=message.id
    )
    data = {
        "component_type": component["type"],
        "custom_id": component["custom_id"],
        "id": component["id"],
        **extra,
    }
    return answer(ask(who.core, interaction, data, message))


@routes.post("/people/{person}/submit")
async def submit(request: web.Request) -> web.Response:
    """A modal that was shown, with a text for each input's custom id."""
    who = await asked(request)
    modal: Json = who.body["modal"]
    channel = channel_named(who.core, who.person, who.body["channel"])
    opener = who.core.ledger.modal_of(who.person.id)
    interaction = who.core.ledger.open(InteractionKind.MODAL, who.person.id, channel.id, opener=opener)
    filled = [_filled(part, who.body.get("values") or {}) for part in modal["components"]]
    return answer(ask(who.core, interaction, {"custom_id": modal["custom_id"], "components": filled}))


def _filled(component: Json, values: dict[str, str]) -> Json:
    filled: dict[str, Any] = {"type": component["type"], "id": component.get("id", 0)}
    if "components" in component:
        return {**filled, "components": [_filled(child, values) for child in component["components"]]}
    if isinstance(component.get("component"), dict):
        return {**filled, "component": _filled(component["component"], values)}
    if component["type"] == Component.TEXT_INPUT:
        custom_id = component["custom_id"]
        return {**filled, "custom_id": custom_id, "value": values.get(custom_id, component.get("value") or "")}
    return filled
