"""Threads that nobody writes in are archived, after as long as each of them says."""

from pathlib import Path

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.keeping import load
from tests.sandbox.houses import HOUSE, HouseApi, HouseBot

HOUR = 3600.0


async def test_an_inactive_thread_is_archived_and_everybody_hears(
    robo: HouseBot, paul: Person, clock: ManualClock
) -> None:
    await paul.create_thread("hall", "short", auto_archive_duration=60)
    clock.move(HOUR)
    _, after = await robo.until("thread_update")
    assert (after.name, after.archived) == ("short", True)


async def test_every_message_keeps_a_thread_open(rest: HouseApi, paul: Person, clock: ManualClock) -> None:
    made = await paul.create_thread("hall", "short", auto_archive_duration=60)
    for _ in range(3):
        clock.move(HOUR - 1)
        await paul.say("short", "still here")
    assert not (await rest("GET", f"/channels/{made.id}")).body["thread_metadata"]["archived"]
    clock.move(HOUR)
    assert (await rest("GET", f"/channels/{made.id}")).body["thread_metadata"]["archived"]
    await paul.say("short", "again")
    clock.move(HOUR)
    assert (await rest("GET", f"/channels/{made.id}")).body["thread_metadata"]["archived"]


async def test_a_longer_duration_begins_when_it_is_set(rest: HouseApi, paul: Person, clock: ManualClock) -> None:
    made = await paul.create_thread("hall", "short", auto_archive_duration=60)
    clock.move(HOUR - 1)
    await paul.change_thread(made, auto_archive_duration=1440)
    clock.move(24 * HOUR - 1)
    assert not (await rest("GET", f"/channels/{made.id}")).body["thread_metadata"]["archived"]
    clock.move(1)
    assert (await rest("GET", f"/channels/{made.id}")).body["thread_metadata"]["archived"]


async def test_a_post_at_the_top_stays_open(rest: HouseApi, clock: ManualClock) -> None:
    post = await rest.thread("how to")
    assert (await rest("PATCH", post, {"flags": 2})).body["flags"] == 2
    clock.move(30 * 24 * HOUR)
    assert not (await rest("GET", post)).body["thread_metadata"]["archived"]
    assert (await rest("PATCH", post, {"archived": True})).body["flags"] == 0


async def test_a_deleted_thread_is_not_looked_at_again(paul: Person, mona: Person, clock: ManualClock) -> None:
    made = await paul.create_thread("hall", "short", auto_archive_duration=60)
    await mona.delete_thread(made)
    clock.move(2 * HOUR)


async def test_a_world_that_was_kept_for_long_begins_as_it_was(tmp_path: Path, clock: ManualClock) -> None:
    async with (
        Sandbox(world=HOUSE, data=tmp_path, clock=clock, limits=False) as sandbox,
        Person.join(sandbox.url, "olga") as olga,
    ):
        await olga.create_thread("hall", "short", auto_archive_duration=60)
        await olga.create_thread("help", "a", content="b", tags=["open"])
        await olga.time_out("House", "paul", HOUR)
        await olga.ban("House", "mona", reason="why")
        before = sandbox._core.store.guilds
    saved = load(tmp_path)
    assert saved is not None
    assert saved.store.guilds == before
    later = ManualClock(clock.now() + 10 * 24 * HOUR)
    async with Sandbox(data=tmp_path, clock=later, limits=False) as sandbox, Person.join(sandbox.url, "paul") as paul:
        thread = next(each for each in sandbox._core.store.channels.values() if each.name == "short").thread
        assert thread is not None
        assert not thread.archived
        later.move(HOUR)
        assert thread.archived
        assert (await paul.say("hall", "the timeout is over")).content
