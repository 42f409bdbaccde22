"""What Discord accepts as the options of a command, and as choices."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from sandbox.rules.fields import MOST_WHOLE, flag, one_of, real, several_of, text, whole
from sandbox.rules.filetypes import check_file_types
from sandbox.rules.form import Form, Path
from sandbox.rules.names import MOST_DESCRIPTION, check_choice_translations, check_name, check_translations
from sandbox.state import ChannelKind
from sandbox.wire import Json

MOST_OPTIONS = 25
MOST_CHOICES = 25
MOST_CHOICE = 100
MOST_TEXT = 6000
# The types that Discord names; those that the sandbox has no channels of are groups (3) and directories (14).
CHANNEL_KINDS = (*(int(kind) for kind in ChannelKind), 3, 14)


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


NESTED = (OptionKind.SUBCOMMAND, OptionKind.GROUP)
_CHOOSABLE = (OptionKind.STRING, OptionKind.INTEGER, OptionKind.NUMBER)


def check_options(form: Form, owner: Json, path: Path, kind: OptionKind | None) -> None:
    """`kind` is that of the owner, None for a command."""
    if owner.get("options") is None:
        return
    options = form.listed((*path, "options"), owner["options"])
    form.longest_list((*path, "options"), options, MOST_OPTIONS)
    _check_order(form, options, (*path, "options"))
    for index, option in enumerate(options):
        _check_option(form, option, (*path, "options", index), kind)


def _check_order(form: Form, options: list[Json], path: Path) -> None:
    _check_names(form, options, path)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        form.wrong(
            (*path, required.index(False) + 1),
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            "Required options must be placed before non-required options",
        )
    nested = [option.get("type") in NESTED for option in options]
    if any(nested) and not all(nested):
        form.wrong(
            (*path, nested.index(False)),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )


def _check_names(form: Form, options: list[Json], path: Path) -> None:
    """No two alike, and in no language alike; nor may a translation be another option's own name."""
    names = [option.get("name") for option in options]
    seen: set[tuple[str, str]] = set()
    for index, option in enumerate(options):
        translations = option.get("name_localizations")
        alike = names.index(option.get("name")) != index
        for locale, name in translations.items() if isinstance(translations, dict) else ():
            others = [other for at, other in enumerate(names) if at != index]
            alike |= (locale, str(name)) in seen or name in others
            seen.add((locale, str(name)))
        if alike:
            form.wrong((*path, index), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name must be unique")


def _check_option(form: Form, option: Json, path: Path, parent: OptionKind | None) -> None:
    check_name(form, (*path, "name"), option.get("name"))
    text(form, (*path, "description"), option.get("description"), 1, MOST_DESCRIPTION)
    check_translations(form, option, path, plain=False, top=False)
    if not one_of(form, (*path, "type"), option.get("type"), [int(kind) for kind in OptionKind]):
        return
    kind = OptionKind(option["type"])
    flag(form, (*path, "required"), option.get("required"))
    if kind not in _allowed_in(parent):
        message = "That type of option is not allowed in its parent"
        form.wrong((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    elif kind in NESTED:
        check_options(form, option, path, kind)
    _check_choosing(form, option, path, kind)
    if (check := _CHECKS.get(kind)) is not None:
        check(form, option, path)


def _allowed_in(parent: OptionKind | None) -> frozenset[OptionKind]:
    """A group holds only subcommands; they hold anything that is not one again."""
    if parent == OptionKind.GROUP:
        return frozenset({OptionKind.SUBCOMMAND})
    if parent == OptionKind.SUBCOMMAND:
        return frozenset(OptionKind) - frozenset(NESTED)
    return frozenset(OptionKind)


def _check_text(form: Form, option: Json, path: Path) -> None:
    least = whole(form, (*path, "min_length"), option.get("min_length"), 0, MOST_TEXT)
    most = whole(form, (*path, "max_length"), option.get("max_length"), 1, MOST_TEXT)
    _check_bounds(form, path, "length", least, most)


def _check_whole(form: Form, option: Json, path: Path) -> None:
    least = whole(form, (*path, "min_value"), option.get("min_value"), -MOST_WHOLE, MOST_WHOLE)
    most = whole(form, (*path, "max_value"), option.get("max_value"), -MOST_WHOLE, MOST_WHOLE)
    _check_bounds(form, path, "value", least, most)


def _check_real(form: Form, option: Json, path: Path) -> None:
    least = real(form, (*path, "min_value"), option.get("min_value"))
    most = real(form, (*path, "max_value"), option.get("max_value"))
    _check_bounds(form, path, "value", least, most)


def _check_bounds(form: Form, path: Path, what: str, least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        code = f"APPLICATION_COMMAND_OPTIONS_MIN_{what.upper()}_GREATER_THAN_MAX"
        form.wrong((*path, f"min_{what}"), code, f"min_{what} must be less than or equal to max_{what}")


def _check_channel(form: Form, option: Json, path: Path) -> None:
    several_of(form, (*path, "channel_types"), option.get("channel_types"), CHANNEL_KINDS)


_CHECKS: dict[OptionKind, Callable[[Form, Json, Path], None]] = {
    OptionKind.STRING: _check_text,
    OptionKind.INTEGER: _check_whole,
    OptionKind.NUMBER: _check_real,
    OptionKind.CHANNEL: _check_channel,
    OptionKind.ATTACHMENT: check_file_types,
}


def _check_choosing(form: Form, option: Json, path: Path, kind: OptionKind) -> None:
    choices, completes = option.get("choices"), flag(form, (*path, "autocomplete"), option.get("autocomplete"))
    if choices and completes:
        form.wrong(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES",
            "Choices and autocomplete are mutually exclusive",
        )
    if (choices or completes) and kind not in _CHOOSABLE:
        form.choice((*path, "type"), [int(kind) for kind in _CHOOSABLE])
    elif choices is not None:
        check_choices(form, choices, (*path, "choices"), kind)
        _check_different(form, choices, (*path, "choices"))


def _check_different(form: Form, choices: Any, path: Path) -> None:
    names = [choice.get("name") for choice in choices if isinstance(choice, dict)] if isinstance(choices, list) else []
    for index, name in enumerate(names):
        if names.index(name) != index:
            code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_EXISTS"
            form.wrong((*path, index, "name"), code, "Option choice name already exists")


def check_choices(form: Form, value: Any, path: Path, kind: OptionKind) -> None:
    """The choices of an option of this kind, and those of an autocomplete answer."""
    choices = form.listed(path, value)
    form.longest_list(path, choices, MOST_CHOICES)
    for index, choice in enumerate(choices):
        text(form, (*path, index, "name"), choice.get("name"), 1, MOST_CHOICE)
        check_choice_translations(form, choice, (*path, index))
        _check_value(form, choice.get("value"), (*path, index, "value"), kind)


def _check_value(form: Form, value: Any, path: Path, kind: OptionKind) -> None:
    if value is None:
        form.required(path)
    elif kind == OptionKind.STRING:
        text(form, path, value, 0, MOST_CHOICE)
    elif kind == OptionKind.INTEGER:
        whole(form, path, value, -MOST_WHOLE, MOST_WHOLE)
    else:
        real(form, path, value)
