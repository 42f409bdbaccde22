"""The options of a model: their types, their usual values, and what the engine calls them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinyllm.serve.refusals import RefusalError

USUAL: Mapping[str, Any] = {"temperature": 0.8, "top_k": 40, "top_p": 0.9, "min_p": 0.0, "repeat_penalty": 1.1}
"""What Ollama takes where neither the request nor the model says anything."""
USUAL_CONTEXT = 4096
"""Tokens, for a model that was made for at least as many."""
SMALLEST_CONTEXT = 64
"""Tokens; less holds no conversation."""
MOST_CONTEXTS = 10
"""How many times its context an answer may be long: models that go on for ever must end somewhere, as at Ollama."""

_BIGGEST = 2**31 - 1
_INTEGER, _FLOAT, _BOOLEAN, _LIST = "integer", "float32", "boolean", "array"
_TYPES: Mapping[str, tuple[type, ...]] = {
    _INTEGER: (int, float),
    _FLOAT: (int, float),
    _BOOLEAN: (bool,),
    _LIST: (list,),
}
_SAMPLING = {
    "temperature": _FLOAT,
    "top_k": _INTEGER,
    "top_p": _FLOAT,
    "min_p": _FLOAT,
    "typical_p": _FLOAT,
    "repeat_last_n": _INTEGER,
    "repeat_penalty": _FLOAT,
    "presence_penalty": _FLOAT,
    "frequency_penalty": _FLOAT,
    "mirostat": _INTEGER,
    "mirostat_tau": _FLOAT,
    "mirostat_eta": _FLOAT,
    "seed": _INTEGER,
    "stop": _LIST,
}
"""What the engine takes under the same name."""
_RENAMED = {"num_predict": ("n_predict", _INTEGER), "num_keep": ("n_keep", _INTEGER)}
_WITHOUT_EFFECT = {
    **dict.fromkeys(("num_batch", "num_gpu", "main_gpu", "num_thread"), _INTEGER),
    **dict.fromkeys(("use_mmap", "use_mlock", "numa", "low_vram", "penalize_newline"), _BOOLEAN),
}
_KINDS = {
    **_SAMPLING,
    **{name: kind for name, (_, kind) in _RENAMED.items()},
    **_WITHOUT_EFFECT,
    "num_ctx": _INTEGER,
}


def check_options(options: Mapping[str, Any]) -> None:
    """Unknown ones are let pass, as Ollama does. Raises RefusalError, with the status that Ollama has for it."""
    for name, value in options.items():
        kind = _KINDS.get(name)
        if kind is None or value is None:
            continue
        if not isinstance(value, _TYPES[kind]) or (isinstance(value, bool) and kind != _BOOLEAN):
            raise RefusalError(500, f'option "{name}" must be of type {kind}')
        if isinstance(value, list) and not all(isinstance(each, str) for each in value):
            raise RefusalError(500, f'option "{name}" must be of an array of strings')


def engine_options(options: Mapping[str, Any], context: int) -> dict[str, Any]:
    """What the engine is told; `context` is how many tokens there is room for."""
    given = {**USUAL, **{name: value for name, value in options.items() if value is not None}}
    told = {name: _whole(given[name], kind) for name, kind in _SAMPLING.items() if name in given}
    for name, (theirs, kind) in _RENAMED.items():
        if name in given:
            told[theirs] = _whole(given[name], kind)
    longest = MOST_CONTEXTS * context
    wanted = told.get("n_predict", -1)
    told["n_predict"] = longest if wanted < 0 else min(wanted, longest)
    if not 0 <= told.get("repeat_last_n", 0) <= context:
        told["repeat_last_n"] = context  # all of it; the engine would take memory for any number
    if "n_keep" in told:
        told["n_keep"] = max(told["n_keep"], -1)
    if "stop" in told:
        told["stop"] = [each for each in told["stop"] if each]
    return told


def context_size(wanted: Any, trained: int | None) -> int | None:
    """The tokens of context that `num_ctx` means, never more than the model was made for; None where it says none."""
    if not isinstance(wanted, int | float) or wanted <= 0:
        return None
    return int(max(min(wanted, trained or _BIGGEST), SMALLEST_CONTEXT))


def usual_context(trained: int | None) -> int:
    return min(trained or USUAL_CONTEXT, USUAL_CONTEXT)


def _whole(value: Any, kind: str) -> Any:
    """An integer that the engine's have room for."""
    return int(max(-_BIGGEST, min(value, _BIGGEST))) if kind == _INTEGER else value
