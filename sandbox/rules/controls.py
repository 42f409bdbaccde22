"""What people press and pick from: action rows, buttons and selects."""

import unicodedata
from typing import Any

from sandbox.rules.components import LINK, PREMIUM, SELECTS, Component, check_kind
from sandbox.rules.fields import flag, link, model, one_of, several_of, snowflake, text, whole
from sandbox.rules.form import Form, Path
from sandbox.rules.options import CHANNEL_KINDS
from sandbox.wire import Json

MOST_ROWS = 5
MOST_BUTTONS = 5
MOST_SELECTABLE = 25
MOST_CUSTOM_ID = 100
_MOST_URL = 512
_MOST_EMOJI = 32
_STYLES = tuple(range(1, 7))
_KEYCAP = "\N{COMBINING ENCLOSING KEYCAP}"
_INFORMATION = "\N{INFORMATION SOURCE}"  # an emoji, and a letter to Unicode
# What may be chosen beforehand in each kind of select.
_DEFAULTS = {
    Component.USER_SELECT: ("user",),
    Component.ROLE_SELECT: ("role",),
    Component.MENTIONABLE_SELECT: ("user", "role"),
    Component.CHANNEL_SELECT: ("channel",),
}


def check_rows(form: Form, components: list[Json], path: Path = ("components",)) -> None:
    """Components of an ordinary message: at most five action rows and nothing else."""
    if len(components) > MOST_ROWS:
        form.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_ROWS} in length.")
    for index, component in enumerate(components):
        if check_kind(form, component, (*path, index), (int(Component.ROW),)):
            check_row(form, component, (*path, index))


def check_row(form: Form, row: Json, path: Path) -> None:
    children: list[Json] = row.get("components") or []
    form.between((*path, "components"), row.get("components"), 1, MOST_BUTTONS)
    if len(children) > 1 and any(child.get("type") in SELECTS for child in children):
        form.wrong(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
    for index, child in enumerate(children):
        where = (*path, "components", index)
        if not check_kind(form, child, where, (int(Component.BUTTON), *sorted(SELECTS))):
            continue
        if child["type"] == Component.BUTTON:
            check_button(form, child, where)
        else:
            check_select(form, child, where)


def check_button(form: Form, button: Json, path: Path) -> None:
    text(form, (*path, "label"), button.get("label"), 0, 80)
    flag(form, (*path, "disabled"), button.get("disabled"))
    if button.get("emoji") is not None:
        check_emoji(form, button["emoji"], (*path, "emoji"))
    if not one_of(form, (*path, "style"), button.get("style"), _STYLES):
        return
    if button["style"] == PREMIUM:
        _check_premium(form, button, path)
        return
    if not button.get("label") and not button.get("emoji"):
        form.wrong(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required")
    if button.get("custom_id") and button.get("url"):
        message = "A custom id and url cannot both be specified"
        form.wrong((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", message)
    elif button["style"] == LINK:
        _check_link(form, button, path)
    elif not button.get("custom_id"):
        form.wrong((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    else:
        text(form, (*path, "custom_id"), button["custom_id"], 1, MOST_CUSTOM_ID)


def _check_link(form: Form, button: Json, path: Path) -> None:
    if not button.get("url"):
        form.wrong((*path, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
    else:
        link(form, (*path, "url"), button["url"], _MOST_URL)


def _check_premium(form: Form, button: Json, path: Path) -> None:
    snowflake(form, (*path, "sku_id"), button.get("sku_id"))
    for field in ("custom_id", "label", "url", "emoji"):
        if button.get(field):
            message = f"A premium button cannot have a {field}"
            form.wrong((*path, field), "BUTTON_COMPONENT_PREMIUM_INVALID_FIELD", message)


def check_emoji(form: Form, value: Any, path: Path) -> None:
    """One of Unicode's by itself, or one of a server's with its id."""
    emoji = model(form, path, value)
    if emoji is None:
        return
    if emoji.get("id") is not None:
        snowflake(form, (*path, "id"), emoji["id"])
        text(form, (*path, "name"), emoji.get("name"), 0, _MOST_EMOJI)
    elif not _is_emoji(emoji.get("name")):
        form.wrong((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def _is_emoji(name: Any) -> bool:
    """Without a list of them all: some sign beyond ASCII that is no letter."""
    if not isinstance(name, str) or not 0 < len(name) <= _MOST_EMOJI:
        return False
    if name.isascii():
        return False
    return _KEYCAP in name or all(
        (unicodedata.category(sign)[0] not in "LZ" and (not sign.isascii())) or sign == _INFORMATION for sign in name
    )


def check_select(form: Form, select: Json, path: Path, *, in_modal: bool = False) -> None:
    text(form, (*path, "custom_id"), select.get("custom_id"), 1, MOST_CUSTOM_ID)
    text(form, (*path, "placeholder"), select.get("placeholder"), 0, 150)
    flag(form, (*path, "required"), select.get("required"))
    if flag(form, (*path, "disabled"), select.get("disabled")) and in_modal:
        form.wrong((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "Components in modals cannot be disabled")
    least, most = check_amounts(form, select, path, MOST_SELECTABLE, in_modal=in_modal)
    if select["type"] == Component.STRING_SELECT:
        options = check_selectable(form, select, path, max(1, most), MOST_SELECTABLE)
        _check_emojis(form, options, path)
        check_chosen(form, options, path, most, "max_values")
    else:
        _check_defaults(form, select, path, least, most)
    if select["type"] == Component.CHANNEL_SELECT:
        several_of(form, (*path, "channel_types"), select.get("channel_types"), CHANNEL_KINDS)


def check_amounts(
    form: Form, select: Json, path: Path, limit: int, *, in_modal: bool, default_most: int = 1
) -> tuple[int, int]:
    """How many may be chosen. Discord ignores `required` outside of modals."""
    least = whole(form, (*path, "min_values"), select.get("min_values"), 0, limit)
    most = whole(form, (*path, "max_values"), select.get("max_values"), 1, limit)
    if least == 0 and in_modal and select.get("required") is not False:
        message = "Select menus marked as required cannot have a min_values of 0"
        form.wrong((*path, "min_values"), "SELECT_COMPONENT_REQUIRED_ZERO_MIN_VALUES", message)
    least, most = 1 if least is None else least, default_most if most is None else most
    if least > most:
        message = f"int value should be less than or equal to {most}."
        form.wrong((*path, "min_values"), "NUMBER_TYPE_MAX", message)
    return least, most


def check_selectable(form: Form, owner: Json, path: Path, least: int, most: int) -> list[Json]:
    """The options of a string select, and those of the groups in modals: as many as may be chosen at once, or more.

    Returns those that can be looked into further.
    """
    where = (*path, "options")
    options = form.listed(where, owner["options"]) if owner.get("options") is not None else []
    form.between(where, options, least, most)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        text(form, (*where, index, "label"), option.get("label"), 1, 100)
        text(form, (*where, index, "value"), option.get("value"), 1, 100)
        text(form, (*where, index, "description"), option.get("description"), 0, 100)
        flag(form, (*where, index, "default"), option.get("default"))
        if values.index(option.get("value")) != index:
            message = "The specified option value is already used"
            form.wrong((*where, index), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
    return options


def _check_emojis(form: Form, options: list[Json], path: Path) -> None:
    for index, option in enumerate(options):
        if option.get("emoji") is not None:
            check_emoji(form, option["emoji"], (*path, "options", index, "emoji"))


def check_chosen(form: Form, options: list[Json], path: Path, most: int, named: str) -> None:
    """How many are chosen already; `named` is what the message calls the number that may be."""
    if sum(option.get("default") is True for option in options) > most:
        message = f"The number of default options exceeds {named} ({most})"
        form.wrong((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULTS", message)


def _check_defaults(form: Form, select: Json, path: Path, least: int, most: int) -> None:
    where = (*path, "default_values")
    if not select.get("default_values"):
        return
    defaults = form.listed(where, select["default_values"])
    form.between(where, defaults, least, most)
    for index, default in enumerate(defaults):
        snowflake(form, (*where, index, "id"), default.get("id"))
        one_of(form, (*where, index, "type"), default.get("type"), _DEFAULTS[Component(select["type"])])
