"""Ids and what is in them."""

from sandbox import ManualClock
from sandbox.snowflakes import Snowflakes, created_at


def test_ids_grow_even_while_the_clock_stands_still_or_goes_back() -> None:
    clock = ManualClock()
    snowflakes = Snowflakes(clock)
    ids = [snowflakes.next(), snowflakes.next()]
    clock.move(-10)
    ids.append(snowflakes.next())
    clock.move(20)
    ids.append(snowflakes.next())
    assert ids == sorted(set(ids))


def test_the_time_can_be_read_from_an_id() -> None:
    clock = ManualClock()
    assert abs(created_at(Snowflakes(clock).next()) - clock.now()) < 0.001
