"""Scheduled events of guilds, and stages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock
from sandbox.permissions import Permission
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened
from tests.sandbox.rest.test_pictures import RED

GUILD_ONLY = discord.PrivacyLevel.guild_only


def at(clock: ManualClock, hours: float) -> datetime:
    return datetime.fromtimestamp(clock.now(), UTC) + timedelta(hours=hours)


async def test_an_event_outside_of_discord_is_planned_begun_and_ended(robo: HouseBot, clock: ManualClock) -> None:
    event = await robo.house.create_scheduled_event(
        name="Picnic",
        description="with cake",
        start_time=at(clock, 1),
        end_time=at(clock, 2),
        entity_type=discord.EntityType.external,
        privacy_level=GUILD_ONLY,
        location="The park",
        image=RED,
    )
    assert (await robo.until("scheduled_event_create")).name == "Picnic"
    assert (event.location, event.end_time, event.creator_id) == ("The park", at(clock, 2), robo.application_id)
    assert event.cover_image is not None
    await event.edit(name="Big picnic", reason="more people")
    before, after = await robo.until("scheduled_event_update")
    assert (before.name, after.name) == ("Picnic", "Big picnic")
    (listed,) = await robo.house.fetch_scheduled_events()
    assert (listed.name, listed.user_count) == ("Big picnic", 0)
    assert [user async for user in event.users()] == []
    await (await event.start()).end()
    assert (await robo.until("scheduled_event_update"))[1].status == discord.EventStatus.active
    assert (await robo.until("scheduled_event_update"))[1].status == discord.EventStatus.completed
    with pytest.raises(discord.NotFound, match="10070"):
        await robo.house.fetch_scheduled_event(event.id)
    actions = [entry.action.name async for entry in robo.house.audit_logs()]
    assert actions[-2:] == ["scheduled_event_update", "scheduled_event_create"]


async def test_an_event_in_a_voice_channel_moves_out_and_is_dropped(robo: HouseBot, clock: ManualClock) -> None:
    tower = robo.channel("tower")
    event = await robo.house.create_scheduled_event(
        name="Songs",
        start_time=at(clock, 1),
        channel=tower,
        entity_type=discord.EntityType.voice,
        privacy_level=GUILD_ONLY,
    )
    assert (event.channel, event.location) == (tower, None)
    moved = await event.edit(location="The hill", end_time=at(clock, 3), entity_type=discord.EntityType.external)
    assert (moved.channel, moved.location) == (None, "The hill")
    await event.cancel()
    assert (await robo.until("scheduled_event_update"))[0].name == "Songs"
    again = await robo.house.create_scheduled_event(
        name="x", start_time=at(clock, 1), channel=tower, entity_type=discord.EntityType.voice, privacy_level=GUILD_ONLY
    )
    await again.delete()
    assert (await robo.until("scheduled_event_delete")).id == again.id


def planned(clock: ManualClock, tower: str, **changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "name": "x",
        "privacy_level": 2,
        "entity_type": 2,
        "channel_id": tower,
        "scheduled_start_time": at(clock, 1).isoformat(),
    }
    return {**body, **changes}


OUTSIDE = {"entity_type": 3, "channel_id": None}


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"name": "x" * 100}, None, id="a name of 100"),
        pytest.param({"name": "x" * 101}, "name", id="a name of 101"),
        pytest.param({"name": None}, "name", id="no name"),
        pytest.param({"description": "x" * 1000}, None, id="a description of 1000"),
        pytest.param({"description": "x" * 1001}, "description", id="a description of 1001"),
        pytest.param({"privacy_level": 1}, "privacy_level", id="for everybody"),
        pytest.param({"entity_type": 4}, "entity_type", id="a kind that there is not"),
        pytest.param({"channel_id": None}, "channel_id", id="nowhere"),
        pytest.param({"scheduled_start_time": "2020-01-01T00:00:00Z"}, "scheduled_start_time", id="in the past"),
        pytest.param({"scheduled_end_time": "2020-01-01T00:00:00Z"}, "scheduled_end_time", id="an end before"),
        pytest.param(
            {**OUTSIDE, "entity_metadata": {"location": "x"}}, "scheduled_end_time", id="outside and without an end"
        ),
        pytest.param(
            {**OUTSIDE, "scheduled_end_time": "2090-01-01T00:00:00Z", "entity_metadata": {"location": "x" * 100}},
            None,
            id="a location of 100",
        ),
        pytest.param(
            {**OUTSIDE, "scheduled_end_time": "2090-01-01T00:00:00Z", "entity_metadata": {"location": "x" * 101}},
            "entity_metadata.location",
            id="a location of 101",
        ),
    ],
)
async def test_what_an_event_may_be(
    rest: HouseApi, clock: ManualClock, changes: dict[str, Any], where: str | None
) -> None:
    tower = (await rest.channel("tower")).rpartition("/")[2]
    answer = await rest("POST", await rest.guild("/scheduled-events"), planned(clock, tower, **changes))
    assert answer.status == (200 if where is None else 400)
    assert where is None or len(answer.found(*where.split("."))) >= 1


async def test_events_go_on_in_order_and_a_hundred_are_the_most(rest: HouseApi, clock: ManualClock) -> None:
    tower = (await rest.channel("tower")).rpartition("/")[2]
    path = await rest.guild("/scheduled-events")
    made = [await rest("POST", path, planned(clock, tower)) for _ in range(101)]
    assert [answer.status for answer in made] == [200] * 100 + [400]
    assert made[-1].code == 30038
    first = f"{path}/{made[0].body['id']}"
    assert (await rest("PATCH", first, {"status": 3})).found("status") == ["BASE_TYPE_CHOICES"]
    assert (await rest("PATCH", first, {"status": 2})).body["status"] == 2
    assert (await rest("PATCH", first, {"status": 4})).found("status") == ["BASE_TYPE_CHOICES"]
    assert (await rest("PATCH", first, {"status": 3})).body["status"] == 3
    assert (await rest("PATCH", first, {"name": "y"})).code == 10070
    wrong = planned(clock, (await rest.channel("hall")).rpartition("/")[2])
    assert (await rest("POST", path, wrong)).code == 50024
    assert (await rest("POST", path, planned(clock, "1"))).code == 10003
    await rest("DELETE", await rest.channel("tower"))
    assert (await rest("GET", path)).body == []


async def test_a_stage_is_opened_renamed_and_closed(robo: HouseBot) -> None:
    channel = await robo.house.create_stage_channel("stage")
    stage = await channel.create_instance(topic="Talk")
    assert (await robo.until("stage_instance_create")).topic == "Talk"
    assert channel.instance == stage
    await stage.edit(topic="More talk")
    assert (await robo.until("stage_instance_update"))[1].topic == "More talk"
    assert (await channel.fetch_instance()).topic == "More talk"
    with pytest.raises(discord.HTTPException, match="150006"):
        await channel.create_instance(topic="Again")
    await stage.delete()
    assert (await robo.until("stage_instance_delete")).id == stage.id
    with pytest.raises(discord.NotFound, match="10067"):
        await channel.fetch_instance()


async def test_a_topic_is_up_to_120_characters_and_a_stage_is_a_stage(rest: HouseApi) -> None:
    made = (await rest("POST", await rest.guild("/channels"), {"name": "stage", "type": 13})).body["id"]
    long = await rest("POST", "/stage-instances", {"channel_id": made, "topic": "x" * 121})
    assert long.found("topic") == ["BASE_TYPE_BAD_LENGTH"]
    assert (await rest("POST", "/stage-instances", {"channel_id": made, "topic": "x" * 120})).status == 200
    hall = (await rest.channel("hall")).rpartition("/")[2]
    assert (await rest("POST", "/stage-instances", {"channel_id": hall, "topic": "x"})).code == 50024
    assert (await rest("POST", "/stage-instances", {"channel_id": "1", "topic": "x"})).code == 10003


async def test_events_and_stages_need_their_permissions(clock: ManualClock) -> None:
    lacking = Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS | Permission.MUTE_MEMBERS
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        tower = (await rest.channel("tower")).rpartition("/")[2]
        assert (await rest("POST", await rest.guild("/scheduled-events"), planned(clock, tower))).code == 50013
        made = (await rest("POST", await rest.guild("/channels"), {"name": "stage", "type": 13})).body["id"]
        assert (await rest("POST", "/stage-instances", {"channel_id": made, "topic": "x"})).code == 50013
