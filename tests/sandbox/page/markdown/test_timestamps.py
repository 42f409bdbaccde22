"""Timestamps in all of Discord's styles, in the reader's time and from now."""

from datetime import UTC, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from sandbox.page.markdown.moments import LATEST, Moment, relative
from tests.sandbox.page.markdown.shown import escaped, html

MINUTE, HOUR, DAY = 60, 3_600, 86_400
STYLES = {
    "t": "4:20 PM",
    "T": "4:20:05 PM",
    "d": "4/2/2021",
    "D": "April 2, 2021",
    "f": "April 2, 2021 at 4:20 PM",
    "F": "Friday, April 2, 2021 at 4:20 PM",
    "s": "4/2/2021, 4:20 PM",
    "S": "4/2/2021, 4:20:05 PM",
    "R": "3 years ago",
}
WHEN = 1_617_380_405
AWAY = {
    0: "now",
    0.4: "now",
    1: "in 1 second",
    44: "in 44 seconds",
    45: "in a minute",
    89: "in a minute",
    90: "in 2 minutes",
    44 * MINUTE: "in 44 minutes",
    45 * MINUTE: "in an hour",
    90 * MINUTE: "in 2 hours",
    21 * HOUR: "in 21 hours",
    22 * HOUR: "in a day",
    36 * HOUR: "in 2 days",
    25 * DAY: "in 25 days",
    26 * DAY: "in a month",
    46 * DAY: "in 2 months",
    319 * DAY: "in 10 months",
    320 * DAY: "in a year",
    547 * DAY: "in a year",
    548 * DAY: "in 2 years",
    -1: "1 second ago",
    -59: "a minute ago",
    -2 * HOUR: "2 hours ago",
    -7 * DAY: "7 days ago",
    -3_653 * DAY: "10 years ago",
}
ZONES = {
    "UTC": (UTC, "4:20 PM"),
    "east": (timezone(timedelta(hours=5, minutes=30)), "9:50 PM"),
    "west": (timezone(timedelta(hours=-17)), "11:20 PM"),
    "summer time": (ZoneInfo("Europe/Berlin"), "6:20 PM"),
}
NONE = (
    "<t:>", "<t:a>", "<t:1:x>", "<t:1:r>", "<t:1:RR>", "<t:1.5>", "<t:+1>", "<T:1>", "<t:1",
    f"<t:{LATEST + 1}>", f"<t:-{LATEST + 1}>", f"<t:{'9' * 400}>",
)  # fmt: skip
FAR = {
    0: "Thursday, January 1, 1970 at 12:00 AM",
    -1: "Wednesday, December 31, 1969 at 11:59 PM",
    253_402_300_799: "Friday, December 31, 9999 at 11:59 PM",
    253_402_300_800: "Saturday, January 1, 10000 at 12:00 AM",
    LATEST: "Saturday, September 13, 275760 at 12:00 AM",
    -LATEST: "Tuesday, April 20, -271821 at 12:00 AM",
}


@pytest.mark.parametrize(("style", "shown"), STYLES.items(), ids=STYLES)
def test_styles(style: str, shown: str) -> None:
    title = "Friday, April 2, 2021 at 4:20 PM"
    opening = f'<time class="timestamp" title="{title}" datetime="2021-04-02T16:20:05Z">'
    assert html(f"<t:{WHEN}:{style}>") == f"{opening}{shown}</time>"


def test_the_style_is_f_if_none_is_given() -> None:
    assert html(f"<t:{WHEN}>") == html(f"<t:{WHEN}:f>")


@pytest.mark.parametrize(("seconds", "shown"), AWAY.items(), ids=str)
def test_relative_ones_use_the_largest_unit_that_fits(seconds: float, shown: str) -> None:
    assert relative(seconds) == shown


@pytest.mark.parametrize(("zone", "shown"), ZONES.values(), ids=ZONES)
def test_a_reader_sees_their_own_time(zone: tzinfo, shown: str) -> None:
    assert Moment(WHEN, zone).shown("t", now=0) == shown


@pytest.mark.parametrize(("seconds", "shown"), FAR.items(), ids=str)
def test_the_calendar_goes_on_as_far_as_a_client_counts(seconds: int, shown: str) -> None:
    assert Moment(seconds).shown("F", now=0) == shown
    assert f">{shown}</time>" in html(f"<t:{seconds}:F>")


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=23)), timezone(timedelta(hours=-23))], ids=str)
@pytest.mark.parametrize("seconds", [LATEST, -LATEST, -62_135_596_800, 253_402_300_799])
def test_no_zone_takes_a_moment_out_of_the_calendar(seconds: int, zone: tzinfo) -> None:
    assert Moment(seconds, zone).shown("F", now=0)


@pytest.mark.parametrize("text", NONE, ids=lambda text: text[:20])
def test_what_is_no_timestamp_stays_as_it_is(text: str) -> None:
    assert html(text) == escaped(text)
