"""The commands that a bot has registered, everywhere or in one guild."""

from dataclasses import dataclass

from sandbox.errors import DiscordError, Why
from sandbox.limits.creates import Creates
from sandbox.rules.commands import (
    MOST_COMMANDS,
    MOST_CONTEXT_COMMANDS,
    CommandKind,
    check_command,
)
from sandbox.rules.form import Form
from sandbox.snowflakes import Snowflakes
from sandbox.wire import Json

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Command:
    """`guild_id` is None for a global command; `definition` is what was sent, with Discord's defaults."""

    id: int
    version: int
    guild_id: int | None
    definition: Json

    @property
    def name(self) -> str:
        return str(self.definition["name"])

    @property
    def kind(self) -> CommandKind:
        return CommandKind(self.definition["type"])

    @property
    def key(self) -> Key:
        return (self.name, int(self.kind))

    def payload(self, application_id: int) -> Json:
        body: Json = {
            "id": str(self.id),
            "application_id": str(application_id),
            "version": str(self.version),
            **self.definition,
        }
        return body if self.guild_id is None else {**body, "guild_id": str(self.guild_id)}


class Commands:
    """One shelf for each scope: a guild's id, or None for everywhere."""

    def __init__(self, snowflakes: Snowflakes, creates: Creates) -> None:
        self._snowflakes = snowflakes
        self._creates = creates
        self._shelves: dict[int | None, dict[int, Command]] = {}

    def everything(self) -> list[Command]:
        return [command for shelf in self._shelves.values() for command in shelf.values()]

    def restore(self, commands: list[Command]) -> None:
        """What an earlier sandbox has had, before anything is registered in this one."""
        for command in commands:
            self._shelves.setdefault(command.guild_id, {})[command.id] = command

    def all(self, scope: int | None) -> list[Command]:
        return list(self._shelves.get(scope, {}).values())

    def get(self, scope: int | None, command_id: int) -> Command:
        found = self._shelves.get(scope, {}).get(command_id)
        if found is None:
            raise DiscordError(Why.UNKNOWN_COMMAND)
        return found

    def find(self, name: str, kind: CommandKind, guild_id: int | None) -> Command | None:
        """A guild's own command hides the global one of that name."""
        for scope in (guild_id, None):
            for command in self.all(scope):
                if command.key == (name, kind):
                    return command
        return None

    def add(self, scope: int | None, body: Json) -> tuple[Command, bool]:
        """A name that is taken is overwritten; the second value tells whether it was new. Raises RateLimited."""
        form = Form()
        check_command(form, body)
        form.done()
        command = self._made(scope, body)
        shelf = self._shelves.setdefault(scope, {})
        new = command.id not in shelf
        _check_numbers([*(other for other in shelf.values() if other.id != command.id), command])
        self._creates.take(scope, int(new))
        shelf[command.id] = command
        return command, new

    def replace(self, scope: int | None, bodies: list[Json]) -> list[Command]:
        """Bulk overwrite; commands that stay keep their ids. Raises RateLimited."""
        form = Form()
        for index, body in enumerate(bodies):
            check_command(form, body, (index,))
        _check_names(form, bodies)
        form.done()
        made = [self._made(scope, body) for body in bodies]
        _check_numbers(made)
        self._creates.take(scope, sum(command.id not in self._shelves.get(scope, {}) for command in made))
        self._shelves[scope] = {command.id: command for command in made}
        return made

    def change(self, scope: int | None, command_id: int, body: Json) -> Command:
        before = self.get(scope, command_id)
        merged = {**before.definition, **body, "type": before.definition["type"]}
        form = Form()
        check_command(form, merged)
        form.done()
        changed = Command(before.id, self._snowflakes.next(), scope, _completed(merged, scope))
        self._shelves[scope][before.id] = changed
        return changed

    def remove(self, scope: int | None, command_id: int) -> None:
        del self._shelves[scope][self.get(scope, command_id).id]

    def _made(self, scope: int | None, body: Json) -> Command:
        definition = _completed(body, scope)
        key = (definition["name"], definition["type"])
        same = next((command for command in self.all(scope) if command.key == key), None)
        if same is not None and same.definition == definition:
            return same
        version = self._snowflakes.next()
        return Command(version if same is None else same.id, version, scope, definition)


def _completed(body: Json, scope: int | None) -> Json:
    """What Discord gives back: defaults filled in, and what says nothing left out of options."""
    definition: Json = {
        "type": int(body.get("type") or CommandKind.SLASH),
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": _permissions(body),
        "nsfw": bool(body.get("nsfw", False)),
    }
    if scope is None:
        definition["dm_permission"] = body.get("dm_permission") is not False
        definition["contexts"] = body.get("contexts")
        definition["integration_types"] = body.get("integration_types") or [0]
    if body.get("options"):
        definition["options"] = [_option(option) for option in body["options"]]
    return definition


def _permissions(body: Json) -> str | None:
    bits = body.get("default_member_permissions")
    return None if bits is None else str(bits)


def _option(option: Json) -> Json:
    # By identity: a `min_value` of 0 equals False and has to stay.
    kept = {key: value for key, value in option.items() if not (value is None or value is False or value == [])}
    if "options" in kept:
        kept["options"] = [_option(inner) for inner in kept["options"]]
    return kept


def _check_names(form: Form, bodies: list[Json]) -> None:
    seen: set[Key] = set()
    for index, body in enumerate(bodies):
        key = (str(body.get("name")), body.get("type") or 1)
        if key in seen:
            message = "Application command names must be unique"
            form.wrong((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)


def _check_numbers(commands: list[Command]) -> None:
    for kind in CommandKind:
        most = MOST_COMMANDS if kind == CommandKind.SLASH else MOST_CONTEXT_COMMANDS
        if sum(command.kind == kind for command in commands) > most:
            raise DiscordError(Why.TOO_MANY_COMMANDS)
