"""Modals that people fill in and send."""

from typing import Any

from aiohttp import web

from sandbox.commands.interactions import InteractionKind, Opening
from sandbox.control.asked import asked, channel_named
from sandbox.control.asking import ask
from sandbox.control.problems import ControlError, Problem
from sandbox.control.resolving import Resolver, bad
from sandbox.control.selecting import check_number, offered_value, pick_values
from sandbox.rules.components import SELECTS, Component, walk
from sandbox.rules.modals import MOST_INPUT
from sandbox.snowflakes import read_snowflake
from sandbox.wire import Json

routes = web.RouteTableDef()


@routes.post("/people/{person}/submit")
async def submit(request: web.Request) -> web.Response:
    """The modal that answered an `interaction` of this person, with values by the custom ids of its fields.

    What is left out stays as the bot had filled it in.
    """
    who = await asked(request)
    number = str(who.body["interaction"])
    opened = who.core.ledger.shown_modal(read_snowflake(number) or 0, who.person.id)
    if opened is None or opened.modal is None:
        raise ControlError(Problem.UNKNOWN, f"{who.person.name} sees no modal of the interaction {number}")
    channel = channel_named(who.core, who.person, str(opened.channel_id))
    resolver = Resolver(who.core, who.person, channel)
    filled = fill(resolver, opened.modal, who.body.get("values") or {})
    opening = Opening(
        InteractionKind.MODAL,
        who.person.id,
        channel.id,
        opened.origin.owners,
        source_id=opened.source_id,
        opener=opened.origin,
    )
    data: Json = {"custom_id": opened.modal["custom_id"], "components": filled}
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return ask(who, opening, data, who.core.store.message(channel.id, opened.source_id or 0))


def fill(resolver: Resolver, modal: Json, values: Json) -> list[Json]:
    """As Discord's client would send it. Raises ControlError for what the client would not accept."""
    fields = [part["custom_id"] for part in walk(modal["components"]) if "custom_id" in part]
    for custom_id in values:
        if custom_id not in fields:
            raise bad(f"the modal has no field {custom_id!r}, only {', '.join(fields)}")
    return [_filled(resolver, part, values) for part in modal["components"]]


def _filled(resolver: Resolver, component: Json, values: Json) -> Json:
    made: Json = {"type": component["type"], "id": component["id"]}
    if "components" in component:
        return {**made, "components": [_filled(resolver, child, values) for child in component["components"]]}
    if "component" in component:
        return {**made, "component": _filled(resolver, component["component"], values)}
    if "custom_id" not in component:
        return made
    custom_id = component["custom_id"]
    value = values.get(custom_id)
    return {**made, "custom_id": custom_id, **_value(resolver, component, value)}


def _value(resolver: Resolver, component: Json, value: Any) -> Json:
    kind = component["type"]
    if kind == Component.TEXT_INPUT:
        return {"value": _typed(component, value)}
    if kind == Component.CHECKBOX:
        return {"value": _ticked(component, value)}
    if kind == Component.RADIO_GROUP:
        return {"value": _chosen(component, value)}
    return {"values": _several(resolver, component, value)}


def _typed(component: Json, value: Any) -> str:
    text = str(component.get("value") or "" if value is None else value)
    if not text:
        if component.get("required", True):
            raise bad(f"{component['custom_id']} is required")
        return text
    least, most = component["min_length"] or 0, component["max_length"] or MOST_INPUT
    if not least <= len(text) <= most:
        raise bad(f"{component['custom_id']} takes {least} to {most} characters, not {len(text)}")
    return text


def _ticked(component: Json, value: Any) -> bool:
    if not isinstance(value, bool | None):
        raise bad(f"{component['custom_id']} is true or false, not {value!r}")
    return bool(component["default"] if value is None else value)


def _chosen(component: Json, value: Any) -> str | None:
    chosen = _beforehand(component) if value is None else [offered_value(component, str(value))]
    if not chosen and component.get("required", True):
        raise bad(f"{component['custom_id']} is required")
    return chosen[0] if chosen else None


def _several(resolver: Resolver, component: Json, value: Any) -> list[str]:
    """Of selects, groups of checkboxes, and uploads."""
    given = [value] if isinstance(value, str | dict) else value
    wanted = _beforehand(component) if given is None else list(given)
    optional = not component.get("required", True)
    if component["type"] in SELECTS:
        return pick_values(resolver, component, [str(each) for each in wanted], optional=optional)
    if wanted or not optional:
        check_number(component, len(wanted))
    if component["type"] == Component.FILE_UPLOAD:
        return [resolver.file(component, each) for each in wanted]
    return list(dict.fromkeys(offered_value(component, str(each)) for each in wanted))


def _beforehand(component: Json) -> list[Any]:
    """What the bot had chosen for the person."""
    options: list[Json] = component.get("options") or []
    defaults: list[Json] = component.get("default_values") or []
    return [option["value"] for option in options if option.get("default")] + [each["id"] for each in defaults]
