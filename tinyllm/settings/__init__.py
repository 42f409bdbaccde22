"""The settings: one place for the core, the terminal and the bot."""

from tinyllm.settings.bot import BotSettings
from tinyllm.settings.core import PREFIX, Settings, environment_name

__all__ = ["PREFIX", "BotSettings", "Settings", "environment_name"]
