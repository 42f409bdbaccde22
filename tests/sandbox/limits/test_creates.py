"""Two hundred new commands a day, for each guild and for everywhere."""

from typing import Any

import pytest

from sandbox import Limits, ManualClock
from tests.sandbox.raw import Api

DAY = 86_400


@pytest.fixture
def limits() -> Limits:
    """Without buckets and without the limit over everything, which would be met long before."""
    return Limits(table=(), per_second=10_000)


def command(number: int, **changes: Any) -> dict[str, Any]:
    return {"name": f"c{number}", "description": "d", **changes}


async def _fill(api: Api, path: str, total: int = 200) -> None:
    """Creates so many commands with names that are new each time."""
    for start in range(0, total, 100):
        bodies = [command(number) for number in range(start, min(total, start + 100))]
        assert (await api("PUT", path, bodies)).status == 200


async def test_the_two_hundred_and_first_new_command_of_a_day_is_refused(api: Api, clock: ManualClock) -> None:
    path = f"{await api.application()}/commands"
    await _fill(api, path, 199)
    await api("PUT", path, [])
    assert (await api("POST", path, command(200))).status == 201
    refused = await api("POST", path, command(201))
    assert (refused.status, refused.body) == (
        429,
        {
            "message": "Max number of daily application command creates has been reached (200)",
            "retry_after": 432.0,
            "global": False,
            "code": 30034,
        },
    )
    assert refused.headers["X-RateLimit-Scope"] == "shared"
    assert len((await api("GET", path)).body) == 1
    clock.move(432)
    assert (await api("POST", path, command(201))).status == 201
    assert (await api("POST", path, command(202))).status == 429
    clock.move(DAY)
    await _fill(api, path)


async def test_a_name_that_is_there_is_no_new_command(api: Api) -> None:
    path = f"{await api.application()}/commands"
    await _fill(api, path)
    assert (await api("POST", path, command(199, description="other"))).status == 200
    bodies = [command(number, description="other") for number in range(100, 200)]
    assert (await api("PUT", path, bodies)).status == 200
    assert (await api("PUT", path, [*bodies[:-1], command(200)])).status == 429
    assert [each["name"] for each in (await api("GET", path)).body] == [body["name"] for body in bodies]


async def test_guilds_and_everywhere_are_counted_apart(api: Api) -> None:
    application = await api.application()
    await _fill(api, f"{application}/commands")
    path = f"{application}/guilds/{await api.guild_id()}/commands"
    await _fill(api, path)
    await api("PUT", path, [])
    assert (await api("POST", path, command(201))).status == 429


@pytest.mark.parametrize("limits", [False], ids=["off"])
async def test_without_limits_nobody_counts(api: Api) -> None:
    path = f"{await api.application()}/commands"
    await _fill(api, path, 300)
