"""What is known about a model: facts from its server, a guess only where the server is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinyllm.errors import LONGEST_QUOTATION, shortened

LONGEST_SYSTEM = 16_000
"""Characters that are kept of the system prompt of a model."""
_SUFFIXES = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
_CONTEXTS = ("max_model_len", "context_length", "context_window", "max_context_length")
"""What vLLM, OpenRouter, Groq and Mistral call a model's context in their lists."""


@dataclass(frozen=True)
class ModelCapabilities:
    """Facts about one model; None where the server does not tell."""

    name: str
    context_size: int | None = None
    """Tokens that the model was made for."""
    vision_support: bool = False
    embedding_support: bool = False
    size_gb: float | None = None
    """Size on disk in units of 10^9 bytes."""
    family: str | None = None
    parameter_count: str | None = None
    """As people write it, such as "3.1B"."""
    quantization: str | None = None
    tools_support: bool = False
    thinking_support: bool = False
    chat_support: bool = True
    guessed: bool = False
    """True where abilities were guessed from the name, because the server does not list them."""
    digest: str | None = None
    """Changes when the model's content does."""
    problem: str | None = None
    """Why it cannot be used, in its server's words, as where its file is cut off; None where nothing is wrong."""
    system: str | None = None
    """The system prompt that it has of its own."""

    @property
    def parameters(self) -> float:
        """How many parameters it has; 0 where nobody tells."""
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMBT]?)\s*", self.parameter_count or "", re.IGNORECASE)
        if match is None:
            return 0.0
        return float(match[1]) * _SUFFIXES.get(match[2].upper(), 1.0)


FEATURES = {
    "chat": "chat_support",
    "vision": "vision_support",
    "tools": "tools_support",
    "thinking": "thinking_support",
    "embedding": "embedding_support",
}
"""What a model can be required to do, beside `context:N`, which is a context of N tokens."""


def lacking(model: ModelCapabilities, required: Iterable[str]) -> list[str]:
    """Which of the required features a model does not have, in words. Raises ValueError for what is no feature."""
    missing = []
    for feature in required:
        name, _, tokens = feature.strip().casefold().replace("=", ":").partition(":")
        if name == "context" and tokens.isdecimal():
            if model.context_size is not None and model.context_size < int(tokens):
                missing.append(f"a context of {int(tokens):,} tokens (it has {model.context_size:,})")
        elif name in FEATURES and not tokens:
            if not getattr(model, FEATURES[name]):
                missing.append(name)
        else:
            known = ", ".join([*FEATURES, "context:8192"])
            raise ValueError(f"“{shortened(feature)}” is no feature of a model. There are: {known}.")
    return missing


def from_tags(listed: Mapping[str, Any]) -> ModelCapabilities:
    """What one entry of `/api/tags` tells. Abilities come only with newer servers, and `/api/show` knows better.

    An `error` is `tinyllm serve`'s word for a model whose file is broken; such a model is able to do nothing.
    """
    details = _mapping(listed.get("details"))
    size = listed.get("size")
    name = str(listed.get("name") or listed.get("model") or "")
    problem = _sentence(listed.get("error"))
    return ModelCapabilities(
        name=name,
        context_size=_number(details.get("context_length")),
        size_gb=size / 1e9 if isinstance(size, int) else None,
        family=_text(details.get("family")),
        parameter_count=_text(details.get("parameter_size")),
        quantization=_text(details.get("quantization_level")),
        digest=_text(listed.get("digest")),
        problem=problem,
        system=None,
        **_abilities(name, [] if problem else listed.get("capabilities")),
    )


def with_show(known: ModelCapabilities, shown: Mapping[str, Any]) -> ModelCapabilities:
    """`known` completed by the answer of `/api/show`."""
    details, info = _mapping(shown.get("details")), _mapping(shown.get("model_info"))
    architecture = info.get("general.architecture")
    return ModelCapabilities(
        name=known.name,
        context_size=_number(info.get(f"{architecture}.context_length")) or known.context_size,
        size_gb=known.size_gb,
        family=_text(details.get("family")) or known.family,
        parameter_count=_text(details.get("parameter_size")) or known.parameter_count,
        quantization=known.quantization or _text(details.get("quantization_level")),
        digest=known.digest,
        problem=known.problem,
        system=(_text(shown.get("system")) or "")[:LONGEST_SYSTEM] or None,
        **_abilities(known.name, [] if known.problem else shown.get("capabilities")),
    )


def from_openai(listed: Mapping[str, Any]) -> ModelCapabilities:
    """What one entry of `/v1/models` tells: little, and abilities only by chance, so those are guesses.

    The context is vLLM's, llama.cpp's (what runs, else what the model was made for), or a hosted server's.
    """
    name, meta = str(listed.get("id") or ""), _mapping(listed.get("meta"))
    contexts = [*map(listed.get, _CONTEXTS), meta.get("n_ctx"), meta.get("n_ctx_train")]
    size, parameters = _number(meta.get("size")), _number(meta.get("n_params"))
    inputs = _mapping(listed.get("architecture")).get("input_modalities")
    return ModelCapabilities(
        name=name,
        context_size=next(filter(None, map(_number, contexts)), None),
        vision_support=isinstance(inputs, list) and "image" in inputs,
        size_gb=size / 1e9 if size else None,
        family=None,
        parameter_count=_people_write(parameters) if parameters else _parameters_in(name),
        quantization=None,
        digest=None,
        problem=None,
        system=None,
        **_abilities(name, None),
    )


def _people_write(parameters: int) -> str:
    """8,030,261,312 is "8.0B"."""
    unit = next((unit for unit in "TBM" if parameters >= _SUFFIXES[unit]), "K")
    return f"{parameters / _SUFFIXES[unit]:.1f}{unit}"


def _parameters_in(name: str) -> str | None:
    """The first thing in a name that looks like a number of parameters, as in "qwen2.5-7b-instruct"."""
    match = re.search(r"(?<![\w.])(\d+(?:\.\d+)?[mb])(?![a-z0-9])", name.casefold())
    return match[1].upper() if match else None


def _abilities(name: str, listed: object) -> dict[str, bool]:
    if isinstance(listed, list):
        return {
            "vision_support": "vision" in listed,
            "embedding_support": "embedding" in listed,
            "tools_support": "tools" in listed,
            "thinking_support": "thinking" in listed,
            "chat_support": "completion" in listed,
        }
    folded = name.casefold()
    embeds = "embed" in folded or folded.rpartition("/")[2].startswith(("bge-", "all-minilm"))
    return {"embedding_support": embeds, "chat_support": not embeds, "guessed": True}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value and value != "unknown" else None


def _sentence(value: object) -> str | None:
    """What a server says, on one line and bounded."""
    return shortened(value, LONGEST_QUOTATION) or None if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value > 0 else None
