"""The scripted model server as a process: a test double in Ollama's dialect that runs no language model."""

import argparse
import asyncio
import math
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace

from sandbox.models import DEFAULT_CATALOGUE, DEFAULT_MODELS, ScriptedModel, ScriptedModels

_SPEEDS = {"fast": (0.0, math.inf, 0.0), "human": (0.4, 30.0, 1.5)}


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.models", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=11500, help="0 for any free one (default %(default)s)")
    parser.add_argument("--dialect", choices=["0.24", "0.33"], default="0.33", help="the version to speak like")
    parser.add_argument("--speed", choices=list(_SPEEDS), default="fast", help="sets the three below")
    parser.add_argument("--first-token", type=float, metavar="S", help="seconds until the first token")
    parser.add_argument("--tokens-per-second", type=float, metavar="N", help="pace after the first token")
    parser.add_argument("--load-time", type=float, metavar="S", help="seconds to load a model")
    arguments = parser.parse_args(given)
    if arguments.tokens_per_second is not None and arguments.tokens_per_second <= 0:
        parser.error("--tokens-per-second must be more than 0, for example 30")
    return arguments


def _paced(models: Sequence[ScriptedModel], arguments: argparse.Namespace) -> list[ScriptedModel]:
    given = (arguments.first_token, arguments.tokens_per_second, arguments.load_time)
    preset = _SPEEDS[arguments.speed]
    first, rate, load = (own if asked is None else asked for asked, own in zip(given, preset, strict=True))
    return [replace(model, first_token=first, tokens_per_second=rate, load_time=load) for model in models]


async def _serve(arguments: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with ScriptedModels(
        arguments.port,
        _paced(DEFAULT_MODELS, arguments),
        arguments.dialect,
        host=arguments.host,
        catalogue=_paced(DEFAULT_CATALOGUE, arguments),
    ) as server:
        sys.stdout.write(f"{server.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main(given: Sequence[str] | None = None) -> int:
    arguments = _arguments(given)
    try:
        asyncio.run(_serve(arguments))
    except OSError as error:
        sys.stderr.write(f"Cannot listen on {arguments.host}:{arguments.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
