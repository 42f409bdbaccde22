"""Reactions through REST, and what the gateway tells of them."""

from collections.abc import AsyncIterator

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person, Refused
from sandbox.permissions import Permission
from tests.sandbox.raw import Api, calling, gateway
from tests.sandbox.worlds import able, forbid

REACTIONS = 1 << 10
MORE = (Permission.MANAGE_MESSAGES, Permission.CREATE_GUILD_EXPRESSIONS, Permission.MANAGE_GUILD_EXPRESSIONS)
EMOJIS = "😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎😏😐😑😒😓😔"


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(*MORE)) as opened:
        yield opened


async def _said(api: Api, person: Person) -> str:
    said = await person.say("general", "hello")
    return f"{await api.channel()}/messages/{said.id}"


async def test_reactions_are_counted_in_the_message(api: Api, ada: Person, ben: Person) -> None:
    path = await _said(api, ada)
    assert (await api("PUT", f"{path}/reactions/👍/@me")).status == 204
    message = (await ada.history("general"))[0]
    for person in (ada, ben):
        await person.react(message, "👍")
    await ada.react(message, "🎉")
    first, second = (await api("GET", path)).body["reactions"]
    assert (first["emoji"], first["count"], first["me"]) == ({"id": None, "name": "👍"}, 3, True)
    assert (second["emoji"]["name"], second["count"], second["me"]) == ("🎉", 1, False)
    assert first["count_details"] == {"burst": 0, "normal": 3}
    assert [(each.emoji, each.people) for each in (await ada.history("general"))[0].reactions] == [
        ("👍", ("TinyLLM", "ada", "ben")),
        ("🎉", ("ada",)),
    ]


async def test_each_change_has_its_event(api: Api, sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=REACTIONS)
        await line.until("READY")
        path = await _said(api, ada)
        message = (await ada.history("general"))[0]
        await ada.react(message, "👍")
        added = (await line.until("MESSAGE_REACTION_ADD"))["d"]
        assert (added["member"]["user"]["username"], added["message_author_id"]) == ("ada", added["user_id"])
        assert (added["emoji"], added["burst"], added["type"]) == ({"id": None, "name": "👍"}, False, 0)
        await ada.unreact(message, "👍")
        removed = (await line.until("MESSAGE_REACTION_REMOVE"))["d"]
        assert (removed["user_id"], removed["message_id"]) == (added["user_id"], str(message.id))
        for emoji in "👍🎉":
            await ada.react(message, emoji)
        await api("DELETE", f"{path}/reactions/👍")
        assert (await line.until("MESSAGE_REACTION_REMOVE_EMOJI"))["d"]["emoji"]["name"] == "👍"
        assert [each["emoji"]["name"] for each in (await api("GET", path)).body["reactions"]] == ["🎉"]
        await api("DELETE", f"{path}/reactions")
        assert (await line.until("MESSAGE_REACTION_REMOVE_ALL"))["d"]["message_id"] == str(message.id)
        assert "reactions" not in (await api("GET", path)).body


async def test_the_same_reaction_twice_is_once_and_one_that_is_not_there_goes_quietly(
    api: Api, sandbox: Sandbox, ada: Person
) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=REACTIONS)
        await line.until("READY")
        path = await _said(api, ada)
        for method, emoji in (("PUT", "❤️"), ("PUT", "❤"), ("DELETE", "👍"), ("DELETE", "❤"), ("DELETE", "❤️")):
            assert (await api(method, f"{path}/reactions/{emoji}/@me")).status == 204
        names = [event.name for event in sandbox.events_sent]
    assert names == ["READY", "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE"]


@pytest.mark.parametrize("emoji", ["x", "👍👍", "smile:1", "smile:x", ":smile:", "%20", "%F0%9F%91"])
@pytest.mark.parametrize(("method", "rest"), [("PUT", "/@me"), ("DELETE", "/@me"), ("GET", ""), ("DELETE", "")])
async def test_what_is_no_emoji_is_unknown(api: Api, ada: Person, emoji: str, method: str, rest: str) -> None:
    answer = await api(method, f"{await _said(api, ada)}/reactions/{emoji}{rest}")
    assert (answer.status, answer.code) == (400, 10014)


async def test_twenty_different_ones_fit_and_no_more(api: Api, ada: Person) -> None:
    path = await _said(api, ada)
    for emoji in EMOJIS[:20]:
        assert (await api("PUT", f"{path}/reactions/{emoji}/@me")).status == 204
    answer = await api("PUT", f"{path}/reactions/{EMOJIS[20]}/@me")
    assert (answer.status, answer.code) == (403, 30010)
    message = (await ada.history("general"))[0]
    with pytest.raises(Refused, match="Maximum number of reactions"):
        await ada.react(message, EMOJIS[20])
    assert (await ada.react(message, EMOJIS[0])).reactions[0].people == ("TinyLLM", "ada")


async def test_a_servers_own_emojis_have_names_and_ids(api: Api, ada: Person) -> None:
    picture = "data:image/png;base64,iVBORw0KGgo="
    emoji = (await api("POST", f"/guilds/{await api.guild_id()}/emojis", {"name": "wave", "image": picture})).body["id"]
    path = await _said(api, ada)
    assert (await api("PUT", f"{path}/reactions/wave:{emoji}/@me")).status == 204
    seen = await ada.react((await ada.history("general"))[0], ":wave:")
    assert [(each.emoji, each.people) for each in seen.reactions] == [(":wave:", ("TinyLLM", "ada"))]
    (reaction,) = (await api("GET", path)).body["reactions"]
    assert reaction["emoji"] == {"id": emoji, "name": "wave"}
    assert (await api("PUT", f"{path}/reactions/wave:1/@me")).code == 10014
    await api("DELETE", f"/guilds/{await api.guild_id()}/emojis/{emoji}")
    assert (await api("DELETE", f"{path}/reactions/wave:{emoji}/@me")).status == 204  # it stays on the message
    async with api.http.get(f"{api.sandbox.url}/emojis/{emoji}.png") as response:
        assert response.status == 404


async def test_who_reacted_is_listed_by_id_in_pages(api: Api, ada: Person, ben: Person, cleo: Person) -> None:
    path = await _said(api, ada)
    message = (await ada.history("general"))[0]
    for person in (cleo, ada, ben):
        await person.react(message, "👍")

    async def listed(query: str = "") -> list[str]:
        return [user["username"] for user in (await api("GET", f"{path}/reactions/👍{query}")).body]

    ids = {user["username"]: user["id"] for user in (await api("GET", f"{path}/reactions/👍")).body}
    assert await listed() == ["ada", "ben", "cleo"]
    assert await listed("?limit=2") == ["ada", "ben"]
    assert await listed(f"?after={ids['ada']}&limit=1") == ["ben"]
    assert await listed("?type=1") == []
    assert (await api("GET", f"{path}/reactions/🎉")).body == []


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=1", 200), ("limit=100", 200), ("limit=0", 400), ("limit=101", 400), ("type=2", 400), ("after=x", 400)],
)
async def test_the_list_has_limits(api: Api, ada: Person, query: str, status: int) -> None:
    assert (await api("GET", f"{await _said(api, ada)}/reactions/👍?{query}")).status == status


async def test_reactions_of_others_take_the_permission_to_manage_messages(
    api: Api, clock: ManualClock, ada: Person
) -> None:
    path = await _said(api, ada)
    message = (await ada.history("general"))[0]
    await ada.react(message, "👍")
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    assert (await api("DELETE", f"{path}/reactions/👍/1")).code == 10013
    assert (await api("DELETE", f"{path}/reactions/👍/{owner}")).status == 204
    assert "reactions" not in (await api("GET", path)).body
    async with (
        Sandbox(clock=clock, limits=False) as weak,
        calling(weak) as other,
        Person.join(weak.url, "ada") as there,
    ):
        path = await _said(other, there)
        own = (await other("GET", "/users/@me")).body["id"]
        await other("PUT", f"{path}/reactions/👍/@me")
        for rest in ("", "/👍", f"/👍/{owner}"):
            assert (await other("DELETE", f"{path}/reactions{rest}")).code == 50013
        assert (await other("DELETE", f"{path}/reactions/👍/{own}")).status == 204


async def test_in_a_direct_message_nobody_manages_reactions(api: Api, ada: Person) -> None:
    said = await ada.say("@TinyLLM", "hello")
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    direct = (await api("POST", "/users/@me/channels", {"recipient_id": owner})).body["id"]
    path = f"/channels/{direct}/messages/{said.id}"
    assert (await api("PUT", f"{path}/reactions/👍/@me")).status == 204
    assert (await api("DELETE", f"{path}/reactions")).code == 50003
    assert (await api("DELETE", f"{path}/reactions/👍/{owner}")).code == 50003


@pytest.mark.parametrize(
    ("missing", "begin", "join"),
    [(Permission.ADD_REACTIONS, 403, 204), (Permission.READ_MESSAGE_HISTORY, 403, 403)],
    ids=["add reactions", "read history"],
)
async def test_to_begin_takes_more_than_to_join_in(
    api: Api, sandbox: Sandbox, ada: Person, missing: Permission, begin: int, join: int
) -> None:
    await forbid(sandbox, missing)
    path = await _said(api, ada)
    await ada.react((await ada.history("general"))[0], "👍")
    assert (await api("PUT", f"{path}/reactions/🎉/@me")).status == begin
    assert (await api("PUT", f"{path}/reactions/👍/@me")).status == join
