"""How many requests a second the registry counts on one core: `python -m benchmarks.counting`.

The budget is 300,000 calls of `record_request` a second.
"""

from __future__ import annotations

import argparse
import time

from tinyllm.models import ModelRegistry

BUDGET = 300_000


def rate(name: str, calls: int, *, success: bool) -> float:
    """Calls a second, for one spelling of a model's name."""
    registry = ModelRegistry()
    registry.sync_from_ollama(["qwen2.5:3b", "qwen3:8b"])
    error = None if success else "Timeout"
    started = time.perf_counter()
    for _ in range(calls):
        registry.record_request(name, 150.0, success, error)
    return calls / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--calls", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'':34}{'median/s':>12}{'worst/s':>12}{'× budget':>10}")
    for label, name, success in (
        ("a model, good", "qwen2.5:3b", True),
        ("an alias, good", "medium", True),
        ("an alias, failed", "medium", False),
    ):
        rates = sorted(rate(name, arguments.calls, success=success) for _ in range(arguments.rounds))
        median = rates[len(rates) // 2]
        print(f"{label:34}{median:12,.0f}{rates[0]:12,.0f}{median / BUDGET:10.1f}")


if __name__ == "__main__":
    main()
