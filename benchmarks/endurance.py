"""Whether memory stays flat under requests without end: `python -m benchmarks.endurance [minutes]`.

Two people at a time talk to the embedded model through `tinyllm serve`: conversations that grow until they overflow,
answers that are broken off, both models of the file, generate, and models listed. Each half minute tells the memory of
the server and of its engine that is theirs alone, and not a file's, which the system takes and gives back as it likes;
after the first minute, in which caches fill, neither may grow by more than a twentieth.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import orjson

MODELS = ("smollm2:135m", "smollm2:brief")
CONTEXT = 1024
EVERY = 30.0
"""Seconds between two looks."""
WARM = 60.0
"""Seconds in which caches fill."""
ALLOWED = 0.05
"""Share by which memory may grow after that."""
TOPICS = ("Paris", "the moon", "cats", "bread", "Rome", "rivers", "music", "trains")


class Person:
    """Somebody who goes on talking, and now and then does something else."""

    def __init__(self, url: str, seed: int) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=None)
        self._chance = random.Random(seed)
        self._said: list[dict[str, str]] = []
        self.requests = 0

    async def talk(self, until: float) -> None:
        async with self._http:
            while time.monotonic() < until:
                await self._chance.choices((self._ask, self._leave, self._generate, self._look), (8, 1, 1, 1))[0]()
                self.requests += 1

    def _body(self) -> dict[str, object]:
        options = {"num_ctx": CONTEXT, "num_predict": 60}
        return {"model": self._chance.choice(MODELS), "messages": self._said, "options": options}

    async def _ask(self) -> None:
        """The conversation grows until the server cuts its front, and begins anew some time after that."""
        self._said.append({"role": "user", "content": f"Tell me about {self._chance.choice(TOPICS)}."})
        answer = (await self._http.post("/api/chat", json={**self._body(), "stream": False})).raise_for_status()
        self._said.append(answer.json()["message"])
        if len(self._said) > 60:
            self._said.clear()

    async def _leave(self) -> None:
        self._said.append({"role": "user", "content": "Tell me a long story."})
        async with self._http.stream("POST", "/api/chat", json=self._body()) as response:
            async for _ in response.aiter_lines():
                break
        self._said.pop()

    async def _generate(self) -> None:
        body = {"model": MODELS[0], "prompt": "Once upon a time", "stream": False, "options": {"num_predict": 30}}
        (await self._http.post("/api/generate", json=body)).raise_for_status()

    async def _look(self) -> None:
        for path in ("/api/tags", "/api/ps"):
            (await self._http.get(path)).raise_for_status()


@asynccontextmanager
async def served(home: str) -> AsyncIterator[tuple[str, int]]:
    """The address of a server in a process of its own, and the process's number."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tinyllm", "serve", "--port", "0", "--json"),
        env={**os.environ, "TINYLLM_HOME": home},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        yield orjson.loads(await process.stdout.readline())["url"], process.pid
    finally:
        process.terminate()
        await process.wait()


def memory(pid: int) -> float:
    """MiB that a process has filled, also those that the system has swapped out."""
    rows = (row.split() for row in Path(f"/proc/{pid}/status").read_text().splitlines())
    return sum(int(row[1]) for row in rows if row[0] in {"RssAnon:", "VmSwap:"}) / 1024


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


async def measure(minutes: float) -> bool:
    with tempfile.TemporaryDirectory() as home:
        async with served(home) as (url, server):
            began = time.monotonic()
            people = [Person(url, seed) for seed in range(2)]
            talks = [asyncio.create_task(person.talk(began + minutes * 60)) for person in people]
            seen: list[tuple[float, float, float]] = []
            while not all(talk.done() for talk in talks):
                await asyncio.wait(talks, timeout=EVERY)
                (engine,) = children(server)
                seen.append((time.monotonic() - began, memory(server), memory(engine)))
                asked = sum(person.requests for person in people)
                print(
                    f"{seen[-1][0]:6.0f} s {asked:6} requests, {seen[-1][1]:6.1f} and {seen[-1][2]:6.1f} MiB",
                    flush=True,
                )
            await asyncio.gather(*talks)
    return report(seen)


def report(seen: Sequence[tuple[float, float, float]]) -> bool:
    """Whether both stayed as big as they were when they were warm."""
    warm = next((each for each in seen if each[0] >= WARM), seen[0])
    growth = [last / first - 1 for first, last in zip(warm[1:], seen[-1][1:], strict=True)]
    print(
        "grown since the first minute: the server by {:.1%}, the engine by {:.1%}".format(*growth),
        f"(at most {ALLOWED:.0%})",
    )
    return max(growth) <= ALLOWED


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.endurance", description=__doc__)
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    return 0 if asyncio.run(measure(parser.parse_args().minutes)) else 1


if __name__ == "__main__":
    sys.exit(main())
