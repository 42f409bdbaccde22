"""Buttons that people press, and selects that they pick from."""

from aiohttp import web

from sandbox.commands.interactions import InteractionKind, Opening
from sandbox.control.asked import Asked, asked, message_seen
from sandbox.control.asking import ask
from sandbox.control.problems import ControlError, Problem
from sandbox.control.resolving import Resolver
from sandbox.control.selecting import pick_values
from sandbox.rules.components import SELECTS, Component, walk
from sandbox.state import Message
from sandbox.wire import Json

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
            _check_enabled(button)
            return _use(who, message, button, {})
    labels = ", ".join(str(button.get("label")) for button in buttons) or "none"
    raise ControlError(Problem.UNKNOWN, f"the message has no button {wanted!r}; it has {labels}")


@routes.post("/people/{person}/pick")
async def pick(request: web.Request) -> web.Response:
    """Values of a select: the one with this custom id, or the first that takes them.

    Values are those of a string select or what people read of them, and names or ids for every other kind.
    """
    who = await asked(request)
    message = message_seen(who.core, who.person, who.body["message"])
    values, custom_id = [str(value) for value in who.body["values"]], who.body.get("custom_id")
    selects = [part for part in walk(message.components) if part["type"] in SELECTS]
    wanted = [select for select in selects if custom_id in (None, select["custom_id"])]
    channel = who.core.store.channels[message.channel_id]
    for select in wanted:
        resolver = Resolver(who.core, who.person, channel)
        try:
            picked = pick_values(resolver, select, values)
        except ControlError:
            if select is not wanted[-1] or custom_id is None:
                continue
            raise
        _check_enabled(select)
        resolved = {"resolved": resolver.resolved} if resolver.resolved else {}
        return _use(who, message, select, {"values": picked, **resolved})
    raise ControlError(Problem.UNKNOWN, f"the message has no select that offers {', '.join(values)}")


def _check_enabled(component: Json) -> None:
    if component.get("disabled"):
        raise ControlError(Problem.NOT_ALLOWED, "that component is disabled")


def _use(who: Asked, message: Message, component: Json, extra: Json) -> web.Response:
    channel = who.core.store.channels[message.channel_id]
    server = {"0": str(channel.guild_id or 0)}
    opening = Opening(
        InteractionKind.COMPONENT,
        who.person.id,
        channel.id,
        server if message.origin is None else message.origin.owners,
        source_id=message.id,
    )
    data = {
        "component_type": component["type"],
        "custom_id": component["custom_id"],
        "id": component["id"],
        **extra,
    }
    return ask(who, opening, data, message)
