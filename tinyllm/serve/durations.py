"""How long a model stays loaded, as requests write it: seconds, or Go's durations such as `1h30m`."""

from __future__ import annotations

import math
import re

from tinyllm.serve.refusals import RefusalError

_UNITS = {"ns": 1e-9, "us": 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(rf"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)({'|'.join(_UNITS)})")


def seconds(keep_alive: str | float | None, usual: float) -> float:
    """Infinite for what is negative, `usual` where nothing is said. Raises RefusalError."""
    if keep_alive is None:
        return usual
    if isinstance(keep_alive, str):
        keep_alive = _parsed(keep_alive)
    return math.inf if keep_alive < 0 else float(keep_alive)


def _parsed(text: str) -> float:
    sign, rest = (-1.0, text[1:]) if text[:1] == "-" else (1.0, text.removeprefix("+"))
    if rest == "0":
        return 0.0
    parts = _PART.findall(rest)
    if not parts or "".join(number + unit for number, unit in parts) != rest:
        raise RefusalError(400, f'time: invalid duration "{text[:100]}"')
    return sign * sum(float(number) * _UNITS[unit] for number, unit in parts)
