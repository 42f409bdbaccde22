"""What `tinyllm serve` costs beside the engine that it runs: `python -m benchmarks.serving [rounds]`.

The same question goes to the engine alone, called in its own process as its documentation says, and through the server
on a socket: in turn, and to the same process, since two of them differ by some percent by where their memory lies. What
is measured of both is the time to the first word and the words a second after it; of the server also how soon a client
that leaves has stopped the engine, what loading takes, and memory.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from benchmarks.bare_engine import ALONE
from tinyllm.serve import engine as engines
from tinyllm.serve.engine import Engine
from tinyllm.serve.server import ModelServer

MODEL = "smollm2:135m"
CONTEXT = 4096
SLOTS = 2
TOKENS = 160
"""Of an answer."""
LEAVING = 20
"""Answers that are left."""
ALLOWED_SHARE, ALLOWED_DELAY, ALLOWED_CANCEL = 0.03, 5.0, 50.0
"""Of the tokens a second, and milliseconds."""
LOOK_EVERY = 0.005
"""Seconds."""
OPTIONS = {"temperature": 0, "top_k": 40, "top_p": 0.9, "min_p": 0.0, "repeat_penalty": 1.1}
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

CLIENT = """
import socket, sys, time, orjson
stdout = sys.stdout.buffer
for line in sys.stdin.buffer:
    request = orjson.loads(line)
    data = request["data"].encode()
    began = time.perf_counter()
    with socket.create_connection(request["address"]) as connection:
        connection.sendall(data)
        heard = []
        while len(heard) <= request["leave_after"] and (data := connection.recv(65536)):
            heard.append((time.perf_counter(), data))
            if b'"done":true' in data:
                break
    times = [(at - began) * 1000 for at, data in heard for _ in range(data.count(b'"done":false'))]
    stdout.write(orjson.dumps(times) + b"\\n")
    stdout.flush()
"""
"""Reads an answer with as little as is needed, so that what is measured is the other side."""


@dataclass(frozen=True, slots=True)
class Answer:
    """When its words came; milliseconds since it was asked for."""

    times: Sequence[float]

    @property
    def first(self) -> float:
        return self.times[0]

    @property
    def rate(self) -> float:
        """Words a second after the first."""
        return (len(self.times) - 1) / (self.times[-1] - self.times[0]) * 1000


def messages(question: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]


class Client:
    """Asks the server, in a process of its own."""

    def __init__(self, server: ModelServer, process: asyncio.subprocess.Process) -> None:
        self._address = urlsplit(server.url)
        self._process = process

    async def ask(self, question: str, *, leave_after: int = 10**9) -> Answer:
        """`leave_after` so many words."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        options = {**OPTIONS, "num_predict": TOKENS, "num_ctx": CONTEXT}
        body = orjson.dumps({"model": MODEL, "messages": messages(question), "options": options}).decode()
        head = f"POST /api/chat HTTP/1.1\r\nHost: {self._address.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
        address = (self._address.hostname, self._address.port)
        request = {"address": address, "data": head + body, "leave_after": leave_after}
        self._process.stdin.write(orjson.dumps(request) + b"\n")
        await self._process.stdin.drain()
        return Answer(orjson.loads(await self._process.stdout.readline()))


@asynccontextmanager
async def client_of(server: ModelServer) -> AsyncIterator[Client]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLIENT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield Client(server, process)
    finally:
        process.kill()
        await process.wait()


async def alone(engine: Engine, question: str) -> Answer:
    """Ask the engine itself; see `benchmarks.bare_engine`."""
    body = {"messages": messages(question), "n_predict": TOKENS, **OPTIONS}
    async with aclosing(engine.stream(ALONE, body)) as groups:
        return Answer(
            [time for events in [group async for group in groups] for event in events for time in event["times"]]
        )


async def stopped_after(engine: Engine) -> float:
    """Milliseconds until the engine works on nothing any more."""
    began = time.perf_counter()
    # To ask without a pause would take a processor from the engine.
    while any(slot["is_processing"] for slot in await engine.ask("GET", "/slots")):  # noqa: ASYNC110  # nothing tells
        await asyncio.sleep(LOOK_EVERY)
    return (time.perf_counter() - began) * 1000


def memory(pid: int | str) -> float:
    """MiB of a process that nobody shares with it, and those that are only in use as long as nobody else wants them."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024


async def measure(rounds: int) -> bool:
    """Whether everything is as promised."""
    bare: list[Answer] = []
    served: list[Answer] = []
    with tempfile.TemporaryDirectory() as home:
        async with ModelServer(Path(home), slots=SLOTS) as server, client_of(server) as client:
            began = time.perf_counter()
            await client.ask("Hi", leave_after=1)
            loading = (time.perf_counter() - began) * 1000
            engine = server.pool.loaded[0].engine
            assert engine is not None
            await stopped_after(engine)
            for number in range(rounds):
                question = f"Tell me about Paris, number {number}."
                for is_bare in (True, False) if number % 2 else (False, True):
                    answer = await (alone(engine, question + " ") if is_bare else client.ask(question))
                    (bare if is_bare else served).append(answer)
                print(f"\r{number + 1} of {rounds} rounds", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            leaving = []
            for number in range(LEAVING):
                await client.ask(f"Tell me about Rome, number {number}.", leave_after=20)
                leaving.append(await stopped_after(engine))
            sizes = memory("self"), memory(engine.pid)
    return report(bare, served, leaving, loading, sizes)


def report(
    bare: Sequence[Answer],
    served: Sequence[Answer],
    leaving: Sequence[float],
    loading: float,
    sizes: tuple[float, float],
) -> bool:
    """Print it; whether it is as promised."""
    firsts = [statistics.median(answer.first for answer in answers) for answers in (bare, served)]
    rates = [statistics.median(answer.rate for answer in answers) for answers in (bare, served)]
    pairs = list(zip(bare, served, strict=True))
    delay = statistics.median(mine.first - theirs.first for theirs, mine in pairs)
    ratios = [math.log(mine.rate / theirs.rate) for theirs, mine in pairs]
    lost = 1 - math.exp(statistics.mean(ratios))
    unsure = statistics.stdev(ratios) / math.sqrt(len(ratios))
    stopping = statistics.median(leaving)
    print(f"{'':32}{'engine alone':>14}{'served':>14}")
    print(f"{'first word, ms (median)':32}{firsts[0]:>14.1f}{firsts[1]:>14.1f}")
    print(f"{'words a second (median)':32}{rates[0]:>14.1f}{rates[1]:>14.1f}")
    print(f"\nfirst word later by {delay:.1f} ms, in the median of pairs (at most {ALLOWED_DELAY:g})")
    print(f"words a second lost {lost:.1%} +- {unsure:.1%}, in the mean of pairs (at most {ALLOWED_SHARE:.0%})")
    worst = max(leaving)
    print(f"engine stopped {stopping:.1f} ms after its client left, worst {worst:.1f} (at most {ALLOWED_CANCEL:g})")
    print(f"loaded, and first word after {loading:.0f} ms")
    print(f"memory: {sizes[0]:.0f} MiB the server, {sizes[1]:.0f} MiB the engine with {SLOTS} x {CONTEXT} tokens")
    return delay <= ALLOWED_DELAY and lost <= ALLOWED_SHARE and worst <= ALLOWED_CANCEL


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=60)
    engines.PROGRAM = "benchmarks.bare_engine"
    return 0 if asyncio.run(measure(parser.parse_args().rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
