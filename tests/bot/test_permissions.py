"""Who operates a bot: its owner or the members of its team, and those in the setting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.permissions import is_operator

OWNER, MEMBER, NAMED, STRANGER = (SimpleNamespace(id=number) for number in range(1, 5))
OWNED = SimpleNamespace(owner=OWNER, team=None)
TEAM = SimpleNamespace(owner=OWNER, team=SimpleNamespace(members=[MEMBER]))


@pytest.mark.parametrize(
    ("application", "operators"),
    [
        pytest.param(OWNED, [OWNER, NAMED], id="an owner"),
        pytest.param(TEAM, [MEMBER, NAMED], id="a team, whose owner on paper is no person"),
        pytest.param(None, [NAMED], id="not known yet"),
    ],
)
def test_who_operates_the_bot(application: Any, operators: list[Any]) -> None:
    bot: Any = SimpleNamespace(application=application, settings=SimpleNamespace(operator_ids=(NAMED.id,)))

    assert [person for person in (OWNER, MEMBER, NAMED, STRANGER) if is_operator(bot, person)] == operators
