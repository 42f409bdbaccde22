"""Clocks: what is to be called, and when."""

import asyncio

from sandbox import ManualClock, SystemClock
from tests.sandbox.raw import soon


def test_what_is_due_on_the_way_is_called_in_order_and_each_at_its_moment() -> None:
    clock = ManualClock(100.0)
    called: list[tuple[str, float]] = []
    for name, moment in (("late", 103.0), ("first", 101.0), ("second", 101.0), ("never", 105.0)):
        clock.call_at(moment, lambda name=name: called.append((name, clock.now())))
    clock.move(4.0)
    assert called == [("first", 101.0), ("second", 101.0), ("late", 103.0)]
    assert clock.now() == 104.0


def test_what_is_due_exactly_at_the_end_is_called_and_what_is_cancelled_is_not() -> None:
    clock = ManualClock(0.0)
    called: list[str] = []
    clock.call_at(1.0, lambda: called.append("due"))
    clock.call_at(1.0, lambda: called.append("cancelled")).cancel()
    clock.move(0.999)
    assert called == []
    clock.move(0.001)
    assert called == ["due"]


def test_what_is_called_may_ask_to_be_called_again() -> None:
    clock = ManualClock(0.0)
    called: list[float] = []

    def again() -> None:
        called.append(clock.now())
        clock.call_at(clock.now() + 1.0, again)

    clock.call_at(1.0, again)
    clock.move(3.5)
    assert called == [1.0, 2.0, 3.0]


async def test_what_is_past_already_is_called_soon_but_not_at_once() -> None:
    for clock in (ManualClock(), SystemClock()):
        called = asyncio.Event()
        clock.call_at(clock.now() - 1.0, called.set)
        assert not called.is_set()
        await soon(called.wait())
