"""Commands that people are offered and run, on their own or on a message or a person, and their completion."""

from aiohttp import web

from sandbox import payloads
from sandbox.commands.commands import Command
from sandbox.commands.interactions import InteractionKind, Opening
from sandbox.commands.offers import is_offered, offered, owners
from sandbox.control.asked import Asked, Given, asked, channel_named, message_seen
from sandbox.control.asking import ask, locale_of
from sandbox.control.options import Typing
from sandbox.control.problems import ControlError, Problem
from sandbox.control.resolving import Resolver
from sandbox.core import Core
from sandbox.rules.commands import CommandKind
from sandbox.state import Channel
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.get("/people/{person}/commands")
async def listed(request: web.Request) -> web.Response:
    """Everything that this person is offered in a channel, as it was defined and in their language."""
    who = await asked(request)
    channel = channel_named(who.core, who.person, Given(request.query)["channel"])
    locale = locale_of(request.query.get("locale"))
    return answer([_shown(who.core, command, locale) for command in offered(who.core, channel, who.person.id)])


def _shown(core: Core, command: Command, locale: str) -> Json:
    store = core.store
    return {**command.payload(store.application_id, locale), "application": store.users[store.bot_id].name}


@routes.post("/people/{person}/commands")
async def run(request: web.Request) -> web.Response:
    """A slash command; with `focused` the option of this name is to be completed."""
    who = await asked(request)
    channel = channel_named(who.core, who.person, who.body["channel"])
    name, *path = str(who.body["command"]).removeprefix("/").split()
    command = _command(who, channel, name, CommandKind.SLASH)
    focused = who.body.get("focused")
    resolver = Resolver(who.core, who.person, channel)
    typing = Typing(resolver, focused)
    options = typing.options(command.definition, path, who.body.get("options") or {})
    opening = Opening(
        InteractionKind.COMMAND if focused is None else InteractionKind.AUTOCOMPLETE,
        who.person.id,
        channel.id,
        owners(command, channel, who.person.id),
        command=" ".join([command.name, *path]),
        focused=typing.focused_kind,
    )
    # Discord resolves nothing for a command that is not finished.
    data = _data(command, resolver.resolved if focused is None else {})
    return ask(who, opening, {**data, "options": options} if options else data)


@routes.post("/people/{person}/commands/on")
async def run_on(request: web.Request) -> web.Response:
    """A context-menu command on a message, or on a person."""
    who = await asked(request)
    if "message" in who.body:
        return _on_message(who)
    channel = channel_named(who.core, who.person, who.body["channel"])
    command = _command(who, channel, str(who.body["command"]), CommandKind.USER)
    resolver = Resolver(who.core, who.person, channel)
    try:
        target = resolver.user(str(who.body["user"]))
    except ControlError as error:
        raise ControlError(Problem.UNKNOWN, str(error)) from None
    opening = _menu(who, channel, command, target_user_id=int(target))
    return ask(who, opening, {**_data(command, resolver.resolved), "target_id": target})


def _on_message(who: Asked) -> web.Response:
    message = message_seen(who.core, who.person, who.body["message"])
    channel = who.core.store.channels[message.channel_id]
    command = _command(who, channel, str(who.body["command"]), CommandKind.MESSAGE)
    shown = payloads.message(who.core.store, message)
    opening = _menu(who, channel, command, target_message_id=message.id)
    data = _data(command, {"messages": {shown["id"]: shown}})
    return ask(who, opening, {**data, "target_id": shown["id"]})


def _menu(
    who: Asked,
    channel: Channel,
    command: Command,
    *,
    target_user_id: int | None = None,
    target_message_id: int | None = None,
) -> Opening:
    return Opening(
        InteractionKind.COMMAND,
        who.person.id,
        channel.id,
        owners(command, channel, who.person.id),
        command=command.name,
        slash=False,
        target_user_id=target_user_id,
        target_message_id=target_message_id,
    )


def _data(command: Command, resolved: Json) -> Json:
    data: Json = {"id": str(command.id), "name": command.name, "type": int(command.kind)}
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    return {**data, "resolved": resolved} if resolved else data


def _command(who: Asked, channel: Channel, name: str, kind: CommandKind) -> Command:
    """By `command_id`, or else by name; a server's own counts before those of everywhere.

    Raises ControlError if the bot has not registered it, or this person is not shown it.
    """
    wanted = who.body.get("command_id")
    known = [each for each in who.core.commands.in_guild(channel.guild_id) if each.key == (name, kind)]
    found = [each for each in known if wanted in (None, str(each.id))]
    if not found:
        raise ControlError(Problem.UNKNOWN_COMMAND, f"the bot has not registered {_written(name, kind)}")
    if who.body.get("force"):
        return found[0]
    for command in found:
        if is_offered(who.core, command, channel, who.person.id):
            return command
    raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} is not offered {_written(name, kind)} there")


def _written(name: str, kind: CommandKind) -> str:
    return f"/{name}" if kind == CommandKind.SLASH else f"“{name}”"
