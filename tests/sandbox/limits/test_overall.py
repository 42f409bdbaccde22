"""The limits over all routes: fifty a second, and the invalid requests that get an address banned."""

import pytest
from aiohttp import web

from sandbox import Limits, ManualClock, Sandbox
from sandbox.limits.invalid import InvalidRequests
from tests.sandbox.limits.conftest import Bot
from tests.sandbox.raw import Api

HOME = "127.0.0.1"


async def test_fifty_requests_a_second_over_all_routes_and_no_more(api: Api, clock: ManualClock) -> None:
    paths = ("/users/@me", "/applications/@me", "/channels/1", "/guilds/1", "/channels/2")
    statuses = [(await api("GET", paths[number % 5])).status for number in range(50)]
    assert 429 not in statuses
    clock.move(0.25)
    refused = await api("GET", "/users/@me")
    assert (refused.status, refused.body["global"], refused.body["retry_after"]) == (429, True, 0.75)
    assert refused.headers["X-RateLimit-Global"] == "true"
    assert refused.headers["X-RateLimit-Scope"] == "global"
    assert (refused.headers["Retry-After"], "X-RateLimit-Bucket" in refused.headers) == ("1", False)
    clock.move(0.75)
    assert (await api("GET", "/users/@me")).status == 200


async def test_an_interactions_routes_neither_count_nor_are_refused(bot: Bot, api: Api, clock: ManualClock) -> None:
    asked = [await bot.asked() for _ in range(20)]
    clock.move(1)
    for each in asked:
        assert (await each.respond(4, {"content": "x"})).status == 204
        assert (await each.hook("PATCH", "/messages/@original", {"content": "y"})).status == 200
    for _ in range(50):
        assert (await api("GET", "/users/@me")).status == 200
    assert (await api("GET", "/users/@me")).status == 429
    assert (await asked[0].hook("PATCH", "/messages/@original", {"content": "z"})).status == 200


async def test_without_a_token_the_address_is_limited(api: Api) -> None:
    for expected in (*[200] * 50, 429):
        async with api.http.get(f"{api.sandbox.api}/v10/gateway") as response:
            assert response.status == expected
    assert (await api("GET", "/gateway")).status == 200


def _answer(status: int, scope: str | None = None) -> web.Response:
    return web.Response(status=status, headers={} if scope is None else {"X-RateLimit-Scope": scope})


@pytest.mark.parametrize(
    ("answers", "banned"),
    [
        pytest.param([_answer(401)], True, id="401"),
        pytest.param([_answer(403)], True, id="403"),
        pytest.param([_answer(429, "user")], True, id="429"),
        pytest.param([_answer(429, "global")], True, id="429 over everything"),
        pytest.param([_answer(429, "shared")], False, id="429 that is not the bot's fault"),
        pytest.param([_answer(404), _answer(400), _answer(500), _answer(200)], False, id="others"),
    ],
)
def test_ten_thousand_invalid_requests_ban_an_address(
    answers: list[web.Response], banned: bool, clock: ManualClock
) -> None:
    counter = InvalidRequests(clock, 10_000, 600, 3600)
    for number in range(9_999):
        counter.count(HOME, answers[number % len(answers)])
    assert counter.ban(HOME) is None
    counter.count(HOME, answers[0])
    assert (counter.ban(HOME) is not None) == banned
    assert counter.ban("127.0.0.2") is None


def test_invalid_requests_of_more_than_ten_minutes_ago_do_not_count(clock: ManualClock) -> None:
    counter = InvalidRequests(clock, 10_000, 600, 3600)
    counter.count(HOME, _answer(401))
    clock.move(600)
    for _ in range(9_999):
        counter.count(HOME, _answer(401))
    assert counter.ban(HOME) is None
    counter.count(HOME, _answer(401))
    assert counter.ban(HOME) == 3600
    clock.move(3600)
    assert counter.ban(HOME) is None


@pytest.mark.parametrize("limits", [Limits(invalid_requests=3)], ids=["three are too many"])
async def test_whoever_is_banned_hears_no_json_and_nothing_of_discord(
    api: Api, sandbox: Sandbox, clock: ManualClock
) -> None:
    good, api.token = api.token, "wrong"
    assert [(await api("GET", "/users/@me")).status for _ in range(3)] == [401] * 3
    api.token = good
    answer = await api("GET", "/users/@me")
    assert (answer.status, answer.content_type) == (429, "text/html; charset=utf-8")
    assert "Access denied" in answer.body
    assert answer.headers["Retry-After"] == "3601"
    assert "Via" not in answer.headers
    assert sandbox.limits.refused == {("cloudflare", "GET /users/@me"): 1}
    assert sandbox.requests[-1].status == 429
    clock.move(3600)
    assert (await api("GET", "/users/@me")).status == 200


@pytest.mark.parametrize("limits", [False], ids=["off"])
async def test_limits_can_be_switched_off(api: Api, sandbox: Sandbox) -> None:
    path = f"{await api.channel()}/messages"
    for _ in range(60):
        answer = await api("POST", path, {"content": "x"})
        assert (answer.status, answer.headers["Via"]) == (200, "1.1 google")
        assert "X-RateLimit-Limit" not in answer.headers
    assert (sandbox.limits.on, sandbox.limits.refused) == (False, {})
