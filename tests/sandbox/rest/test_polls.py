"""Polls: asked by the bot, voted in by people, and counted when their time is over."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, NotThere, Person, Refused
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api, calling, gateway
from tests.sandbox.worlds import able

HOUR = 3600.0
MESSAGES, VOTES = 1 << 9, 1 << 24


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.SEND_POLLS)) as opened:
        yield opened


async def _ask(api: Api, **more: Any) -> Answer:
    answers = [{"poll_media": {"text": "tea", "emoji": {"name": "🍵"}}}, {"poll_media": {"text": "coffee"}}]
    poll = {"question": {"text": "What?"}, "answers": answers, "duration": 1, **more}
    return await api("POST", f"{await api.channel()}/messages", {"poll": poll})


def _poll_path(asked: Answer) -> str:
    return f"/channels/{asked.body['channel_id']}/polls/{asked.body['id']}"


def _path(asked: Answer) -> str:
    return f"/channels/{asked.body['channel_id']}/messages/{asked.body['id']}"


async def test_a_poll_is_shown_with_its_answers_numbered(api: Api, clock: ManualClock) -> None:
    poll = (await _ask(api, allow_multiselect=True)).body["poll"]
    assert (poll["question"], poll["allow_multiselect"], poll["layout_type"]) == ({"text": "What?"}, True, 1)
    tea = {"text": "tea", "emoji": {"id": None, "name": "🍵"}}
    assert poll["answers"] == [
        {"answer_id": 1, "poll_media": tea},
        {"answer_id": 2, "poll_media": {"text": "coffee"}},
    ]
    assert poll["results"] == {"answer_counts": [], "is_finalized": False}


async def test_people_vote_change_their_minds_and_take_it_back(api: Api, sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=VOTES)
        await line.until("READY")
        asked = await _ask(api)
        (message,) = await ada.history("general")
        for answers in (("tea",), ("2",), ("2",), ()):
            await ada.vote(message, *answers)
        told = [(event.name, event.data["answer_id"]) for event in sandbox.events_sent if "POLL" in event.name]
        assert told == [
            ("MESSAGE_POLL_VOTE_ADD", 1),
            ("MESSAGE_POLL_VOTE_REMOVE", 1),
            ("MESSAGE_POLL_VOTE_ADD", 2),
            ("MESSAGE_POLL_VOTE_REMOVE", 2),
        ]
        vote = (await line.until("MESSAGE_POLL_VOTE_ADD"))["d"]
    assert (vote["message_id"], vote["guild_id"]) == (asked.body["id"], await api.guild_id())


async def test_votes_are_counted_and_voters_listed_in_pages(api: Api, ada: Person, ben: Person, cleo: Person) -> None:
    asked = await _ask(api, allow_multiselect=True)
    (message,) = await ada.history("general")
    await ada.vote(message, "tea", "coffee")
    await cleo.vote(message, "tea")
    seen = await ben.vote(message, "tea")
    assert seen.poll is not None
    assert [(answer.text, answer.people) for answer in seen.poll.answers] == [
        ("tea", ("ada", "cleo", "ben")),
        ("coffee", ("ada",)),
    ]
    poll = (await api("GET", _path(asked))).body["poll"]
    assert poll["results"]["answer_counts"] == [
        {"id": 1, "count": 3, "me_voted": False},
        {"id": 2, "count": 1, "me_voted": False},
    ]
    voters = (await api("GET", f"{_poll_path(asked)}/answers/1?limit=2")).body["users"]
    assert [user["username"] for user in voters] == ["ada", "ben"]
    rest = (await api("GET", f"{_poll_path(asked)}/answers/1?after={voters[-1]['id']}")).body["users"]
    assert [user["username"] for user in rest] == ["cleo"]
    assert (await api("GET", f"{_poll_path(asked)}/answers/3")).code == 50035


@pytest.mark.parametrize(
    ("query", "status"), [("limit=1", 200), ("limit=100", 200), ("limit=0", 400), ("limit=101", 400), ("after=x", 400)]
)
async def test_the_list_has_limits(api: Api, query: str, status: int) -> None:
    assert (await api("GET", f"{_poll_path(await _ask(api))}/answers/1?{query}")).status == status


async def test_its_end_is_told_and_said_in_the_channel(api: Api, sandbox: Sandbox, ada: Person) -> None:
    asked = await _ask(api)
    await ada.vote((await ada.history("general"))[0], "tea")
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=MESSAGES)
        await line.until("READY")
        ended = (await api("POST", f"{_poll_path(asked)}/expire")).body
        assert ended["poll"]["results"]["is_finalized"] is True
        assert (await line.until("MESSAGE_UPDATE"))["d"]["poll"]["results"] == ended["poll"]["results"]
        said = (await line.until("MESSAGE_CREATE"))["d"]
    assert (said["type"], said["message_reference"]["message_id"]) == (46, asked.body["id"])
    assert [user["username"] for user in said["mentions"]] == ["TinyLLM"]
    (embed,) = said["embeds"]
    assert embed["type"] == "poll_result"
    assert {field["name"]: field["value"] for field in embed["fields"]} == {
        "poll_question_text": "What?",
        "victor_answer_votes": "1",
        "total_votes": "1",
        "victor_answer_id": "1",
        "victor_answer_text": "tea",
        "victor_answer_emoji_name": "🍵",
    }
    assert (await api("POST", f"{_poll_path(asked)}/expire")).code == 520001
    with pytest.raises(Refused, match="Poll expired"):
        await ada.vote((await ada.history("general"))[0], "coffee")


async def test_without_votes_nobody_has_won(api: Api) -> None:
    asked = await _ask(api)
    await api("POST", f"{_poll_path(asked)}/expire")
    (embed,) = (await api("GET", f"{await api.channel()}/messages?limit=1")).body[0]["embeds"]
    assert [field["name"] for field in embed["fields"]] == ["poll_question_text", "victor_answer_votes", "total_votes"]


@pytest.mark.parametrize(("waited", "ended"), [(HOUR - 1, False), (HOUR, True)])
async def test_it_ends_by_itself(api: Api, clock: ManualClock, waited: float, ended: bool) -> None:
    asked = await _ask(api)
    clock.move(waited)
    assert (await api("GET", _path(asked))).body["poll"]["results"]["is_finalized"] is ended
    assert len((await api("GET", f"{await api.channel()}/messages")).body) == 1 + ended


async def test_a_deleted_poll_ends_quietly(api: Api, clock: ManualClock) -> None:
    asked = await _ask(api)
    await api("DELETE", _path(asked))
    clock.move(HOUR)
    assert (await api("GET", f"{await api.channel()}/messages")).body == []


async def test_a_poll_stays_as_it_was_asked(api: Api) -> None:
    asked = await _ask(api)
    answer = await api("PATCH", _path(asked), {"content": "x"})
    assert (answer.status, answer.code) == (400, 520003)


async def test_only_polls_can_be_ended_and_only_ones_own(api: Api, ada: Person) -> None:
    plain = await api("POST", f"{await api.channel()}/messages", {"content": "x"})
    assert (await api("POST", f"{_poll_path(plain)}/expire")).code == 520006
    said = await ada.say("general", "x")
    assert (await api("POST", f"{await api.channel()}/polls/{said.id}/expire")).code == 50005
    with pytest.raises(Refused, match="non-poll"):
        await ada.vote(said, "x")


async def test_an_emoji_of_an_answer_must_be_there(api: Api) -> None:
    for emoji in ({"name": "tea"}, {"id": "1"}):
        answers = [{"poll_media": {"text": "tea", "emoji": emoji}}]
        assert (await _ask(api, answers=answers)).code == 520004


async def test_people_vote_for_what_there_is(api: Api, ada: Person) -> None:
    await _ask(api)
    (message,) = await ada.history("general")
    with pytest.raises(NotThere, match="no answer 'milk'; it has tea, coffee"):
        await ada.vote(message, "milk")
    with pytest.raises(NotAllowed, match="one answer only"):
        await ada.vote(message, "tea", "coffee")


async def test_a_poll_that_was_kept_ends_in_the_next_sandbox(tmp_path: Path) -> None:
    world, clock = able(Permission.SEND_POLLS), ManualClock()
    async with Sandbox(clock=clock, limits=False, world=world, data=tmp_path) as sandbox, calling(sandbox) as api:
        first, second = await _ask(api), await _ask(api, duration=2)
    clock.move(1.5 * HOUR)
    async with Sandbox(clock=clock, limits=False, data=tmp_path) as sandbox, calling(sandbox) as api:
        for asked in (first, second):
            clock.move(HOUR)
            assert (await api("GET", _path(asked))).body["poll"]["results"]["is_finalized"]
        said = (await api("GET", f"/channels/{first.body['channel_id']}/messages")).body
    assert [message["type"] for message in said] == [46, 46, 0, 0]
