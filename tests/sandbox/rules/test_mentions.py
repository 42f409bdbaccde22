"""Who is pinged: a table of texts and of what they may ping."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.form import Form
from sandbox.rules.mentions import EVERYTHING, pings, read_allowed_mentions
from sandbox.state import Pings

TEXT = "<@1> <@!2> <@&3> @everyone"


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        pytest.param(None, Pings((1, 2, 9), (3,), True), id="left out: everything"),
        pytest.param({}, Pings(), id="empty: nothing"),
        pytest.param({"parse": []}, Pings(), id="nothing parsed"),
        pytest.param({"parse": ["users"]}, Pings((1, 2)), id="users parsed"),
        pytest.param({"users": ["2"]}, Pings((2,)), id="users listed"),
        pytest.param({"roles": ["3"]}, Pings((), (3,)), id="roles listed"),
        pytest.param({"parse": ["everyone"]}, Pings((), (), True), id="everyone parsed"),
        pytest.param({"parse": [], "replied_user": True}, Pings((9,)), id="only whom it answers"),
    ],
)
def test_allowed_mentions(allowed: dict[str, Any] | None, expected: Pings) -> None:
    read = read_allowed_mentions(Form(), allowed) or EVERYTHING
    assert pings(TEXT, read, replied_to=9, may_ping_everyone=True) == expected


@pytest.mark.parametrize(
    "text", ["`<@1>`", "```\n<@1>\n```", "``a ` <@1>``", "<@x>", "<#1>"], ids=lambda text: repr(text)
)
def test_code_and_other_things_ping_nobody(text: str) -> None:
    assert pings(text, EVERYTHING, replied_to=None, may_ping_everyone=True) == Pings()


def test_everyone_needs_the_permission() -> None:
    assert not pings("@here", EVERYTHING, replied_to=None, may_ping_everyone=False).everyone


@pytest.mark.parametrize(
    "body",
    [
        {"parse": ["users"], "users": ["1"]},
        {"parse": ["friends"]},
        {"users": [str(number) for number in range(101)]},
    ],
)
def test_contradictions_are_refused(body: dict[str, Any]) -> None:
    form = Form()
    read_allowed_mentions(form, body)
    with pytest.raises(DiscordError):
        form.done()
