"""How long the terminal's commands take to start: `python -m benchmarks.start [rounds]`.

Every round runs each command once, so that a busy machine is busy for all of them; best and median are printed, and
how they compare with what no program on the same libraries can do without.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.models import ScriptedModels

ROOT = Path(__file__).parents[1]
IMPORTS = "import typer, tinyllm.settings, httpx, sqlalchemy.ext.asyncio, aiosqlite"
HELP, LIST, BARE, NEEDED = "tinyllm --help", "tinyllm models list", "import typer", "import what the list needs"
COMMANDS: Mapping[str, Sequence[str]] = {
    "python -c pass": ("-c", "pass"),
    BARE: ("-c", "import typer"),
    HELP: ("-m", "tinyllm", "--help"),
    NEEDED: ("-c", IMPORTS),
    LIST: ("-m", "tinyllm", "models", "list"),
}
PROMISED = {HELP: 200.0, LIST: 700.0}
"""Milliseconds."""
RATIOS = ((HELP, BARE), (LIST, NEEDED))


@dataclass
class Timed:
    """What one command took in each round; milliseconds."""

    wall: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def run(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> tuple[float, float]:
    """Milliseconds on the clock and of the processor. Raises CalledProcessError."""
    before, began = _processor(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000, (_processor() - before) * 1000


def _processor() -> float:
    """Seconds of the processor that the processes have used that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def measured(rounds: int) -> dict[str, Timed]:
    """All commands, in turn, against a scripted model server."""
    timed = {name: Timed() for name in COMMANDS}
    with tempfile.TemporaryDirectory() as home:
        async with ScriptedModels() as models:
            environment = {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "TINYLLM_HOME": home,
                "OLLAMA_HOST": models.url,
            }
            for number in range(rounds + 1):
                for name, arguments in COMMANDS.items():
                    wall, processor = await asyncio.to_thread(run, arguments, environment, Path(home))
                    if number:  # the first round makes the database, and warms up the disk
                        timed[name].wall.append(wall)
                        timed[name].processor.append(processor)
    return timed


def report(timed: Mapping[str, Timed]) -> None:
    """The figures, and the ratios."""
    print(f"{'milliseconds':30}{'best':>8}{'median':>8}{'processor':>11}{'promised':>10}")
    for name, each in timed.items():
        promised = f"{PROMISED[name]:.0f}" if name in PROMISED else ""
        figures = (min(each.wall), statistics.median(each.wall), min(each.processor))
        print(f"{name:30}{figures[0]:8.0f}{figures[1]:8.0f}{figures[2]:11.0f}{promised:>10}")
    for name, against in RATIOS:
        best = min(timed[name].wall) / min(timed[against].wall)
        median = statistics.median(timed[name].wall) / statistics.median(timed[against].wall)
        print(f"{name} / {against}: {best:.2f} of the best, {median:.2f} of the medians")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=10)
    report(asyncio.run(measured(parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
