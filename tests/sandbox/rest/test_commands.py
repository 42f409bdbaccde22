"""Registering commands: limits, identity, and what comes back."""

from typing import Any

import pytest

from sandbox.rules.commands import command_size
from tests.sandbox.raw import Answer, Api


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "model", "description": "d", **changes}


def option(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"o{number}", "description": "d", **changes}


def choice(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"name": f"c{number}", "value": str(number), **changes}


def of_size(size: int) -> dict[str, Any]:
    """A command with so many characters in its names, descriptions and values."""
    full = [choice(number, name="x" * 100, value="x" * 100) for number in range(25)]
    body = command(options=[option(0, choices=full), option(1, choices=full[:14])])
    rest = size - command_size(body)
    padding = choice(99, name="x" * (rest - 100), value="x" * 100)
    body["options"][1]["choices"] = [*full[:14], padding]
    assert command_size(body) == size
    return body


async def _post(api: Api, body: dict[str, Any]) -> Answer:
    return await api("POST", f"{await api.application()}/commands", body)


FITS = {
    "name of 32": command(name="x" * 32),
    "name in another script": command(name="模型"),
    "description of 100": command(description="x" * 100),
    "25 options": command(options=[option(number) for number in range(25)]),
    "25 choices": command(options=[option(choices=[choice(number) for number in range(25)])]),
    "choice of 100": command(options=[option(choices=[choice(name="x" * 100, value="x" * 100)])]),
    "8000 characters": of_size(8000),
    "group with subcommand": command(options=[option(type=2, options=[option(type=1, options=[option()])])]),
    "context menu": {"name": "Ask about this", "type": 3},
}
DOES_NOT_FIT = {
    "name of 33": command(name="x" * 33),
    "empty name": command(name=""),
    "upper case": command(name="Model"),
    "space in name": command(name="a b"),
    "no description": {"name": "model"},
    "description of 101": command(description="x" * 101),
    "26 options": command(options=[option(number) for number in range(26)]),
    "26 choices": command(options=[option(choices=[choice(number) for number in range(26)])]),
    "choice name of 101": command(options=[option(choices=[choice(name="x" * 101)])]),
    "choice value of 101": command(options=[option(choices=[choice(value="x" * 101)])]),
    "choices and autocomplete": command(options=[option(choices=[choice()], autocomplete=True)]),
    "choices of a boolean": command(options=[option(type=5, choices=[choice()])]),
    "option type 12": command(options=[option(type=12)]),
    "same option twice": command(options=[option(), option()]),
    "required after optional": command(options=[option(0), option(1, required=True)]),
    "subcommand beside an option": command(options=[option(0, type=1), option(1)]),
    "group in a group": command(options=[option(type=2, options=[option(type=2)])]),
    "subcommand in a subcommand": command(options=[option(type=1, options=[option(type=1)])]),
    "8001 characters": of_size(8001),
    "option in a group": command(options=[option(type=2, options=[option()])]),
    "context menu with description": {"name": "Ask", "type": 3, "description": "d"},
    "type 9": command(type=9),
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS.keys())
async def test_it_is_registered(api: Api, body: dict[str, Any]) -> None:
    answer = await _post(api, body)
    assert (answer.status, answer.body["name"]) == (201, body["name"])


@pytest.mark.parametrize("body", DOES_NOT_FIT.values(), ids=DOES_NOT_FIT.keys())
async def test_it_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = await _post(api, body)
    assert (answer.status, answer.code) == (400, 50035)


async def test_a_name_that_is_taken_is_overwritten_in_place(api: Api) -> None:
    first = await _post(api, command())
    second = await _post(api, command(description="other"))
    assert (first.status, second.status) == (201, 200)
    assert first.body["id"] == second.body["id"]
    assert first.body["version"] != second.body["version"]
    third = await _post(api, command(description="other"))
    assert third.body == second.body


async def test_bulk_overwrite_removes_the_rest_and_keeps_ids(api: Api) -> None:
    path = f"{await api.application()}/commands"
    first = (await api("PUT", path, [command(), command(name="gone")])).body
    second = (await api("PUT", path, [command(), command(name="new")])).body
    assert [each["name"] for each in (await api("GET", path)).body] == ["model", "new"]
    assert first[0] == second[0]
    twice = await api("PUT", path, [command(), command()])
    assert twice.found(1) == ["APPLICATION_COMMANDS_DUPLICATE_NAME"]
    wrong = await api("PUT", path, [command(), command(name="")])
    assert wrong.found(1, "name") == ["BASE_TYPE_BAD_LENGTH"]
    assert (await api("PUT", path, {})).status == 400


async def test_there_are_at_most_a_hundred_slash_commands(api: Api) -> None:
    path = f"{await api.application()}/commands"
    full = [command(name=f"c{number}") for number in range(100)]
    assert (await api("PUT", path, full)).status == 200
    assert (await _post(api, command(name="c1", description="changed"))).status == 200
    answer = await _post(api, command(name="one-more"))
    assert (answer.status, answer.code) == (400, 30032)
    assert (await api("PUT", path, [*full, command(name="one-more")])).code == 30032


async def test_a_command_is_fetched_changed_and_deleted(api: Api) -> None:
    made = (await _post(api, command(options=[option(required=False, min_length=0)]))).body
    assert made["options"] == [option(min_length=0)]
    assert (made["default_member_permissions"], made["dm_permission"]) == (None, True)
    path = f"{await api.application()}/commands/{made['id']}"
    assert (await api("GET", path)).body == made
    changed = (await api("PATCH", path, {"description": "new"})).body
    assert (changed["description"], changed["options"]) == ("new", made["options"])
    assert (await api("PATCH", path, {"description": ""})).code == 50035
    assert (await api("DELETE", path)).status == 204
    for method in ("GET", "DELETE"):
        answer = await api(method, path)
        assert (answer.status, answer.code) == (404, 10063)


async def test_guild_commands_are_a_scope_of_their_own(api: Api) -> None:
    application = await api.application()
    path = f"{application}/guilds/{await api.guild_id()}/commands"
    made = await api("POST", path, command())
    assert made.body["guild_id"] == await api.guild_id()
    assert (await api("GET", f"{application}/commands")).body == []
    assert (await api("GET", f"{application}/guilds/1/commands")).code == 50001
    assert (await api("GET", "/applications/1/commands")).code == 10002
