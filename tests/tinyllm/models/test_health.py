import pytest

from tests.clocks import ManualClock
from tinyllm.models.health import ModelHealth


def health(clock: ManualClock) -> ModelHealth:
    return ModelHealth("qwen3:8b", clock=clock.time)


def test_an_unused_model_is_perfect(clock: ManualClock) -> None:
    unused = health(clock)
    assert (unused.success_rate, unused.average_latency_ms, unused.is_healthy) == (100.0, 0.0, True)


def test_the_average_is_over_the_successful_requests_only(clock: ManualClock) -> None:
    used = health(clock)
    used.record(100, True, None)
    used.record(300, True, None)
    used.record(60_000, False, "Timeout")
    assert used.average_latency_ms == 200
    assert used.success_rate == pytest.approx(200 / 3)
    assert (used.total_requests, used.failed_requests) == (3, 1)


def test_failures_alone_have_no_average(clock: ManualClock) -> None:
    used = health(clock)
    used.record(500, False, "Timeout")
    assert (used.average_latency_ms, used.success_rate) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("seconds", "healthy"),
    [
        pytest.param(0, False, id="at once"),
        pytest.param(59.9, False, id="just under a minute"),
        pytest.param(60, True, id="a minute"),
        pytest.param(3600, True, id="an hour"),
    ],
)
def test_an_error_is_held_against_it_for_a_minute(clock: ManualClock, seconds: float, healthy: bool) -> None:
    used = health(clock)
    for _ in range(9):
        used.record(100, True, None)
    used.record(0, False, "Timeout")
    clock.advance(seconds)
    assert used.is_healthy is healthy


def test_a_success_does_not_wipe_out_a_fresh_error(clock: ManualClock) -> None:
    used = health(clock)
    used.record(0, False, "Timeout")
    used.record(100, True, None)
    assert not used.is_healthy


@pytest.mark.parametrize(
    ("good", "bad", "healthy"),
    [
        pytest.param(1, 1, True, id="exactly half"),
        pytest.param(49, 51, False, id="just under half"),
        pytest.param(0, 1, False, id="never"),
    ],
)
def test_below_half_it_is_unhealthy_however_long_ago(clock: ManualClock, good: int, bad: int, healthy: bool) -> None:
    used = health(clock)
    for _ in range(bad):
        used.record(0, False, "Timeout")
    for _ in range(good):
        used.record(100, True, None)
    clock.advance(86_400)
    assert used.is_healthy is healthy


def test_it_remembers_when_it_was_used_and_what_went_wrong(clock: ManualClock) -> None:
    used = health(clock)
    start = clock.time()
    used.record(0, False, None)
    clock.advance(5)
    used.record(100, True, "no error, though somebody says so")
    assert (used.last_used, used.last_error, used.last_error_time) == (start + 5, "unknown error", start)


def test_adding_sums_up_and_the_newer_error_wins() -> None:
    old = ModelHealth("x", 4, 2, 200.0, last_used=50.0, last_error="old", last_error_time=40.0)
    new = ModelHealth("x", 1, 1, 0.0, last_used=60.0, last_error="new", last_error_time=60.0)
    one, other = ModelHealth("x"), ModelHealth("x")
    for count in (old, new):
        one.add(count)
    for count in (new, old):
        other.add(count)
    assert one == other == ModelHealth("x", 5, 3, 200.0, 60.0, "new", 60.0)


def test_adding_nothing_changes_nothing() -> None:
    kept = ModelHealth("x", 4, 2, 200.0, last_used=50.0, last_error="old", last_error_time=40.0)
    kept.add(ModelHealth("x"))
    assert kept == ModelHealth("x", 4, 2, 200.0, 50.0, "old", 40.0)
