"""Options of a model and durations, read as Ollama reads them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tinyllm.serve.durations import seconds
from tinyllm.serve.options import SMALLEST_CONTEXT, check_options, context_size, engine_options, usual_context
from tinyllm.serve.refusals import RefusalError


def test_what_nobody_says_is_as_at_ollama() -> None:
    told = engine_options({}, 1000)
    assert told == {
        "temperature": 0.8,
        "top_k": 40,
        "top_p": 0.9,
        "min_p": 0.0,
        "repeat_penalty": 1.1,
        "n_predict": 10_000,
    }


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("num_predict", 5, ("n_predict", 5)),
        ("num_predict", 5.9, ("n_predict", 5)),
        ("num_predict", -1, ("n_predict", 10_000)),
        ("num_predict", -2, ("n_predict", 10_000)),
        ("num_predict", 10_001, ("n_predict", 10_000)),
        ("num_keep", 7, ("n_keep", 7)),
        ("num_keep", -9, ("n_keep", -1)),
        ("repeat_last_n", 0, ("repeat_last_n", 0)),
        ("repeat_last_n", 1000, ("repeat_last_n", 1000)),
        ("repeat_last_n", -1, ("repeat_last_n", 1000)),
        ("repeat_last_n", 1001, ("repeat_last_n", 1000)),
        ("seed", 1e30, ("seed", 2**31 - 1)),
        ("seed", -(10**30), ("seed", 1 - 2**31)),
        ("top_k", 3.0, ("top_k", 3)),
        ("temperature", 0, ("temperature", 0)),
        ("temperature", None, ("temperature", 0.8)),
        ("stop", ["a", "", "b"], ("stop", ["a", "b"])),
    ],
)
def test_an_option_is_told_to_the_engine(option: str, value: Any, told: tuple[str, Any]) -> None:
    assert engine_options({option: value}, 1000)[told[0]] == told[1]


@pytest.mark.parametrize("option", ["num_ctx", "num_gpu", "num_batch", "use_mmap", "nonsense"])
def test_what_the_engine_does_not_know_is_not_told(option: str) -> None:
    assert engine_options({option: 1}, 1000) == engine_options({}, 1000)


@pytest.mark.parametrize(
    ("wanted", "trained", "size"),
    [
        (2048, 4096, 2048),
        (2048.0, 4096, 2048),
        (4096, 4096, 4096),
        (4097, 4096, 4096),
        (1e300, 4096, 4096),
        (1e300, None, 2**31 - 1),
        (SMALLEST_CONTEXT, 4096, SMALLEST_CONTEXT),
        (1, 4096, SMALLEST_CONTEXT),
        (0, 4096, None),
        (-1, 4096, None),
        (None, 4096, None),
    ],
)
def test_a_context_is_never_longer_than_the_model_was_made_for(
    wanted: float | None, trained: int | None, size: int | None
) -> None:
    assert context_size(wanted, trained) == size


@pytest.mark.parametrize(("trained", "usual"), [(None, 4096), (2048, 2048), (4096, 4096), (131_072, 4096)])
def test_the_usual_context_is_short(trained: int | None, usual: int) -> None:
    assert usual_context(trained) == usual


@pytest.mark.parametrize("options", [{}, {"nonsense": []}, {"temperature": None}, {"top_k": 1.5}, {"stop": []}])
def test_what_ollama_lets_pass_is_let_pass(options: dict[str, Any]) -> None:
    check_options(options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"temperature": "hot"}, 'option "temperature" must be of type float32'),
        ({"top_k": True}, 'option "top_k" must be of type integer'),
        ({"use_mlock": 1}, 'option "use_mlock" must be of type boolean'),
        ({"stop": "x"}, 'option "stop" must be of type array'),
        ({"stop": ["x", 5]}, 'option "stop" must be of an array of strings'),
    ],
)
def test_a_wrong_type_is_refused_with_ollamas_status(options: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusalError) as refused:
        check_options(options)
    assert (refused.value.status, str(refused.value)) == (500, words)


@pytest.mark.parametrize(
    ("keep_alive", "wanted"),
    [
        (None, 300),
        (0, 0),
        (12, 12),
        (0.5, 0.5),
        (-1, math.inf),
        ("0", 0),
        ("10m", 600),
        ("1h30m", 5400),
        ("1.5h", 5400),
        (".5s", 0.5),
        ("1.s", 1),
        ("250ms", 0.25),
        ("3us", 3e-6),
        ("3\u00b5s", 3e-6),
        ("3\u03bcs", 3e-6),
        ("+5s", 5),
        ("-1s", math.inf),
        ("-0", 0),
    ],
)
def test_a_duration_is_read_as_go_does(keep_alive: str | float | None, wanted: float) -> None:
    assert seconds(keep_alive, 300) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["", "5", "-1", "s", "5 s", "5d", "5s5", "1h 30m", "soon", "1e3s", "--5s", "٥s"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(RefusalError) as refused:
        seconds(text, 300)
    assert (refused.value.status, str(refused.value)) == (400, f'time: invalid duration "{text}"')
