"""What a model's header means, in Ollama's words. Nothing here raises, whatever the header holds."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinyllm.serve.ggml import FILE_TYPES
from tinyllm.serve.gguf import GgufHeader

_UNKNOWN = "unknown"
_TEMPLATE = "tokenizer.chat_template"
_ENCODERS = {"gemma-embedding", "llama-embed", "t5encoder"}
"""Architectures that only embed, beside those with "bert" in their name."""
_COMPANIONS = ("clip", "mmproj", "adapter", "imatrix")
"""Architectures and types of files that are no models: nobody can ask them anything."""
_THINKERS = {"gpt-oss", "gptoss"}
_THOUGHTS = re.compile(
    r"enable_thinking|reasoning_content"  # the switch and the field of llama.cpp and vLLM: Qwen3, SmolLM3, GLM, Gemma 4
    r"|</?(?:seed:)?think>"  # DeepSeek-R1, whose first template only removes thoughts, and most others
    r"|\[THINK\]"  # Magistral
    r"|<\|channel\|>analysis"  # gpt-oss
)
_INSERTING = [
    ("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.fim_suf_token_id"),
    ("tokenizer.ggml.prefix_token_id", "tokenizer.ggml.suffix_token_id"),  # as older files call them
]
_CACHED = 2
"""Bytes of a number in the cache of keys and values: half precision, llama.cpp's default."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What there is to say about a model without loading it; its fields are Ollama's where it has them."""

    architecture: str
    family: str
    families: tuple[str, ...]
    parameter_count: int
    parameter_size: str
    """The parameter count as people write it, such as "3.1B"."""
    quantization_level: str
    context_length: int | None
    """Tokens that the model was made for."""
    embedding_length: int | None
    capabilities: tuple[str, ...]
    template: str
    """Of the chat, in Jinja; empty where the file has none."""
    license: str | None
    model_info: Mapping[str, Any]
    """As `/api/show` has it: the metadata without name and templates, and without what is in lists."""
    stands_alone: bool
    """False for what only goes with another model: what lets it see or hear, an adapter, statistics for quantizing."""
    kv_bytes_per_token: int
    """Bytes that each token of context takes at most in memory, beside the model itself."""


def facts_of(header: GgufHeader) -> ModelFacts:
    """What `header` means; where it is silent or talks nonsense, what Ollama says of such a file."""
    told = header.metadata
    architecture = _text(told.get("general.architecture")) or _UNKNOWN
    prefix = f"{architecture}."
    own = {key.removeprefix(prefix): value for key, value in told.items() if key.startswith(prefix)}
    return ModelFacts(
        architecture=architecture,
        family=architecture,
        families=(architecture,),
        parameter_count=header.parameter_count,
        parameter_size=_people_write(header.parameter_count),
        quantization_level=FILE_TYPES.get(_number(told.get("general.file_type"), -1), _UNKNOWN),
        context_length=_number(own.get("context_length")) or None,
        embedding_length=_number(own.get("embedding_length")) or None,
        capabilities=_capabilities(architecture, told, own),
        template=_text(told.get(_TEMPLATE)),
        license=_text(told.get("general.license")) or None,
        model_info=_model_info(header),
        stands_alone=architecture not in _COMPANIONS and told.get("general.type") not in _COMPANIONS,
        kv_bytes_per_token=_kv_bytes_per_token(own),
    )


def _people_write(count: int) -> str:
    """As Ollama: one decimal of billions, two of millions, unless it is a round number; none of thousands."""
    for unit, name, decimals in [(10**9, "B", 1), (10**6, "M", 2), (10**3, "K", 0)]:
        if count >= unit:
            return f"{count / unit:.{decimals if count % unit else 0}f}{name}"
    return str(count)


def _capabilities(architecture: str, told: Mapping[str, Any], own: Mapping[str, Any]) -> tuple[str, ...]:
    if "bert" in architecture or architecture in _ENCODERS or _number(own.get("pooling_type")):
        return ("embedding",)
    template = _without_comments(_text(told.get(_TEMPLATE)))
    abilities = {
        "completion": True,
        "tools": "tools" in template or f"{_TEMPLATE}.tool_use" in told,
        "insert": any(all(_number(told.get(key), -1) >= 0 for key in keys) for keys in _INSERTING),
        "thinking": architecture in _THINKERS or _THOUGHTS.search(template) is not None,
    }
    return tuple(ability for ability, has in abilities.items() if has)


def _without_comments(template: str) -> str:
    *commented, last = template.split("#}")
    return "".join(each.partition("{#")[0] for each in commented) + last


def _model_info(header: GgufHeader) -> dict[str, Any]:
    info = {
        key: _shown(value)
        for key, value in header.metadata.items()
        if key != "general.name" and not key.startswith(_TEMPLATE)
    }
    return dict(sorted({**info, "general.parameter_count": header.parameter_count}.items()))


def _shown(value: object) -> object:
    """`value` as JSON has it; a float32 in as few digits as tell it from others, so that 0.00001 looks like it."""
    if isinstance(value, tuple):
        return None
    if not isinstance(value, float):
        return value
    if not math.isfinite(value):
        return None
    return next((short for digits in range(6, 10) if _single(short := float(f"{value:.{digits}g}")) == value), value)


def _single(value: float) -> float | None:
    """The float32 closest to `value`; None where there is none."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return None


def _kv_bytes_per_token(own: Mapping[str, Any]) -> int:
    layers = _number(own.get("block_count"))
    heads, kv_heads = own.get("attention.head_count"), own.get("attention.head_count_kv")
    width = _number(own.get("embedding_length")) // max(1, _first(heads))
    size = _number(own.get("attention.key_length"), width) + _number(own.get("attention.value_length"), width)
    return _in_all(kv_heads if _is_told(kv_heads) else heads, layers) * size * _CACHED


def _is_told(heads: object) -> bool:
    return isinstance(heads, tuple) or _number(heads, -1) >= 0


def _in_all(heads: object, layers: int) -> int:
    """How many heads all layers have together, where `heads` is the number in each, or a list of one for each."""
    return sum(map(_number, heads[:layers])) if isinstance(heads, tuple) else layers * _number(heads)


def _first(heads: object) -> int:
    """How many heads the first layer has that has any."""
    return next(filter(None, map(_number, heads)), 0) if isinstance(heads, tuple) else _number(heads)


def _number(value: object, default: int = 0) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
