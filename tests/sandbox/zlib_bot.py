"""A bot in a process of its own that finds no zstandard: `python -m tests.sandbox.zlib_bot API GATEWAY TOKEN`."""

import sys

import yarl

# What is None cannot be imported; discord.py looks once, when it is imported itself.
sys.modules |= dict.fromkeys(("zstandard", "compression.zstd"))
import discord  # noqa: E402

del sys.modules["zstandard"]

from discord.gateway import DiscordWebSocket  # noqa: E402
from discord.http import Route  # noqa: E402

from tests.sandbox.bots import Echoing  # noqa: E402

if __name__ == "__main__":
    api, gateway, token = sys.argv[1:]
    Route.BASE = f"{api}/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
    print(discord.utils._ActiveDecompressionContext.COMPRESSION_TYPE, flush=True)
    Echoing().run(token, log_handler=None)
