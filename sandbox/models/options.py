"""The types of model options: a wrong one is refused, an unknown one is ignored, as Ollama does."""

from collections.abc import Mapping
from typing import Any

from sandbox.models.refusals import RefusalError

_INTEGERS = (
    "num_ctx num_keep seed num_predict top_k repeat_last_n num_batch num_gpu main_gpu num_thread draft_num_predict"
)
_FLOATS = "temperature top_p min_p typical_p repeat_penalty presence_penalty frequency_penalty"
_TYPE_OF = (
    dict.fromkeys(_INTEGERS.split(), "integer")
    | dict.fromkeys(_FLOATS.split(), "float32")
    | {"use_mmap": "boolean", "stop": "array"}
)
_PYTHON: dict[str, tuple[type, ...]] = {
    "integer": (int, float),
    "float32": (int, float),
    "boolean": (bool,),
    "array": (list,),
}


def check_options(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        wanted = _TYPE_OF.get(name)
        if wanted is not None and value is not None and not _fits(value, wanted):
            # 500 and not 400: recorded.
            raise RefusalError(500, f'option "{name}" must be of type {wanted}')


def _fits(value: Any, wanted: str) -> bool:
    return isinstance(value, _PYTHON[wanted]) and (wanted == "boolean" or not isinstance(value, bool))
