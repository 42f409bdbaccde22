"""What `tinyllm serve` costs beside the engine that it runs: `python -m benchmarks.serving [rounds]`.

The same question goes to the engine alone, called in its own process as its documentation says, and through the server
on a socket: in turn, with the same settings, so that a busy machine is busy for both. What is measured of both is the
time to the first word and the words a second after it; of the server also how soon a client that leaves has stopped the
engine, what loading takes, and memory.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from tinyllm.serve.engine import PATIENT, Engine
from tinyllm.serve.server import ModelServer

ROOT = Path(__file__).parents[1]
MODEL = "smollm2:135m"
CONTEXT = 4096
SLOTS = 2
TOKENS = 200
ALLOWED_SHARE, ALLOWED_DELAY, ALLOWED_CANCEL = 0.03, 5.0, 50.0
"""Of the tokens a second, and milliseconds."""
LOOK_EVERY = 0.005
"""Seconds."""
OPTIONS = {"temperature": 0, "top_k": 40, "top_p": 0.9, "min_p": 0.0, "repeat_penalty": 1.1}
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"

ALONE = """
import sys, time, orjson
from tinyllm.serve import engine_process as ours
stdout = sys.stdout.buffer
ours.serve(orjson.loads(sys.stdin.buffer.readline()))
(engine,) = ours._KEPT
for line in sys.stdin.buffer:
    times = []
    began = time.perf_counter()
    def heard(event):
        if event["choices"] and event["choices"][0]["delta"].get("content"):
            times.append((time.perf_counter() - began) * 1000)
    engine.handle_chat_completions(orjson.loads(line), heard)
    stdout.write(orjson.dumps(times) + b"\\n")
    stdout.flush()
"""
"""The engine with our settings, called directly."""


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


class Alone:
    """The engine without a server, in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, question: str) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        body = {"messages": messages(question), "stream": True, "n_predict": TOKENS, **OPTIONS}
        self._process.stdin.write(orjson.dumps(body) + b"\n")
        await self._process.stdin.drain()
        return Answer(orjson.loads(await self._process.stdout.readline()))


@asynccontextmanager
async def alone(path: Path) -> AsyncIterator[Alone]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-c", ALONE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**PATIENT, **os.environ},
    )
    assert process.stdin is not None
    orders = {"path": str(path), "context": CONTEXT, "slots": SLOTS, "key": "unused", "embedding": False}
    process.stdin.write(orjson.dumps(orders) + b"\n")
    try:
        yield Alone(process)
    finally:
        process.kill()
        await process.wait()


def messages(question: str) -> list[dict[str, str]]:
    return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]


async def through(server: ModelServer, question: str, *, leave_after: int | None = None) -> Answer:
    """Ask the server with as little of HTTP as is needed, so that what is measured is the other side."""
    address = urlsplit(server.url)
    options = {**OPTIONS, "num_predict": TOKENS, "num_ctx": CONTEXT}
    body = orjson.dumps({"model": MODEL, "messages": messages(question), "options": options})
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"POST /api/chat HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    times: list[float] = []
    async for line in reader:
        if b'"done":true' in line or (leave_after is not None and len(times) >= leave_after):
            break
        if b'"content":' in line:
            times.append((time.perf_counter() - began) * 1000)
    writer.transport.abort()
    return Answer(times)


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
        async with ModelServer(Path(home), slots=SLOTS) as server:
            path = (await server.library.find(MODEL)).path
            began = time.perf_counter()
            await through(server, "Hi", leave_after=1)
            loading = (time.perf_counter() - began) * 1000
            async with alone(path) as engine_alone:
                await engine_alone.ask("Hi")
                for number in range(rounds):
                    question = f"Tell me about Paris, number {number}."
                    for is_bare in (True, False) if number % 2 else (False, True):
                        answer = await (engine_alone.ask(question) if is_bare else through(server, question))
                        (bare if is_bare else served).append(answer)
                    print(f"\r{number + 1} of {rounds} rounds", end="", file=sys.stderr, flush=True)
            print(file=sys.stderr)
            engine = server.pool.loaded[0].engine
            assert engine is not None
            leaving = []
            for number in range(rounds):
                await through(server, f"Tell me about Rome, number {number}.", leave_after=20)
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
    lost = 1 - statistics.median(mine.rate / theirs.rate for theirs, mine in pairs)
    stopping = statistics.median(leaving)
    print(f"{'':32}{'engine alone':>14}{'served':>14}")
    print(f"{'first word, ms (median)':32}{firsts[0]:>14.1f}{firsts[1]:>14.1f}")
    print(f"{'words a second (median)':32}{rates[0]:>14.1f}{rates[1]:>14.1f}")
    print(f"\nfirst word later by {delay:.1f} ms (at most {ALLOWED_DELAY:g})")
    print(f"words a second lost {lost:.1%} (at most {ALLOWED_SHARE:.0%})")
    worst = max(leaving)
    print(f"engine stopped {stopping:.1f} ms after its client left, worst {worst:.1f} (at most {ALLOWED_CANCEL:g})")
    print(f"loaded, and first word after {loading:.0f} ms")
    print(f"memory: {sizes[0]:.0f} MiB the server, {sizes[1]:.0f} MiB the engine with {SLOTS} x {CONTEXT} tokens")
    return delay <= ALLOWED_DELAY and lost <= ALLOWED_SHARE and worst <= ALLOWED_CANCEL


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=20)
    return 0 if asyncio.run(measure(parser.parse_args().rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
