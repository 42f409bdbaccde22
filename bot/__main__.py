"""The bot's process: `python -m bot`. Opens every resource, hands it on, and closes it at the end."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import TinyBot
from bot.errors import StartError
from bot.gateway import stay_connected
from bot.logs import set_up_logging
from tinyllm.choices import Choices
from tinyllm.clock import SystemClock
from tinyllm.conversation import Conversations
from tinyllm.errors import SettingsError, TinyLLMError
from tinyllm.memory import TokenEstimates
from tinyllm.models import OllamaClient, get_model_registry
from tinyllm.settings import BotSettings
from tinyllm.storage import ChoiceTable, HealthTable, TurnTable, open_database

log = logging.getLogger("bot")


def main() -> int:
    """Run until a signal; returns the exit status: 0 ended as asked, 1 failed, 2 a wrong setting."""
    try:
        settings = BotSettings.load()
    except SettingsError as exc:
        print(f"The bot cannot start.\n{exc}", file=sys.stderr)  # noqa: T201 - there is no log yet
        return 2
    set_up_logging(settings.log_level, settings.log_format)
    for stranger in settings.unknown():
        log.warning("%s", stranger)
    try:
        asyncio.run(run(settings))
    except TinyLLMError as exc:
        log.critical("%s", exc)
        return 1
    return 0


async def run(settings: BotSettings) -> None:
    """The whole life of the bot. Raises TinyLLMError where it cannot live."""
    stop = _stop_signal()
    Route.BASE = settings.discord_api
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway)
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # there is no voice here
    clock = SystemClock()
    registry = get_model_registry()
    async with (
        open_database(settings.database) as database,
        OllamaClient(
            settings.ollama_host,
            settings.idle_timeout * 1000,
            connect_timeout=settings.connect_timeout,
            keep_alive=settings.keep_alive,
            clock=clock,
        ) as backend,
    ):
        choices = Choices(
            registry=registry,
            backend=backend,
            table=ChoiceTable(database),
            default_model=settings.default_model,
            clock=clock,
        )
        conversations = Conversations(
            backend=backend,
            registry=registry,
            choices=choices,
            turns=TurnTable(database),
            estimates=TokenEstimates(clock.time),
            prompt=settings.system_prompt,
            max_context_tokens=settings.max_context_tokens,
            max_parallel=settings.max_parallel,
            clock=clock,
        )
        async with TinyBot(
            settings=settings,
            conversations=conversations,
            choices=choices,
            registry=registry,
            backend=backend,
            health=HealthTable(database),
            clock=clock,
        ) as bot:
            await _serve(bot, settings, stop)


def _stop_signal() -> asyncio.Event:
    """Set when the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):  # not loop.add_signal_handler, which Windows does not have
        signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


async def _serve(bot: TinyBot, settings: BotSettings, stop: asyncio.Event) -> None:
    """Stay connected until `stop` is set, or until Discord ends it. Raises StartError."""
    connected = asyncio.create_task(_connect(bot, settings))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({connected, stopped}, return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    await bot.close()
    stopped.cancel()
    if not connected.done():
        connected.cancel()  # it may be waiting to connect again
        await asyncio.wait({connected})
    if not connected.cancelled():
        await connected


async def _connect(bot: TinyBot, settings: BotSettings) -> None:
    """Log in and live on the gateway until the bot is closed. Raises StartError."""
    try:
        await bot.login(settings.discord_token.get_secret_value())
        await stay_connected(bot)
    except discord.LoginFailure:
        raise StartError(
            "Discord refuses the DISCORD_TOKEN. Make a new one in the developer portal under Bot, and put it into .env."
        ) from None
    except discord.ConnectionClosed as exc:
        raise StartError(f"Discord has closed the connection for good: {exc.reason or exc.code}.") from exc
    except discord.HTTPException as exc:
        raise StartError(f"Discord did not let the bot start: {exc}.") from exc
    except (aiohttp.ClientError, OSError) as exc:
        raise StartError(f"Discord cannot be reached at {settings.discord_api} ({_why(exc)}).") from exc


def _why(exc: Exception) -> str:
    os_error = exc.os_error if isinstance(exc, aiohttp.ClientConnectorError) else exc
    number = getattr(os_error, "errno", None)
    return os.strerror(number) if number and number > 0 else str(os_error) or type(exc).__name__


if __name__ == "__main__":
    sys.exit(main())
