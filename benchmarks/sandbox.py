"""How many messages a second go through the sandbox: `python -m benchmarks.sandbox`.

The sandbox, the people who write and the bot that replies to each of them are three processes. A message in and the
reply to it are two messages. First they go as fast as they can, then at the promised rate, at which the time from the
beginning of a message to the end of its reply is measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import statistics
import sys
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

PROMISED = 1000
"""Messages a second."""
PEOPLE = ("ada", "ben", "cleo")
CHANNELS = ("general", "random", "quiet")
WRITERS = 8
REPLIERS = 8
INTENTS = 1 << 0 | 1 << 9  # guilds, and messages in them


class Caller:
    """A connection that stays, with as little of HTTP as is needed, so that what is measured is the other side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str) -> None:
        self._reader = reader
        self._writer = writer
        self._head = head

    @classmethod
    async def open(cls, url: str, headers: str = "") -> Caller:
        """`headers` are further ones, each with its end of line."""
        parts = urlsplit(url)
        head = f" HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n{headers}Content-Length: "
        return cls(*await asyncio.open_connection(parts.hostname, parts.port), head)

    async def post(self, path: str, body: object) -> None:
        """Raises RuntimeError for any answer but a good one."""
        raw = json.dumps(body).encode()
        self._writer.write(f"POST {path}{self._head}{len(raw)}\r\n\r\n".encode() + raw)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = head.partition("content-length:")[2].partition("\r\n")[0]
        answer = await self._reader.readexactly(int(length))
        if not head.startswith("http/1.1 20"):
            raise RuntimeError(f"{path}: {answer.decode()}")


async def people(url: str, messages: int, rate: float | None) -> None:
    """Write so many messages, as fast as they are taken or at a rate."""
    numbers = iter(range(messages))
    began = time.monotonic()

    async def write() -> None:
        caller = await Caller.open(url)
        for number in numbers:
            if rate is not None:
                await asyncio.sleep(began + number / rate - time.monotonic())
            person, channel = PEOPLE[number % len(PEOPLE)], CHANNELS[number % len(CHANNELS)]
            text = f"@TinyLLM {time.monotonic()} is when this was written, and the rest is as long as usual"
            body = {"channel": channel, "content": text}
            await caller.post(f"/sandbox/people/{person}/messages", body)

    await asyncio.gather(*(write() for _ in range(WRITERS)))


async def bot(url: str, token: str, messages: int) -> None:
    """Reply to so many messages, and print when the last reply was there and how long each took; seconds."""
    waiting: asyncio.Queue[dict] = asyncio.Queue()
    took: list[float] = []

    async def reply() -> None:
        caller = await Caller.open(url, f"Authorization: Bot {token}\r\n")
        while True:
            message = await waiting.get()
            reference = {"message_id": message["id"], "channel_id": message["channel_id"]}
            body = {"content": f"a reply to {message['id']}", "message_reference": reference}
            await caller.post(f"/api/v10/channels/{message['channel_id']}/messages", body)
            took.append(time.monotonic() - float(message["content"].split()[1]))
            waiting.task_done()

    repliers = [asyncio.create_task(reply()) for _ in range(REPLIERS)]
    seen = 0
    async for message in said(url, token):
        waiting.put_nowait(message)
        seen += 1
        if seen == messages:
            break
    await waiting.join()
    for replier in repliers:
        replier.cancel()
    print(json.dumps({"ended": time.monotonic(), "took": took}))


async def said(url: str, token: str) -> AsyncIterator[dict]:
    """The messages of people, as they come through the gateway, compressed as most bots ask for it."""
    address = f"{url.replace('http', 'ws')}/gateway?v=10&encoding=json&compress=zlib-stream"
    stream = zlib.decompressobj()
    async with aiohttp.ClientSession() as http, http.ws_connect(address, max_msg_size=0) as socket:
        await socket.send_json({"op": 2, "d": {"token": token, "intents": INTENTS, "properties": {}}})
        async for frame in socket:
            event = json.loads(stream.decompress(frame.data))
            if event["t"] == "MESSAGE_CREATE" and not event["d"]["author"]["bot"]:
                yield event["d"]


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A Python of its own, which is ended afterwards."""
    pipe = asyncio.subprocess.PIPE
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", *arguments, stdout=pipe, limit=1 << 26)
    try:
        yield running
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


@dataclass(frozen=True)
class Measured:
    """Seconds; `processor` is the sandbox's own."""

    messages: int
    wall: float
    processor: float
    took: list[float]


async def measured(messages: int, rate: float | None) -> Measured:
    """So many messages of people and their replies, in a sandbox of their own."""
    async with process("sandbox", "--port", "0", "--no-limits") as sandbox:
        assert sandbox.stdout is not None
        printed = dict([(await sandbox.stdout.readline()).decode().split() for _ in range(4)])
        url = printed["sandbox"]
        async with process(__spec__.name, "--bot", url, printed["token"], "--messages", str(messages)) as replier:
            assert replier.stdout is not None
            async with aiohttp.ClientSession() as http, http.get(f"{url}/sandbox/bot?timeout=20") as response:
                await response.read()
            began = time.monotonic()
            await people(url, messages, rate)
            told = json.loads(await replier.stdout.readline())
        before = _processor()
    return Measured(2 * messages, told["ended"] - began, _processor() - before, told["took"])


def _processor() -> float:
    """Seconds of the processor that the processes have used that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def report(what: str, result: Measured, *, latency: bool) -> None:
    """As fast as they can, people outrun the bot, and a latency would only tell by how much."""
    figures = f"{result.messages:9,}{result.messages / result.wall:13,.0f}"
    figures += f"{1e6 * result.processor / result.messages:15,.0f}"
    if latency:
        took = sorted(1000 * seconds for seconds in result.took)
        figures += f"{statistics.median(took):10.1f}{took[int(len(took) * 0.95)]:10.1f}"
    print(f"{what:28}{figures}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--messages", type=int, default=5000, help="that people write in each round (default 5000)")
    parser.add_argument("--rate", type=float, default=PROMISED, help=f"messages a second (default {PROMISED})")
    parser.add_argument("--bot", nargs=2, metavar=("URL", "TOKEN"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.bot:
        asyncio.run(bot(*asked.bot, asked.messages))
        return
    print(f"{'':28}{'messages':>9}{'a second':>13}{'µs each*':>15}{'p50 ms':>10}{'p95 ms':>10}")
    report("as fast as they can", asyncio.run(measured(asked.messages, None)), latency=False)
    report(f"{asked.rate:,.0f} a second", asyncio.run(measured(asked.messages, asked.rate / 2)), latency=True)
    print("Messages are those of people and the replies; the times are from a message's beginning to its reply's end.")
    print(f"* of the sandbox's processor, its start included. Promised are {PROMISED:,} messages a second.")


if __name__ == "__main__":
    main()
