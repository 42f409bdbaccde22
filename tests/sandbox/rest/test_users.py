"""Users, direct messages, and the mentions of roles."""

from sandbox import Sandbox
from tests.sandbox.raw import Api


async def test_direct_messages_are_opened_with_people_only(api: Api) -> None:
    own = (await api("GET", "/users/@me")).body["id"]
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    assert (await api("GET", f"/users/{owner}")).body["username"] == "ada"
    opened = await api("POST", "/users/@me/channels", {"recipient_id": owner})
    assert [user["id"] for user in opened.body["recipients"]] == [owner]
    assert (await api("POST", "/users/@me/channels", {"recipient_id": owner})).body == opened.body
    assert (await api("POST", "/users/@me/channels", {"recipient_id": own})).code == 50007
    assert (await api("POST", "/users/@me/channels", {"recipient_id": "1"})).code == 10013
    assert (await api("POST", "/users/@me/channels", {})).found("recipient_id") == ["BASE_TYPE_REQUIRED"]


async def test_roles_and_everyone_are_pinged_only_where_that_is_allowed(api: Api) -> None:
    roles = (await api("GET", f"/guilds/{await api.guild_id()}/roles")).body
    managers = next(role["id"] for role in roles if role["name"] == "managers")
    path = f"{await api.channel()}/messages"
    loud = (await api("POST", path, {"content": f"<@&{managers}> <@&1> @here"})).body
    assert (loud["mention_roles"], loud["mention_everyone"]) == ([managers], True)
    quiet = {"content": loud["content"], "allowed_mentions": {"parse": []}}
    silent = (await api("POST", path, quiet)).body
    assert (silent["mention_roles"], silent["mention_everyone"], silent["mentions"]) == ([], False, [])


async def test_an_attachment_that_is_not_there_is_not_found(sandbox: Sandbox, api: Api) -> None:
    for channel in ("1", (await api.channel()).rpartition("/")[2]):
        async with api.http.get(f"{sandbox.url}/attachments/{channel}/2/x") as response:
            assert response.status == 404


async def test_a_bots_guilds_say_what_it_may_do_there(api: Api) -> None:
    (guild,) = (await api("GET", "/users/@me/guilds")).body
    assert (guild["name"], guild["owner"]) == ("Workshop", False)
    assert int(guild["permissions"]) & 1 << 11


async def test_an_application_has_no_emojis_and_has_sold_nothing(api: Api) -> None:
    own = await api.application()
    assert (await api("GET", f"{own}/emojis")).body == {"items": []}
    assert (await api("GET", f"{own}/entitlements")).body == []
    assert (await api("GET", "/applications/1/emojis")).code == 10002
