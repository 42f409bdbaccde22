"""Worlds by name and from files."""

from pathlib import Path

import pytest

from sandbox import Channel
from sandbox.describing import WorldError, find_world
from sandbox.world import TOWN, WORKSHOP

OFFICE = """
bot = "Robo"
owner = "eve"
people = [{name = "eve"}, {name = "bob", roles = ["staff"]}]

[[guilds]]
name = "Office"
owner = "eve"
channels = ["lobby", {name = "staff room", private_to = ["staff"]}]
roles = [{name = "staff", permissions = 32}]
threads = [{name = "lunch", parent = "lobby"}]
"""


def test_a_world_that_comes_with_the_sandbox_has_a_name() -> None:
    assert find_world("workshop") is WORKSHOP
    assert find_world("town") is TOWN


def test_a_world_can_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "office.toml"
    path.write_text(OFFICE)

    world = find_world(str(path))

    assert (world.bot, world.people[1].roles, world.guilds[0].threads[0].parent) == ("Robo", ("staff",), "lobby")
    assert world.guilds[0].channels == ("lobby", Channel("staff room", private_to=("staff",)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("bot = ", "Invalid value", id="no TOML"),
        pytest.param(
            OFFICE.replace('owner = "eve"', "owner = 5", 1), "owner: Input should be a valid string", id="kind"
        ),
        pytest.param(OFFICE.replace('bot = "Robo"', ""), "bot: ", id="missing"),
        pytest.param(OFFICE.replace('parent = "lobby"', 'parent = "attic"'), "attic", id="contradiction"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "office.toml"
    path.write_text(text)

    with pytest.raises(WorldError, match=expected):
        find_world(str(path))


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(WorldError, match="only workshop, town"):
        find_world("nowhere")
