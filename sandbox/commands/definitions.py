"""Definitions of commands: what was sent with Discord's defaults in it, and how others read it in their language."""

from typing import Any

from sandbox.rules.commands import CommandKind, Installation, Place
from sandbox.rules.names import localized
from sandbox.rules.options import NESTED, OptionKind
from sandbox.wire import Json

_TRANSLATED = ("name_localizations", "description_localizations")
_BOUNDS = ("min_value", "max_value")
# What an option of a kind may say beside its name and description; anything else is dropped, as by Discord.
_FIELDS: dict[OptionKind, tuple[str, ...]] = {
    OptionKind.STRING: ("min_length", "max_length"),
    OptionKind.INTEGER: _BOUNDS,
    OptionKind.NUMBER: _BOUNDS,
    OptionKind.CHANNEL: ("channel_types",),
    OptionKind.ATTACHMENT: ("file_types",),
}


def completed(body: Json, scope: int | None) -> Json:
    """What Discord gives back for a body that was accepted; only global commands say where they can be used."""
    definition: Json = {
        "type": int(body.get("type") or CommandKind.SLASH),
        "name": body["name"],
        "name_localizations": body.get("name_localizations"),
        "description": body.get("description") or "",
        "description_localizations": body.get("description_localizations"),
        "default_member_permissions": _permissions(body.get("default_member_permissions")),
        "nsfw": body.get("nsfw") is True,
    }
    if scope is None:
        contexts = body.get("contexts")
        in_directs = body.get("dm_permission") is not False if contexts is None else Place.BOT_DIRECT in contexts
        installations = [int(installation) for installation in Installation]
        definition |= {
            "dm_permission": in_directs,
            "contexts": contexts,
            "integration_types": body.get("integration_types") or installations,
        }
    if body.get("options"):
        definition["options"] = [_option(option) for option in body["options"]]
    return definition


def _permissions(bits: Any) -> str | None:
    return None if bits is None else str(int(bits))


def _option(option: Json) -> Json:
    kind = OptionKind(option["type"])
    kept: Json = {"type": int(kind), "name": option["name"], "description": option["description"]}
    for field in (*_TRANSLATED, *_FIELDS.get(kind, ())):
        if (value := option.get(field)) is not None:
            kept[field] = int(value) if isinstance(value, str) else value  # Discord takes numbers as texts too
    if kind in NESTED:
        return {**kept, "options": [_option(inner) for inner in option.get("options") or []]}
    for field in ("required", "autocomplete"):
        if option.get(field) is True:
            kept[field] = True
    if option.get("choices"):
        kept["choices"] = [completed_choice(choice, kind) for choice in option["choices"]]
    return kept


def completed_choice(choice: Json, kind: OptionKind) -> Json:
    """A choice for an option of this kind, or of its completion."""
    value = int(choice["value"]) if kind == OptionKind.INTEGER else choice["value"]
    kept: Json = {"name": choice["name"], "value": value}
    translations = choice.get("name_localizations")
    return kept if translations is None else {**kept, "name_localizations": translations}


def in_language(definition: Json, locale: str) -> Json:
    """Instead of all translations, the ones of one language, where there are any."""
    shown = {field: value for field, value in definition.items() if field not in _TRANSLATED}
    for field in ("name", "description"):
        translated = localized(definition, field, locale)
        if translated is not None:
            shown[f"{field}_localized"] = translated
    for field in ("options", "choices"):
        if field in shown:
            shown[field] = [in_language(each, locale) for each in shown[field]]
    return shown
