"""Every limit of interactions and commands that Discord documents, on both of its sides."""

from typing import Any

import pytest

from sandbox import ManualClock
from sandbox.rules.commands import command_size
from tests.sandbox.limits.conftest import Bot
from tests.sandbox.raw import Answer, Api


@pytest.fixture
def limits() -> bool:
    return False


def choices(number: int, **changes: Any) -> dict[str, Any]:
    return {"choices": [{"name": f"c{n}", "value": f"v{n}", **changes} for n in range(number)]}


def option(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"o{number}", "description": "d", **changes}


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "n", "description": "d", **changes}


def of_size(size: int) -> dict[str, Any]:
    """A command with so many characters in its names, descriptions and values."""
    full = [{"name": f"{number:0100}", "value": "x" * 100} for number in range(25)]
    body = command(options=[option(0, choices=full), option(1, choices=full[:14])])
    rest = size - command_size(body)
    body["options"][1]["choices"] = [*full[:14], {"name": "x" * (rest - 100), "value": "x" * 100}]
    return body


async def test_the_first_response_is_due_in_three_seconds(bot: Bot, clock: ManualClock) -> None:
    in_time, late = await bot.asked(), await bot.asked()
    clock.move(3)
    assert (await in_time.respond(4, {"content": "x"})).status == 204
    clock.move(0.001)
    refused = await late.respond(4, {"content": "x"})
    assert (refused.status, refused.code) == (404, 10062)


async def test_deferring_buys_the_time(bot: Bot, clock: ManualClock) -> None:
    asked = await bot.asked()
    clock.move(3)
    await asked.respond(5)
    clock.move(10 * 60)
    assert (await asked.hook("PATCH", "/messages/@original", {"content": "x"})).status == 200


async def test_a_second_first_response_is_refused(bot: Bot) -> None:
    asked = await bot.asked()
    assert (await asked.respond(5)).status == 204
    refused = await asked.respond(5)
    assert (refused.status, refused.code) == (400, 40060)


async def test_the_token_lives_fifteen_minutes(bot: Bot, clock: ManualClock) -> None:
    asked = await bot.asked()
    await asked.respond(4, {"content": "x"})
    clock.move(15 * 60)
    assert (await asked.hook("POST", "", {"content": "y"})).status == 200
    clock.move(0.001)
    refused = await asked.hook("POST", "", {"content": "y"})
    assert (refused.status, refused.code) == (401, 50027)


@pytest.mark.parametrize(
    ("fits", "too_much", "where"),
    [
        pytest.param(choices(25), choices(26), ("choices",), id="25 choices"),
        pytest.param(choices(1, name="x" * 100), choices(1, name="x" * 101), ("choices", 0, "name"), id="name of 100"),
        pytest.param(
            choices(1, value="x" * 100), choices(1, value="x" * 101), ("choices", 0, "value"), id="value of 100"
        ),
    ],
)
async def test_autocomplete_has_limits(
    bot: Bot, fits: dict[str, Any], too_much: dict[str, Any], where: tuple[str | int, ...]
) -> None:
    asked = await bot.asked(focused="name")
    refused = await asked.respond(8, too_much)
    assert (refused.status, refused.code) == (400, 50035)
    assert refused.found("data", *where)
    assert (await asked.respond(8, fits)).status == 204


COMMANDS = {
    "25 options": (
        command(options=[option(n) for n in range(25)]),
        command(options=[option(n) for n in range(26)]),
        ("options",),
    ),
    "8,000 characters": (of_size(8000), of_size(8001), ()),
    "name of at least 1": (command(name="x"), command(name=""), ("name",)),
    "name of at most 32": (command(name="x" * 32), command(name="x" * 33), ("name",)),
    "name in lower case": (command(name="abc"), command(name="aBc"), ("name",)),
    "description of at least 1": (command(description="x"), command(description=""), ("description",)),
    "description of at most 100": (command(description="x" * 100), command(description="x" * 101), ("description",)),
    "option's name of 32": (
        command(options=[option(name="x" * 32)]),
        command(options=[option(name="x" * 33)]),
        ("options", 0, "name"),
    ),
    "option's description of 100": (
        command(options=[option(description="x" * 100)]),
        command(options=[option(description="x" * 101)]),
        ("options", 0, "description"),
    ),
}


@pytest.mark.parametrize(("fits", "too_much", "where"), COMMANDS.values(), ids=COMMANDS.keys())
async def test_a_command_has_limits(
    api: Api, fits: dict[str, Any], too_much: dict[str, Any], where: tuple[str | int, ...]
) -> None:
    path = f"{await api.application()}/commands"
    refused = await api("POST", path, too_much)
    assert (refused.status, refused.code) == (400, 50035)
    assert refused.found(*where)
    assert (await api("POST", path, fits)).status == 201


async def test_an_application_has_a_hundred_global_commands(api: Api) -> None:
    path = f"{await api.application()}/commands"
    hundred = [command(name=f"n{number}") for number in range(100)]

    def refused(answer: Answer) -> bool:
        return (answer.status, answer.code) == (400, 30032)

    assert (await api("PUT", path, hundred)).status == 200
    assert refused(await api("POST", path, command(name="more")))
    assert refused(await api("PUT", path, [*hundred, command(name="more")]))
    assert len((await api("GET", path)).body) == 100
    assert (await api("POST", path, command(name="n0", description="again"))).status == 200
