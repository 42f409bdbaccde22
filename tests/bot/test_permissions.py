"""Who operates a bot: its owner or the members of its team, and those in the setting."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from discord import TeamMemberRole, TeamMembershipState

from bot.permissions import is_operator

OWNER, MEMBER, INVITED, READER, NAMED, STRANGER = (SimpleNamespace(id=number) for number in range(1, 7))
EVERYBODY = (OWNER, MEMBER, INVITED, READER, NAMED, STRANGER)


def member(person: Any, *, accepted: bool = True, role: TeamMemberRole = TeamMemberRole.developer) -> Any:
    state = TeamMembershipState.accepted if accepted else TeamMembershipState.invited
    return SimpleNamespace(id=person.id, membership_state=state, role=role)


OWNED = SimpleNamespace(owner=OWNER, team=None)
TEAM = SimpleNamespace(
    owner=OWNER,
    team=SimpleNamespace(
        members=[member(MEMBER), member(INVITED, accepted=False), member(READER, role=TeamMemberRole.read_only)]
    ),
)


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

    assert [person for person in EVERYBODY if is_operator(bot, person)] == operators
