"""The engine's process as the server has it, which can also be asked without the server: see `benchmarks.serving`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tinyllm.serve import engine_process
from tinyllm.serve import telling as tellings

ALONE = "/alone"
"""Asks the engine as its documentation says, and tells when the words came; milliseconds since it was asked."""


def load(orders: dict[str, object]) -> Any:
    """As usual, and whoever asks `ALONE` from now on asks what is loaded."""
    itself = loaded(orders)

    def carry(engine: tuple[str, int], key: str, question: Mapping[str, Any], telling: tellings.Telling) -> None:
        if question["path"] == ALONE:
            telling.tell({"times": alone(itself, question["body"])})
        else:
            carried(engine, key, question, telling)

    tellings.carry = carry
    return itself


def alone(engine: Any, body: Mapping[str, Any]) -> list[float]:
    times: list[float] = []
    began = time.perf_counter()

    def listen(event: Mapping[str, Any]) -> None:
        if event["choices"] and event["choices"][0]["delta"].get("content"):
            times.append((time.perf_counter() - began) * 1000)

    engine.handle_chat_completions(body, listen)
    return times


loaded, carried = engine_process.load, tellings.carry


if __name__ == "__main__":
    engine_process.load = load
    engine_process.main()
