"""Pruning, and guilds that shut their doors."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox import ManualClock
from sandbox.permissions import Permission
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


async def test_nobody_is_inactive(robo: HouseBot) -> None:
    assert await robo.house.estimate_pruned_members(days=7) == 0
    assert await robo.house.prune_members(days=7, compute_prune_count=True) == 0
    assert await robo.house.prune_members(days=7, compute_prune_count=False) is None
    assert len(robo.house.members) == 5


@pytest.mark.parametrize(("days", "status"), [(0, 400), (1, 200), (30, 200), (31, 400), ("x", 400)])
async def test_an_absence_is_up_to_thirty_days(rest: HouseApi, days: Any, status: int) -> None:
    assert (await rest("GET", await rest.guild("/prune"), params={"days": days})).status == status


async def test_a_guild_takes_no_invites_for_a_while(robo: HouseBot, clock: ManualClock) -> None:
    until = datetime.fromtimestamp(clock.now(), UTC) + timedelta(hours=24)
    await robo.house.edit(invites_disabled_until=until)
    assert (await robo.until("guild_update"))[1].invites_paused_until == until
    await robo.house.edit(dms_disabled_until=until, invites_disabled_until=None)
    _, after = await robo.until("guild_update")
    assert (after.invites_paused_until, after.dms_paused_until) == (None, until)


async def test_doors_are_shut_for_a_day_at_most(rest: HouseApi, clock: ManualClock) -> None:
    later = (datetime.fromtimestamp(clock.now(), UTC) + timedelta(hours=24, seconds=1)).isoformat()
    refused = await rest("PUT", await rest.guild("/incident-actions"), {"dms_disabled_until": later})
    assert len(refused.found("dms_disabled_until")) == 1


@pytest.mark.parametrize(
    ("lacking", "method", "path"),
    [
        (Permission.MANAGE_GUILD, "GET", "/prune"),
        (Permission.KICK_MEMBERS, "GET", "/prune"),
        (Permission.KICK_MEMBERS, "POST", "/prune"),
        (Permission.MANAGE_GUILD, "PUT", "/incident-actions"),
    ],
)
async def test_each_needs_its_permission(clock: ManualClock, lacking: Permission, method: str, path: str) -> None:
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        body = None if method == "GET" else {}
        assert (await rest(method, await rest.guild(path), body)).code == 50013
