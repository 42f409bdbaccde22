"""How long a model stays loaded, as `keep_alive` says it: seconds, or a text such as `5m` or `1h30m`."""

import math
import re
from typing import Any

from sandbox.models.refusals import RefusalError

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)")
_WHOLE = re.compile(rf"([-+]?)((?:{_PART.pattern})+)")


def seconds(value: Any) -> float | None:
    """Seconds, infinite where negative; None where not set. Raises RefusalError for what is no duration."""
    if value is None:
        return None
    length = _parsed(value) if isinstance(value, str) else float(value)
    return math.inf if length < 0 else length


def _parsed(text: str) -> float:
    if text == "0":
        return 0.0
    whole = _WHOLE.fullmatch(text)
    if whole is None:
        problem = "missing unit in duration" if re.fullmatch(r"[-+]?\d+", text) else "invalid duration"
        raise RefusalError(400, f'time: {problem} "{text}"')
    length = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(whole[2]))
    return -length if whole[1] == "-" else length
