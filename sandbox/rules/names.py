"""The names of commands and options, in every script, and their translations."""

import unicodedata
from typing import Any

from sandbox.rules.fields import text
from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_NAME = 32
MOST_DESCRIPTION = 100
LOCALES = (
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
)  # fmt: skip
# Where a language has no words of its own but another's will do. Source: "Locale fallbacks" of the documentation.
FALLBACKS = {"en-US": "en-GB", "en-GB": "en-US", "es-419": "es-ES"}
_MARKS = "-_'"
# The signs of Devanagari and Thai that are no letters; those of other scripts are refused.
_SIGNS = ((0x0900, 0x0950), (0x0955, 0x0963), (0x0966, 0x097F), (0xA8E0, 0xA8FF), (0x11B00, 0x11B09), (0x0E01, 0x0E5B))


def check_name(form: Form, path: Path, name: Any) -> None:
    """A slash command's name, or an option's."""
    if text(form, path, name, 1, MOST_NAME) and len(name) <= MOST_NAME and not _is_name(name):
        _invalid(form, path)


def _is_name(name: str) -> bool:
    return name == name.lower() and all(map(_fits, name))


def _fits(mark: str) -> bool:
    if mark in _MARKS or unicodedata.category(mark)[0] in "LN":
        return True
    return any(first <= ord(mark) <= last for first, last in _SIGNS)


def _invalid(form: Form, path: Path) -> None:
    form.wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def check_translations(form: Form, named: Json, path: Path, *, plain: bool, top: bool) -> None:
    """`plain` names may have spaces and capitals, as in menus. Those of a whole command (`top`) are told of at once."""
    where = (*path, "name_localizations")
    for locale, name in _translations(form, named.get("name_localizations"), where):
        if not text(form, (*where, locale), name, 1, MOST_NAME) or len(name) > MOST_NAME or plain:
            continue
        if not _is_name(name):
            _invalid(form, where if top else (*where, locale))
    where = (*path, "description_localizations")
    for locale, description in _translations(form, named.get("description_localizations"), where):
        text(form, (*where, locale), description, 1, MOST_DESCRIPTION)


def check_choice_translations(form: Form, choice: Json, path: Path) -> None:
    where = (*path, "name_localizations")
    for locale, name in _translations(form, choice.get("name_localizations"), where):
        text(form, (*where, locale), name, 1, 100)


def _translations(form: Form, value: Any, path: Path) -> list[tuple[str, Any]]:
    if value is None:
        return []
    if not isinstance(value, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return []
    for locale in value:
        if locale not in LOCALES:
            form.choice((*path, locale), LOCALES)
    return [(locale, name) for locale, name in value.items() if locale in LOCALES]


def longest(named: Json, field: str) -> int:
    """Characters of a field, or of its longest translation: those count for a command's size."""
    translations = named.get(f"{field}_localizations")
    values = [named.get(field), *(translations.values() if isinstance(translations, dict) else ())]
    return max((len(value) for value in values if isinstance(value, str)), default=0)


def localized(named: Json, field: str, locale: str) -> str | None:
    """What people of this language read, if it is translated for them."""
    translations: Json = named.get(f"{field}_localizations") or {}
    found: str | None = translations.get(locale) or translations.get(FALLBACKS.get(locale, ""))
    return found
