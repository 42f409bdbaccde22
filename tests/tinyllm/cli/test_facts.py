import pytest

from tinyllm.cli import facts


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (None, "-"),
        (0, "-"),
        (-3, "-"),
        (1, "1 bytes"),
        (999, "999 bytes"),
        (398e6, "398 MB"),
        (1.93e9, "1.9 GB"),
        (2**63, "9223372.0 TB"),
    ],
)
def test_sizes(count: float | None, said: str) -> None:
    assert facts.size(count) == said


@pytest.mark.parametrize(
    ("age", "said"),
    [(-5, "0 s ago"), (0, "0 s ago"), (59, "59 s ago"), (120, "2 min ago"), (7200, "2 h ago"), (9e5, "10 d ago")],
)
def test_ages(age: float, said: str) -> None:
    assert facts.ago(1e9 - age, 1e9) == said


def test_a_time_that_never_was() -> None:
    assert (facts.moment(None), facts.moment_json(None)) == ("never", None)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (list("abc"), "a, b and c"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_lists(names: list[str], said: str) -> None:
    assert facts.listed(names) == said
