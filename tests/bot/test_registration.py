"""Registration: what Discord adds to a definition by itself is no change of it."""

import copy
from typing import Any

import pytest

from bot.registration import _by_name

OURS: dict[str, Any] = {
    "type": 1,
    "name": "settings",
    "description": "Defaults",
    "default_member_permissions": 32,
    "dm_permission": False,
    "nsfw": False,
    "contexts": [0],
    "integration_types": None,
    "options": [
        {
            "type": 1,
            "name": "model",
            "description": "A model",
            "options": [{"type": 3, "name": "name", "description": "Which", "required": True, "autocomplete": True}],
        }
    ],
}


def registered(**changes: Any) -> dict[str, Any]:
    """The same command as Discord lists it."""
    command = copy.deepcopy(OURS)
    command |= {"id": "7", "application_id": "1", "version": "3", "default_member_permissions": "32"}
    command |= {"integration_types": [0], "name_localizations": None, "description_localizations": None}
    return command | changes


def test_what_discord_adds_is_no_change() -> None:
    assert _by_name([OURS]) == _by_name([registered()])


def test_the_order_of_commands_is_no_change() -> None:
    other = OURS | {"name": "other"}

    assert _by_name([OURS, other]) == _by_name([other, registered()])


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"description": "Other"}, id="description"),
        pytest.param({"options": []}, id="options"),
        pytest.param({"default_member_permissions": None}, id="permissions"),
        pytest.param({"contexts": [0, 1]}, id="contexts"),
    ],
)
def test_what_we_say_differently_is_a_change(changes: dict[str, Any]) -> None:
    assert _by_name([OURS]) != _by_name([registered(**changes)])


def test_a_command_more_or_less_is_a_change() -> None:
    assert _by_name([OURS]) != _by_name([])
