"""`python -m sandbox`: a Discord on loopback until Ctrl-C."""

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from sandbox.describing import WorldError, find_world
from sandbox.gateway.intents import Intent
from sandbox.gateway.terms import GatewayTerms
from sandbox.keeping import KeepingError
from sandbox.server import TOKEN, Sandbox
from sandbox.world import World

DEFAULT_PORT = 8770
_PRIVILEGED = {
    "members": Intent.GUILD_MEMBERS,
    "presences": Intent.GUILD_PRESENCES,
    "message-content": Intent.MESSAGE_CONTENT,
}
_EPILOG = """\
A bot on discord.py finds it with two lines before it runs:

  discord.http.Route.BASE = "http://127.0.0.1:8770/api/v10"
  discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("ws://127.0.0.1:8770/gateway")
"""


def main(arguments: list[str] | None = None) -> int:
    """0: ended as asked; 1: it could not run; 2: wrong usage."""
    asked = _parser().parse_args(arguments)
    level = logging.DEBUG if asked.verbose else logging.WARNING
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr, level=level)
    try:
        world = find_world(asked.world)
        asyncio.run(_serve(asked, world if asked.bot is None else replace(world, bot=asked.bot)))
    except (KeepingError, WorldError) as error:
        print(f"The sandbox cannot start. {error}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A Discord on loopback, to try and test a bot without an account. Its page is at the address that "
        "it prints first.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("--port", type=_port, default=DEFAULT_PORT, help=f"where to listen (default {DEFAULT_PORT}; 0: any)")
    option("--token", default=TOKEN, help=f"the bot's token (default {TOKEN})")
    option("--bot", metavar="NAME", help="what the bot is called")
    option(
        "--world",
        default="workshop",
        metavar="WORLD",
        help="workshop (default), town, or a TOML file that tells who and what there is",
    )
    option("--data", type=Path, metavar="FOLDER", help="keep everything there, and go on with what is there already")
    names = ", ".join(_PRIVILEGED)
    option(
        "--intents",
        type=_intents,
        default=0,
        metavar="A,B",
        help=f"privileged intents that are enabled in the developer portal: {names}, or all (default none)",
    )
    option("--no-limits", action="store_true", help="without Discord's rate limits, of requests and of the gateway")
    option("--verbose", action="store_true", help="log every request of the bot")
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is no port, which is a number from 0 to 65535")
    return int(text)


def _intents(text: str) -> int:
    names = list(_PRIVILEGED) if text == "all" else [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in _PRIVILEGED:
            raise argparse.ArgumentTypeError(f"{name!r} is not one of {', '.join(_PRIVILEGED)}")
    return sum(_PRIVILEGED[name] for name in set(names))


async def _serve(asked: argparse.Namespace, world: World) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        sandbox = await _open(stack, asked, world)
        _print_addresses(sandbox)
        await stop.wait()


async def _open(stack: AsyncExitStack, asked: argparse.Namespace, world: World) -> Sandbox:
    """On the wanted port, or on any other if that one is taken."""

    def sandbox(port: int) -> Sandbox:
        return Sandbox(
            port,
            token=asked.token,
            world=world,
            privileged_intents=asked.intents,
            limits=not asked.no_limits,
            data=asked.data,
            terms=GatewayTerms(limited=not asked.no_limits),
        )

    try:
        return await stack.enter_async_context(sandbox(asked.port))
    except OSError as error:
        print(f"port {asked.port} cannot be used ({error.strerror}), taking another", file=sys.stderr)  # noqa: T201
    return await stack.enter_async_context(sandbox(0))


def _print_addresses(sandbox: Sandbox) -> None:
    lines = (
        f"sandbox  {sandbox.url}",
        f"api      {sandbox.api}",
        f"gateway  {sandbox.gateway}",
        f"token    {sandbox.token}",
    )
    print("\n".join(lines), flush=True)  # noqa: T201  the one thing that this program says on stdout


if __name__ == "__main__":
    sys.exit(main())
