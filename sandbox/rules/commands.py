"""Limits of application commands: names, descriptions, options, choices and size."""

from enum import IntEnum

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_COMMANDS = 100
MOST_CONTEXT_COMMANDS = 15
MOST_OPTIONS = 25
MOST_CHOICES = 25
MOST_SIZE = 8000


class CommandKind(IntEnum):
    SLASH = 1
    USER = 2
    MESSAGE = 3


class OptionKind(IntEnum):
    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


_CHOOSABLE = (OptionKind.STRING, OptionKind.INTEGER, OptionKind.NUMBER)


def check_command(form: Form, command: Json, path: Path = ()) -> None:
    kind = command.get("type", CommandKind.SLASH)
    if kind not in list(CommandKind):
        form.choice((*path, "type"), [int(kind) for kind in CommandKind])
    elif kind == CommandKind.SLASH:
        _check_name(form, command, path)
        form.between((*path, "description"), command.get("description"), 1, 100)
        _check_options(form, command, path, None)
        if command_size(command) > MOST_SIZE:
            form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MOST_SIZE})")
    else:
        form.between((*path, "name"), command.get("name"), 1, 32)
        if command.get("description"):
            form.wrong(
                (*path, "description"),
                "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION",
                "Context menu commands cannot have description",
            )


def command_size(command: Json) -> int:
    """Characters of all names, descriptions and values, as Discord counts them."""
    own = len(command.get("name") or "") + len(command.get("description") or "")
    for choice in command.get("choices") or []:
        own += len(choice.get("name") or "") + len(str(choice.get("value", "")))
    return own + sum(map(command_size, command.get("options") or []))


def _check_name(form: Form, named: Json, path: Path) -> None:
    name = named.get("name")
    form.between((*path, "name"), name, 1, 32)
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        return
    if name != name.lower() or not all(mark in "-_'" or mark.isalpha() or mark.isnumeric() for mark in name):
        form.wrong(
            (*path, "name"),
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        )


def _check_options(form: Form, owner: Json, path: Path, kind: OptionKind | None) -> None:
    if not owner.get("options"):
        return
    options = form.listed((*path, "options"), owner["options"])
    form.longest_list((*path, "options"), options, MOST_OPTIONS)
    _check_order(form, options, (*path, "options"))
    for index, option in enumerate(options):
        _check_option(form, option, (*path, "options", index), kind)


def _check_order(form: Form, options: list[Json], path: Path) -> None:
    names = [option.get("name") for option in options]
    for index, name in enumerate(names):
        if names.index(name) != index:
            form.wrong((*path, index), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name must be unique")
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        form.wrong(
            (*path, required.index(False) + 1),
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            "Required options must be placed before non-required options",
        )
    nested = [option.get("type") in (OptionKind.SUBCOMMAND, OptionKind.GROUP) for option in options]
    if any(nested) and not all(nested):
        form.wrong(
            (*path, nested.index(False)),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )


def _check_option(form: Form, option: Json, path: Path, parent: OptionKind | None) -> None:
    kind = option.get("type")
    _check_name(form, option, path)
    form.between((*path, "description"), option.get("description"), 1, 100)
    if kind not in list(OptionKind):
        form.choice((*path, "type"), [int(kind) for kind in OptionKind])
    elif kind not in _allowed_in(parent):
        message = "That type of option is not allowed in its parent"
        form.wrong((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    elif kind in (OptionKind.SUBCOMMAND, OptionKind.GROUP):
        _check_options(form, option, path, OptionKind(kind))
    _check_choices(form, option, path)


def _allowed_in(parent: OptionKind | None) -> frozenset[OptionKind]:
    """A group holds only subcommands; they hold anything that is not one again."""
    if parent == OptionKind.GROUP:
        return frozenset({OptionKind.SUBCOMMAND})
    if parent == OptionKind.SUBCOMMAND:
        return frozenset(OptionKind) - {OptionKind.SUBCOMMAND, OptionKind.GROUP}
    return frozenset(OptionKind)


def _check_choices(form: Form, option: Json, path: Path) -> None:
    choices = option.get("choices")
    if choices and option.get("autocomplete"):
        form.wrong(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            "Choices and autocomplete are mutually exclusive",
        )
    if (choices or option.get("autocomplete")) and option.get("type") not in _CHOOSABLE:
        form.choice((*path, "type"), [int(kind) for kind in _CHOOSABLE])
    if choices:
        check_choices(form, form.listed((*path, "choices"), choices), (*path, "choices"))


def check_choices(form: Form, choices: list[Json], path: Path) -> None:
    """The choices of an option, and those of an autocomplete answer."""
    form.longest_list(path, choices, MOST_CHOICES)
    for index, choice in enumerate(choices):
        form.between((*path, index, "name"), choice.get("name"), 1, 100)
        if choice.get("value") is None:
            form.required((*path, index, "value"))
        form.longest((*path, index, "value"), choice.get("value"), 100)
