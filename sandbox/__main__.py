"""`python -m sandbox`: a Discord on loopback until Ctrl-C."""

import argparse
import asyncio
import logging
import signal
import sys
from contextlib import AsyncExitStack

from sandbox.server import TOKEN, Sandbox

DEFAULT_PORT = 8770


def main(arguments: list[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    asyncio.run(_serve(asked))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Discord on loopback, to try and test a bot without an account."
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"where to listen (default {DEFAULT_PORT}; 0: any)"
    )
    parser.add_argument("--token", default=TOKEN, help=f"the bot's token (default {TOKEN})")
    parser.add_argument("--no-limits", action="store_true", help="without Discord's rate limits")
    return parser


async def _serve(asked: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        sandbox = await _open(stack, asked)
        _print_addresses(sandbox)
        await stop.wait()


async def _open(stack: AsyncExitStack, asked: argparse.Namespace) -> Sandbox:
    """On the wanted port, or on any other if that one is taken."""
    try:
        return await stack.enter_async_context(_sandbox(asked, asked.port))
    except OSError as error:
        print(f"port {asked.port} cannot be used ({error.strerror}), taking another", file=sys.stderr)  # noqa: T201
    return await stack.enter_async_context(_sandbox(asked, 0))


def _sandbox(asked: argparse.Namespace, port: int) -> Sandbox:
    return Sandbox(port, token=asked.token, limits=not asked.no_limits)


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
