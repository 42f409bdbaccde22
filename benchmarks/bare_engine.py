"""The engine's process as the server has it, which can also be asked without the server: see `benchmarks.serving`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tinyllm.serve import engine_process
from tinyllm.serve.telling import Heard, Route

ALONE = "/alone"
"""Asks the engine as its documentation says, and tells when the words came; milliseconds since it was asked."""


def routes_of(engine: Any) -> Mapping[str, Route]:
    def alone(body: Mapping[str, Any], heard: Heard) -> None:
        times: list[float] = []
        began = time.perf_counter()

        def listen(event: Mapping[str, Any]) -> None:
            if event["choices"] and event["choices"][0]["delta"].get("content"):
                times.append((time.perf_counter() - began) * 1000)

        engine.handle_chat_completions(body, listen)
        heard({"times": times})

    return {**usual(engine), ALONE: alone}


usual = engine_process.routes_of


if __name__ == "__main__":
    engine_process.routes_of = routes_of
    engine_process.main()
