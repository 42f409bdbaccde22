"""The settings: one place for the core, the terminal and the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tinyllm.settings.core import PREFIX, Settings, environment_name

if TYPE_CHECKING:
    from tinyllm.settings.bot import BotSettings

__all__ = ["PREFIX", "BotSettings", "Settings", "environment_name"]


def __getattr__(name: str) -> Any:
    """What only the bot needs is read when it is asked for."""
    if name != "BotSettings":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tinyllm.settings.bot import BotSettings

    return BotSettings
