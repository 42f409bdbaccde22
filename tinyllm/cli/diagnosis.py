"""A look at the settings that also works where they are wrong, and shows no secret."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError

from tinyllm.settings import BotSettings, environment_name
from tinyllm.settings.core import problems

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

ENV_FILE = Path(".env")
NOT_SET = "not set"
_PLACEHOLDER = "not-set"
_SECRETS = re.compile(r"(//).*(?=@)|\b(\w*(?:password|passwd|token|key|secret)=)[^&\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is now."""

    name: str
    """In the environment."""
    value: str
    """Of a secret only whether it is set, and of a wrong one nothing."""
    source: str
    """“environment”, “.env” or “default”."""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class SettingsSeen:
    """All settings, and what is wrong with them."""

    settings: BotSettings
    """With the default in the place of every wrong one."""
    each: list[Setting]
    has_token: bool
    unknown: list[str]
    """Sentences about variables that look like settings and are none."""
    file: EnvFile


@dataclass(frozen=True, slots=True)
class EnvFile:
    """What was found where `.env` would be."""

    content: dict[str, str | None]
    problem: str | None = None
    """Why it cannot be read, and was left out."""
    bad_line: int | None = None
    """The first one that is no setting, and is skipped when settings are read."""


def masked(text: str) -> str:
    """The text without what in it may be a password or a key."""
    return _SECRETS.sub(lambda match: f"{match[1] or match[2]}…", text)


def look_at_settings() -> SettingsSeen:
    """Read the settings as the bot would, and go on where they are wrong."""
    found = _read_file()
    file = None if found.problem else ENV_FILE
    wrong: dict[str, str] = {}
    try:
        settings = BotSettings(_env_file=file)
    except ValidationError as exc:
        wrong = problems(BotSettings, exc)
        settings = BotSettings(_env_file=file, **_defaults(wrong))
    given = {name.upper(): "environment" for name, value in os.environ.items() if value}
    given = {name.upper(): ENV_FILE.name for name, value in found.content.items() if value} | given
    has_token = "DISCORD_TOKEN" in given and "DISCORD_TOKEN" not in wrong
    if "DISCORD_TOKEN" not in given:
        wrong.pop("DISCORD_TOKEN", None)  # only the bot needs one
    each = [_setting(settings, name, field, given, wrong) for name, field in BotSettings.model_fields.items()]
    unknown = [] if found.problem else BotSettings.unknown()
    return SettingsSeen(settings, each, has_token, unknown, found)


def _read_file() -> EnvFile:
    try:
        if not ENV_FILE.exists():
            return EnvFile({})
        with ENV_FILE.open(encoding="utf-8") as stream:
            bad_line = next((binding.original.line for binding in parse_stream(stream) if binding.error), None)
        return EnvFile(dotenv_values(ENV_FILE), bad_line=bad_line)
    except OSError as exc:
        return EnvFile({}, f"it cannot be read: {exc.strerror}")
    except UnicodeDecodeError:
        return EnvFile({}, "it is no text in UTF-8")


def _defaults(wrong: dict[str, str]) -> dict[str, Any]:
    """What takes the place of wrong values, by the name under which a value is handed in."""
    values: dict[str, Any] = {}
    for name, field in BotSettings.model_fields.items():
        if (called := environment_name(name, field)) in wrong:
            default = _PLACEHOLDER if field.is_required() else field.get_default(call_default_factory=True)
            values[called if field.validation_alias else name] = default
    return values


def _setting(
    settings: BotSettings, name: str, field: FieldInfo, given: dict[str, str], wrong: dict[str, str]
) -> Setting:
    called = environment_name(name, field)
    source = given.get(called, "default")
    if called in wrong:
        return Setting(called, "wrong", source, wrong[called])
    value = getattr(settings, name)
    if isinstance(value, SecretStr) or "SecretStr" in str(field.annotation):
        return Setting(called, "set" if called in given else NOT_SET, source)
    if value in (None, "", ()):
        return Setting(called, NOT_SET, source)
    if isinstance(value, tuple):
        value = ", ".join(map(str, value))
    return Setting(called, masked(str(value)), source)
