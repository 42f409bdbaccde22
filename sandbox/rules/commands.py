"""What Discord accepts as an application command: its kind, where it may be used, and how long it may be."""

from enum import IntEnum
from typing import Any

from sandbox.rules.fields import flag, one_of, several_of, text, whole
from sandbox.rules.form import Form, Path
from sandbox.rules.names import MOST_DESCRIPTION, MOST_NAME, check_name, check_translations, longest
from sandbox.rules.options import check_options
from sandbox.wire import Json

MOST_COMMANDS = 100
MOST_CONTEXT_COMMANDS = 15
MOST_IN_BULK = MOST_COMMANDS + 2 * MOST_CONTEXT_COMMANDS
MOST_SIZE = 8000
_ALL_PERMISSIONS = 2**54 - 1


class CommandKind(IntEnum):
    SLASH = 1
    USER = 2
    MESSAGE = 3


class Place(IntEnum):
    """An interaction context: where a command can be used."""

    GUILD = 0
    BOT_DIRECT = 1
    PRIVATE = 2


class Installation(IntEnum):
    GUILD = 0
    USER = 1


def check_command(form: Form, command: Json, path: Path = ()) -> None:
    kind = command.get("type") if command.get("type") is not None else CommandKind.SLASH
    if not one_of(form, (*path, "type"), kind, [int(kind) for kind in CommandKind]):
        return
    slash = kind == CommandKind.SLASH
    if slash:
        check_name(form, (*path, "name"), command.get("name"))
        text(form, (*path, "description"), command.get("description"), 1, MOST_DESCRIPTION)
    else:
        _check_menu(form, command, path)
    check_translations(form, command, path, plain=not slash, top=True)
    _check_where(form, command, path)
    if slash:
        check_options(form, command, path, None)


def check_size(form: Form, command: Json, path: Path = ()) -> None:
    """Of a command that is right in all its parts."""
    if command_size(command) > MOST_SIZE:
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_SIZE})")


def _check_menu(form: Form, command: Json, path: Path) -> None:
    """A context menu's command has a name and nothing more."""
    text(form, (*path, "name"), command.get("name"), 1, MOST_NAME)
    if command.get("description"):
        message = "Context menu commands cannot have description"
        form.wrong((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION", message)
    if command.get("options"):
        message = "Context menu commands cannot have options"
        form.wrong((*path, "options"), "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message)


def _check_where(form: Form, command: Json, path: Path) -> None:
    """Who may use it, and in which places."""
    whole(form, (*path, "default_member_permissions"), command.get("default_member_permissions"), 0, _ALL_PERMISSIONS)
    for field in ("dm_permission", "nsfw"):
        flag(form, (*path, field), command.get(field))
    several_of(form, (*path, "contexts"), command.get("contexts"), [int(place) for place in Place], least=1)
    installations = [int(installation) for installation in Installation]
    several_of(form, (*path, "integration_types"), command.get("integration_types"), installations, least=1)
    if command.get("handler") is not None:
        message = "Only entry point commands can have a handler"
        form.wrong((*path, "handler"), "APPLICATION_COMMAND_HANDLER_INVALID", message)


def command_size(command: Json) -> int:
    """Characters of all names, descriptions and values, as Discord counts them: of translations, the longest."""
    own = longest(command, "name") + longest(command, "description")
    own += sum(longest(choice, "name") + len(str(choice.get("value", ""))) for choice in _objects(command, "choices"))
    return own + sum(map(command_size, _objects(command, "options")))


def _objects(owner: Json, field: str) -> list[Json]:
    items: Any = owner.get(field)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
