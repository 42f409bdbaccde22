"""The limits of routes: how much goes through, what every answer tells, and what a refusal says."""

import pytest

from sandbox import Limits, ManualClock, Sandbox
from sandbox.limits.limiter import Ask, Limiter
from sandbox.limits.refusals import Scope
from sandbox.limits.table import TABLE, Bucket
from tests.sandbox.limits.conftest import Bot
from tests.sandbox.raw import Answer, Api

CREATE = "POST /channels/{channel}/messages"


def told(answer: Answer) -> list[str]:
    """Limit, remaining, the moment and the seconds until then."""
    return [answer.headers[f"X-RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset", "Reset-After")]


@pytest.mark.parametrize("bucket", TABLE, ids=lambda bucket: bucket.name)
def test_as_much_goes_through_a_bucket_as_the_table_says(bucket: Bucket, clock: ManualClock) -> None:
    limiter = Limiter(clock, Limits(sublimits=()))
    asks = [Ask(route, route, "1", caller=None) for route in bucket.routes]
    for number in range(bucket.limit):
        assert limiter.admit(asks[number % len(asks)]).refusal is None
    for ask in asks:
        refusal = limiter.admit(ask).refusal
        assert refusal is not None
        assert (refusal.scope, refusal.retry_after) == (Scope.USER, pytest.approx(bucket.seconds))
        assert limiter.admit(Ask(ask.route, ask.key, "2", caller=None)).refusal is None or bucket.limit < len(asks)
    clock.move(bucket.seconds - 0.001)
    assert limiter.admit(asks[0]).refusal is not None
    clock.move(0.002)
    assert limiter.admit(asks[0]).refusal is None


def test_no_route_is_in_two_buckets_and_no_two_buckets_have_one_hash() -> None:
    routes = [route for bucket in TABLE for route in bucket.routes]
    assert len(set(routes)) == len(routes)
    assert len({bucket.hash for bucket in TABLE}) == len(TABLE)


async def test_five_messages_in_five_seconds_go_through_and_a_sixth_does_not(api: Api, clock: ManualClock) -> None:
    path = f"{await api.channel()}/messages"
    resets = f"{clock.now() + 5:.3f}"
    for left in range(4, -1, -1):
        answer = await api("POST", path, {"content": "x"})
        assert (answer.status, told(answer)) == (200, ["5", str(left), resets, "5.000"])
    clock.move(1.2345)
    refused = await api("POST", path, {"content": "x"})
    assert (refused.status, told(refused)) == (429, ["5", "0", resets, "3.766"])
    assert refused.body == {
        "message": "You are being rate limited.",
        "retry_after": 3.766,
        "global": False,
        "code": 0,
    }
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Scope"]) == ("4", "user")
    assert "X-RateLimit-Global" not in refused.headers
    assert (refused.headers["Via"], refused.content_type) == ("1.1 google", "application/json")
    clock.move(3.766)
    assert (await api("POST", path, {"content": "x"})).status == 200
    assert len((await api("GET", path)).body) == 6


async def test_what_was_refused_is_counted(api: Api, sandbox: Sandbox) -> None:
    path = f"{await api.channel()}/messages"
    for _ in range(7):
        await api("POST", path, {"content": "x"})
    assert sandbox.limits.on
    assert sandbox.limits.refused == {("user", CREATE): 2}
    async with api.http.get(f"{sandbox.url}/sandbox/limits") as response:
        expected = {"on": True, "refused": [{"scope": "user", "route": CREATE, "times": 2}]}
        assert await response.json() == expected


async def test_channels_and_edits_have_buckets_of_their_own(api: Api, clock: ManualClock) -> None:
    path = f"{await api.channel()}/messages"
    clock.move(1)
    other = f"{await api.channel('random')}/messages"
    sent = [await api("POST", path, {"content": "x"}) for _ in range(5)]
    edited = [await api("PATCH", f"{path}/{sent[0].body['id']}", {"content": str(number)}) for number in range(5)]
    elsewhere = await api("POST", other, {"content": "x"})
    assert {answer.status for answer in (*sent, *edited, elsewhere)} == {200}
    assert (await api("PATCH", f"{path}/{sent[1].body['id']}", {"content": "y"})).status == 429
    bucket = "X-RateLimit-Bucket"
    assert sent[0].headers[bucket] == elsewhere.headers[bucket] != edited[0].headers[bucket]


async def test_what_is_refused_for_another_reason_uses_the_bucket_too(api: Api) -> None:
    path = f"{await api.channel()}/messages"
    answers = [await api("POST", path, {"content": ""}) for _ in range(6)]
    assert [answer.status for answer in answers] == [400] * 5 + [429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]


async def test_a_wrong_token_is_refused_before_any_limit_is_looked_at(api: Api) -> None:
    path = f"{await api.channel()}/messages"
    api.token = "wrong"
    for _ in range(6):
        answer = await api("POST", path, {"content": "x"})
        assert (answer.status, "X-RateLimit-Limit" in answer.headers) == (401, False)
        assert answer.headers["Via"]


@pytest.mark.parametrize(("body", "refused"), [({"name": "n"}, True), ({"topic": "t"}, True), ({"nsfw": True}, False)])
def test_a_channel_changes_its_name_or_topic_twice_in_ten_minutes(
    body: dict[str, object], refused: bool, clock: ManualClock
) -> None:
    limiter = Limiter(clock, Limits())
    ask = Ask("PATCH /channels/{channel}", "PATCH /channels/{}", "1", None, frozenset(body))
    assert [limiter.admit(ask).refusal for _ in range(2)] == [None, None]
    verdict = limiter.admit(ask)
    assert (verdict.refusal is not None) == refused
    assert verdict.headers["X-RateLimit-Remaining"] == "2"  # the hidden limit is not told
    clock.move(600)
    assert limiter.admit(ask).refusal is None


async def test_an_interaction_is_answered_without_any_limit_and_followed_up_five_times_in_two_seconds(
    bot: Bot, clock: ManualClock
) -> None:
    asked, other = await bot.asked(), await bot.asked()
    first = await asked.respond(5)
    assert (first.status, "X-RateLimit-Limit" in first.headers) == (204, False)
    answers = [await asked.hook("POST", "", {"content": "x"}) for _ in range(6)]
    assert [answer.status for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["X-RateLimit-Scope"] == "user"
    assert (await asked.hook("GET", "/messages/@original")).status == 429
    await other.respond(5)
    assert (await other.hook("POST", "", {"content": "x"})).status == 200
    clock.move(2)
    assert (await asked.hook("POST", "", {"content": "x"})).status == 200
