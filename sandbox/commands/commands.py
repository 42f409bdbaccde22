"""The commands that a bot has registered, everywhere or in one guild."""

from dataclasses import dataclass

from sandbox.commands.definitions import completed, in_language
from sandbox.commands.grants import Grants
from sandbox.errors import DiscordError, Why
from sandbox.limits.creates import Creates
from sandbox.rules.commands import (
    MOST_COMMANDS,
    MOST_CONTEXT_COMMANDS,
    MOST_IN_BULK,
    CommandKind,
    check_command,
    check_size,
)
from sandbox.rules.form import Form
from sandbox.snowflakes import Snowflakes, read_snowflake
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

    def payload(self, application_id: int, locale: str | None = None) -> Json:
        """With all translations, or with those of one language only."""
        body: Json = {
            "id": str(self.id),
            "application_id": str(application_id),
            "version": str(self.version),
            **(self.definition if locale is None else in_language(self.definition, locale)),
        }
        return body if self.guild_id is None else {**body, "guild_id": str(self.guild_id)}


class Commands:
    """One shelf for each scope: a guild's id, or None for everywhere."""

    def __init__(self, snowflakes: Snowflakes, grants: Grants, creates: Creates) -> None:
        self._snowflakes = snowflakes
        self._grants = grants
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

    def in_guild(self, guild_id: int | None) -> list[Command]:
        """Those of the guild, and then those of everywhere, which do not hide each other."""
        own = [] if guild_id is None else self.all(guild_id)
        return [*own, *self.all(None)]

    def add(self, scope: int | None, body: Json) -> tuple[Command, bool]:
        """A name that is taken is overwritten; the second value tells whether it was new. Raises RateLimited."""
        _check(body)
        command = self._made(scope, {**body, "id": None}, set())
        shelf = self._shelves.setdefault(scope, {})
        new = command.id not in shelf
        _check_numbers([*(other for other in shelf.values() if other.id != command.id), command])
        self._creates.take(scope, int(new))
        shelf[command.id] = command
        return command, new

    def replace(self, scope: int | None, bodies: list[Json]) -> list[Command]:
        """Bulk overwrite; commands that stay keep their ids. Raises RateLimited."""
        _check_all(bodies)
        before = self._shelves.get(scope, {})
        named = {number for body in bodies if (number := _claimed(body)) in before}
        made = [self._made(scope, body, named) for body in bodies]
        _check_numbers(made)
        self._creates.take(scope, sum(command.id not in self._shelves.get(scope, {}) for command in made))
        self._shelves[scope] = {command.id: command for command in made}
        for command in before.values():
            self._forget_grants(command, self._shelves[scope].get(command.id))
        return made

    def change(self, scope: int | None, command_id: int, body: Json) -> Command:
        """The version stays if nothing is different from before."""
        before = self.get(scope, command_id)
        merged = {**before.definition, **body, "type": before.definition["type"]}
        _check(merged)
        definition = completed(merged, scope)
        if definition == before.definition:
            return before
        changed = Command(before.id, self._snowflakes.next(), scope, definition)
        if any(other.key == changed.key for other in self.all(scope) if other.id != before.id):
            raise DiscordError(Why.COMMAND_EXISTS)
        self._shelves[scope][before.id] = changed
        self._forget_grants(before, changed)
        return changed

    def remove(self, scope: int | None, command_id: int) -> None:
        before = self.get(scope, command_id)
        del self._shelves[scope][before.id]
        self._forget_grants(before, None)

    def _made(self, scope: int | None, body: Json, claimed: set[int]) -> Command:
        """What it changes is found by id, or else by name among those that nobody claims by id."""
        definition = completed(body, scope)
        known = self._shelves.get(scope, {})
        key = (definition["name"], definition["type"])
        same = next((each for each in known.values() if each.key == key and each.id not in claimed), None)
        same = known.get(_claimed(body), same)
        if same is not None and same.definition == definition:
            return same
        version = self._snowflakes.next()
        return Command(version if same is None else same.id, version, scope, definition)

    def _forget_grants(self, before: Command, after: Command | None) -> None:
        if after is None or after.name != before.name:
            self._grants.forget(before.id)


def _claimed(body: Json) -> int:
    """The id that a command says it has; 0 for none."""
    return read_snowflake(str(body.get("id"))) or 0


def _check(body: Json) -> None:
    form = Form()
    check_command(form, body)
    form.done()
    check_size(form, body)
    form.done()


def _check_all(bodies: list[Json]) -> None:
    form = Form()
    form.longest_list((), bodies, MOST_IN_BULK)
    form.done()
    for index, body in enumerate(bodies):
        form.snowflake((index, "id"), body.get("id"))
        check_command(form, body, (index,))
    _check_names(form, bodies)
    form.done()
    for index, body in enumerate(bodies):
        check_size(form, body, (index,))
    form.done()


def _check_names(form: Form, bodies: list[Json]) -> None:
    seen: set[tuple[str, str]] = set()
    for index, body in enumerate(bodies):
        key = (str(body.get("name")), str(body.get("type") or 1))
        if key in seen:
            message = "Application command names must be unique"
            form.wrong((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)


def _check_numbers(commands: list[Command]) -> None:
    for kind in CommandKind:
        most = MOST_COMMANDS if kind == CommandKind.SLASH else MOST_CONTEXT_COMMANDS
        if sum(command.kind == kind for command in commands) > most:
            raise DiscordError(Why.TOO_MANY_COMMANDS if kind == CommandKind.SLASH else Why.TOO_MANY_MENUS)
