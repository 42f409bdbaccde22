"""How every TurnStore behaves: the one in memory and the one in the database."""

import pytest

from tinyllm.memory import Author, MemoryTurns, Turn, TurnState, TurnStore
from tinyllm.memory.turns import MOST_PINNED, Excerpt
from tinyllm.models.backend import Role
from tinyllm.scopes import EVERYWHERE, Scope, channel_scope, guild_scope
from tinyllm.storage import Database, TurnTable

HERE = channel_scope(1, within=guild_scope(9))
THERE = channel_scope(2, within=guild_scope(9))


@pytest.fixture(params=["memory", "database"])
def store(request: pytest.FixtureRequest, database: Database) -> TurnStore:
    return MemoryTurns() if request.param == "memory" else TurnTable(database)


def turn(text: str, *message_ids: int) -> Turn:
    return Turn(Role.USER, text, Author("7", "Ann"), message_ids=message_ids, said_at=1.5)


async def texts(store: TurnStore, scope: Scope) -> list[str]:
    return [kept.text async for kept in store.newest(scope)]


async def test_a_new_scope_is_empty(store: TurnStore) -> None:
    assert await texts(store, HERE) == []
    assert await store.clear(HERE) == 0


async def test_turns_come_back_newest_first_and_scopes_are_kept_apart(store: TurnStore) -> None:
    for text, scope in (("a", HERE), ("b", THERE), ("c", HERE), ("d", EVERYWHERE)):
        await store.append(scope, turn(text))
    assert await texts(store, HERE) == ["c", "a"]
    assert await texts(store, THERE) == ["b"]
    assert await texts(store, EVERYWHERE) == ["d"]


async def test_a_scope_is_the_same_wherever_it_is_said_to_lie(store: TurnStore) -> None:
    await store.append(HERE, turn("a"))
    assert await texts(store, channel_scope(1)) == ["a"]


async def test_everything_about_a_turn_is_kept(store: TurnStore) -> None:
    asked = Turn(Role.USER, "Grüße\n 🌍 '; DROP TABLE turns; --", Author("7", "Änn"), said_at=1_800_000_000.25)
    answer = Turn(
        Role.ASSISTANT,
        "",
        model="qwen3:8b",
        state=TurnState.INTERRUPTED,
        prompt_tokens=0,
        answer_tokens=7,
        said_at=2.0,
    )
    stored = [await store.append(HERE, one) for one in (asked, answer)]
    assert [kept async for kept in store.newest(HERE)] == stored[::-1]
    assert [(kept.text, kept.author, kept.state) for kept in stored] == [
        (one.text, one.author, one.state) for one in (asked, answer)
    ]


async def test_ids_grow_and_are_never_used_again(store: TurnStore) -> None:
    first = (await store.append(HERE, turn("a"))).id
    second = (await store.append(THERE, turn("b"))).id
    await store.clear(HERE)
    await store.clear(THERE)
    third = (await store.append(HERE, turn("c"))).id
    assert None not in (first, second, third)
    assert first < second < third  # type: ignore[operator]


@pytest.mark.parametrize("count", [50, 51])
async def test_more_turns_than_a_batch_are_read_in_order(store: TurnStore, count: int) -> None:
    for number in range(count):
        await store.append(HERE, turn(str(number)))
    assert await texts(store, HERE) == [str(number) for number in reversed(range(count))]


async def test_reading_may_stop_anywhere_and_others_may_write_meanwhile(store: TurnStore) -> None:
    for number in range(55):
        await store.append(HERE, turn(str(number)))
    reading = store.newest(HERE)
    seen = [(await anext(reading)).text]
    await store.append(HERE, turn("later"))
    seen.extend([(await anext(reading)).text for _ in range(50)])
    await reading.aclose()
    assert seen == [str(number) for number in range(54, 3, -1)]
    assert (await texts(store, HERE))[0] == "later"


async def test_clearing_forgets_one_scope_and_counts(store: TurnStore) -> None:
    for text, scope in (("a", HERE), ("b", THERE), ("c", HERE)):
        await store.append(scope, turn(text, hash(text) % 1000))
    assert await store.clear(HERE) == 2
    assert await texts(store, HERE) == []
    assert await texts(store, THERE) == ["b"]
    assert await store.clear(HERE) == 0


async def test_the_same_message_may_be_asked_about_twice(store: TurnStore) -> None:
    await store.append(HERE, turn("a", 5))
    await store.append(HERE, turn("again", 5, 5, 6))
    assert await texts(store, HERE) == ["again", "a"]


async def test_messages_can_be_attached_later_and_twice(store: TurnStore) -> None:
    stored = await store.append(HERE, turn("a", 5))
    assert stored.id is not None
    await store.attach(stored.id, [6, 7])
    await store.attach(stored.id, [7, 8])
    await store.attach(stored.id, [])
    assert await texts(store, HERE) == ["a"]


async def test_attaching_to_a_turn_that_was_cleared_does_nothing(store: TurnStore) -> None:
    stored = await store.append(HERE, turn("a", 5))
    assert stored.id is not None
    await store.clear(HERE)
    await store.attach(stored.id, [6])
    assert await texts(store, HERE) == []


async def test_a_turn_tells_the_messages_that_it_came_from_or_went_to(store: TurnStore) -> None:
    one = await store.append(HERE, turn("a", 11))
    other = await store.append(HERE, turn("b", 12, 13))
    assert one.id is not None
    await store.attach(one.id, [14])

    assert [kept.message_ids async for kept in store.newest(HERE)] == [(12, 13), (11, 14)]
    assert other.message_ids == (12, 13)


# Excerpts and pins


async def filled(store: TurnStore, count: int) -> list[Turn]:
    """Turns of a conversation with those of another one between them; their ids are all that is told of messages."""
    kept = []
    for number in range(count):
        kept.append(await store.append(HERE, turn(str(number))))
        await store.append(THERE, turn("other"))
    return kept


async def pinned(store: TurnStore, scope: Scope) -> list[str]:
    return [kept.text for kept in (await store.excerpt(scope, 0)).pinned]


async def test_an_excerpt_is_what_was_asked_for_newest_first(store: TurnStore) -> None:
    kept = await filled(store, 6)
    newest = kept[::-1]

    async def turns(limit: int, since: int = 0, before: int | None = None) -> list[Turn]:
        return (await store.excerpt(HERE, limit, since=since, before=before)).turns

    assert await turns(99) == newest
    assert await turns(2) == newest[:2]
    assert await turns(0) == []
    assert await turns(99, since=kept[2].id or 0) == newest[:4]
    assert await turns(99, before=kept[2].id) == newest[4:]
    assert await turns(2, since=kept[1].id or 0, before=kept[5].id) == newest[1:3]
    assert await store.excerpt(EVERYWHERE, 9) == Excerpt([], [])


async def test_an_excerpt_reads_no_messages(store: TurnStore) -> None:
    await store.append(HERE, turn("a", 11))
    assert [kept.message_ids for kept in (await store.excerpt(HERE, 9)).turns] == [()]


async def test_pinned_turns_are_in_every_excerpt_of_their_conversation(store: TurnStore) -> None:
    kept = await filled(store, 6)
    for one in (kept[0], kept[4]):
        await store.pin(one.id or 0)
    await store.append(THERE, Turn(Role.USER, "elsewhere", pinned=True))

    excerpt = await store.excerpt(HERE, 2)
    assert [one.text for one in excerpt.turns] == ["5", "4"]
    assert [one.text for one in excerpt.pinned] == ["4", "0"]
    assert [one.pinned for one in excerpt.turns] == [False, True]
    assert all(one.pinned for one in excerpt.pinned)
    assert await pinned(store, THERE) == ["elsewhere"]
    assert (await anext(store.newest(THERE))).pinned


async def test_pins_can_be_taken_off_one_by_one_or_all_together(store: TurnStore) -> None:
    kept = await filled(store, 4)
    for one in kept[:3]:
        await store.pin(one.id or 0)
        await store.pin(one.id or 0)
    await store.append(THERE, Turn(Role.USER, "elsewhere", pinned=True))
    await store.pin(kept[1].id or 0, pinned=False)
    await store.pin(999, pinned=True)
    assert await pinned(store, HERE) == ["2", "0"]
    assert await store.unpin(HERE) == 2
    assert await store.unpin(HERE) == 0
    assert await pinned(store, HERE) == []
    assert await pinned(store, THERE) == ["elsewhere"]


async def test_the_newest_pins_are_told_where_there_are_too_many(store: TurnStore) -> None:
    for number in range(MOST_PINNED + 1):
        await store.append(HERE, Turn(Role.USER, str(number), pinned=True))
    found = await pinned(store, HERE)
    assert (len(found), found[0], found[-1]) == (MOST_PINNED, str(MOST_PINNED), "1")
