"""Commands that people run, on their own or on a message or a person, and the completion of their options."""

from aiohttp import web

from sandbox import payloads
from sandbox.commands import Command
from sandbox.control.asked import Asked, asked, channel_named, message_seen
from sandbox.control.asking import ask
from sandbox.control.options import Typing
from sandbox.control.problems import ControlError, Problem
from sandbox.interactions import InteractionKind
from sandbox.permissions import Permission, allows, in_channel
from sandbox.rules.commands import CommandKind
from sandbox.state import Channel
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_BOT_DIRECT = 1  # the context of a direct message with the bot


@routes.get("/people/{person}/commands")
async def offered(request: web.Request) -> web.Response:
    """What Discord's client would offer to this person in a channel, of all kinds."""
    who = await asked(request)
    channel = channel_named(who.core, who.person, request.query["channel"])
    registered = {
        command.key: command for scope in (None, channel.guild_id) for command in who.core.commands.all(scope)
    }
    shown = [command for command in registered.values() if _offered(who, channel, command)]
    return answer([command.payload(who.core.store.application_id) for command in shown])


@routes.post("/people/{person}/commands")
async def run(request: web.Request) -> web.Response:
    who = await asked(request)
    channel = channel_named(who.core, who.person, who.body["channel"])
    name, *path = str(who.body["command"]).removeprefix("/").split()
    command = _command(who, channel, name, CommandKind.SLASH)
    focused = who.body.get("focused")
    typing = Typing(who.core, who.person, channel, focused)
    options = typing.options(command.definition, path, who.body.get("options") or {})
    kind = InteractionKind.COMMAND if focused is None else InteractionKind.AUTOCOMPLETE
    full_name = " ".join([name, *path])
    interaction = who.core.ledger.open(kind, who.person.id, channel.id, command=full_name)
    data = {**_data(command, typing.resolved), "options": options}
    return answer(ask(who.core, interaction, data))


@routes.post("/people/{person}/commands/on")
async def run_on(request: web.Request) -> web.Response:
    """A context-menu command on a message, or on a person."""
    who = await asked(request)
    if "message" in who.body:
        return _on_message(who)
    target = who.core.store.person(str(who.body["user"]).removeprefix("@"))
    if target is None:
        raise ControlError(Problem.UNKNOWN, f"there is nobody called {who.body['user']}")
    channel = channel_named(who.core, who.person, who.body["channel"])
    typing = Typing(who.core, who.person, channel)
    typing.resolve_user(target)
    return _start_on(who, channel, CommandKind.USER, str(target.id), typing.resolved)


def _on_message(who: Asked) -> web.Response:
    message = message_seen(who.core, who.person, who.body["message"])
    channel = who.core.store.channels[message.channel_id]
    shown = payloads.message(who.core.store, message)
    return _start_on(who, channel, CommandKind.MESSAGE, str(message.id), {"messages": {shown["id"]: shown}})


def _start_on(who: Asked, channel: Channel, kind: CommandKind, target: str, resolved: Json) -> web.Response:
    command = _command(who, channel, str(who.body["command"]), kind)
    interaction = who.core.ledger.open(
        InteractionKind.COMMAND, who.person.id, channel.id, command=command.name, slash=False
    )
    return answer(ask(who.core, interaction, {**_data(command, resolved), "target_id": target}))


def _data(command: Command, resolved: Json) -> Json:
    data: Json = {"id": str(command.id), "name": command.name, "type": int(command.kind)}
    if command.guild_id is not None:
        data["guild_id"] = str(command.guild_id)
    return {**data, "resolved": resolved} if resolved else data


def _command(who: Asked, channel: Channel, name: str, kind: CommandKind) -> Command:
    """Raises ControlError if the bot has not registered it, or this person is not shown it."""
    command = who.core.commands.find(name, kind, channel.guild_id)
    if command is None:
        raise ControlError(Problem.UNKNOWN_COMMAND, f"the bot has not registered {_written(name, kind)}")
    if not who.body.get("force") and not _offered(who, channel, command):
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} is not offered {_written(name, kind)} there")
    return command


def _offered(who: Asked, channel: Channel, command: Command) -> bool:
    definition = command.definition
    if channel.guild_id is None:
        contexts = definition.get("contexts")
        return definition.get("dm_permission") is True if contexts is None else _BOT_DIRECT in contexts
    if definition.get("contexts") is not None and 0 not in definition["contexts"]:
        return False
    bits = in_channel(who.core.store.guild_of(channel), channel, who.person.id)
    needed = definition["default_member_permissions"]
    if needed == "0":  # nobody but administrators
        return allows(bits, Permission.ADMINISTRATOR)
    return allows(bits, Permission.USE_APPLICATION_COMMANDS | int(needed or 0))


def _written(name: str, kind: CommandKind) -> str:
    return f"/{name}" if kind == CommandKind.SLASH else f"“{name}”"
