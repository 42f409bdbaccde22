"""What a bot is sent when people use it: who, where, and everything that they chose."""

import base64
from typing import Any

import pytest

from sandbox.actor import Person
from tests.sandbox.raw import Api
from tests.sandbox.scripted import Asked, Scripted

MEMBER_FIELDS = {
    "avatar", "banner", "nick", "roles", "joined_at", "premium_since", "communication_disabled_until", "pending",
    "flags", "permissions",
}  # fmt: skip
CHANNEL_FIELDS = {
    "id", "name", "type", "permissions", "app_permissions", "last_message_id", "last_pin_timestamp", "nsfw",
    "parent_id", "guild_id", "flags", "rate_limit_per_user", "topic", "position",
}  # fmt: skip
FILE = {"filename": "notes.txt", "content": base64.b64encode(b"notes").decode()}
MIB = 1024 * 1024


def option(kind: int, name: str = "it", **changes: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "d", **changes}


async def define(api: Api, *options: dict[str, Any], scope: str = "", **changes: Any) -> None:
    body = {"name": "use", "description": "d", "options": list(options), **changes}
    answer = await api("POST", f"{await api.application()}{scope}/commands", body)
    assert answer.status == 201, answer.body


async def used(scripted: Scripted, **body: Any) -> Asked:
    return await scripted.asked(**{"command": "use", "options": {}, **body})


# Who and where


async def test_the_event_says_who_where_and_with_what_permissions(scripted: Scripted) -> None:
    data = (await scripted.asked()).data
    assert data["member"]["user"]["username"] == "ada"
    assert data["member"]["permissions"] == str((1 << 53) - 1)
    assert int(data["app_permissions"]) & 1 << 11
    assert (data["channel"]["name"], data["guild"]["id"]) == ("general", data["guild_id"])
    assert data["channel"]["permissions"] == data["member"]["permissions"]
    assert data["data"]["options"] == [{"type": 3, "name": "name", "value": "x"}]
    assert (data["type"], data["version"], data["context"]) == (2, 1, 0)
    assert (data["locale"], data["guild_locale"], data["entitlements"]) == ("en-US", "en-US", [])
    assert data["authorizing_integration_owners"] == {"0": data["guild_id"]}
    assert data["attachment_size_limit"] == 10 * MIB


async def test_a_direct_message_has_a_user_and_no_member(scripted: Scripted) -> None:
    data = (await scripted.asked(channel="@TinyLLM")).data
    assert (data["user"]["username"], data["context"]) == ("ada", 1)
    assert {"guild_id", "guild", "guild_locale", "member"}.isdisjoint(data)
    assert (data["channel"]["type"], data["app_permissions"]) == (1, "442368")
    assert data["authorizing_integration_owners"] == {"0": "0"}


async def test_a_thread_is_the_channel_of_what_happens_in_it(scripted: Scripted) -> None:
    data = (await scripted.asked(channel="ideas")).data
    assert (data["channel"]["type"], data["channel"]["name"]) == (11, "ideas")
    assert data["channel"]["thread_metadata"]["archived"] is False


async def test_the_language_is_the_persons(scripted: Scripted) -> None:
    assert (await scripted.asked(locale="fr")).data["locale"] == "fr"


async def test_a_guilds_command_says_so(scripted: Scripted, api: Api) -> None:
    guild = await api.guild_id()
    await define(api, scope=f"/guilds/{guild}")
    assert (await used(scripted)).data["data"]["guild_id"] == guild
    await define(api)
    everywhere = await api("GET", f"{await api.application()}/commands")
    wanted = next(command["id"] for command in everywhere.body if command["name"] == "use")
    assert "guild_id" not in (await used(scripted, command_id=wanted)).data["data"]


# Options


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [(3, "text", "text"), (4, -3, -3), (5, False, False), (10, 0.5, 0.5), (10, 2, 2)],
    ids=["text", "whole", "boolean", "number", "whole number"],
)
async def test_plain_options_are_typed(scripted: Scripted, api: Api, kind: int, given: Any, value: Any) -> None:
    await define(api, option(kind))
    data = (await used(scripted, options={"it": given})).data["data"]
    assert data["options"] == [{"type": kind, "name": "it", "value": value}]
    assert "resolved" not in data


async def test_a_command_without_options_has_none(scripted: Scripted, api: Api) -> None:
    await define(api)
    assert "options" not in (await used(scripted)).data["data"]


@pytest.mark.parametrize("name", ["ben", "@BEN"])
async def test_a_user_comes_with_their_member(scripted: Scripted, api: Api, name: str) -> None:
    await define(api, option(6))
    data = (await used(scripted, options={"it": name})).data["data"]
    identifier = data["options"][0]["value"]
    assert data["resolved"]["users"][identifier]["username"] == "ben"
    member = data["resolved"]["members"][identifier]
    assert set(member) == MEMBER_FIELDS
    again = await used(scripted, options={"it": identifier})
    assert again.data["data"]["resolved"] == data["resolved"]
    direct = (await used(scripted, options={"it": name}, channel="@TinyLLM")).data["data"]
    assert "members" not in direct["resolved"]


async def test_a_channel_is_partial(scripted: Scripted, api: Api) -> None:
    await define(api, option(7))
    data = (await used(scripted, options={"it": "random"})).data["data"]
    (channel,) = data["resolved"]["channels"].values()
    assert (set(channel), channel["id"]) == (CHANNEL_FIELDS, data["options"][0]["value"])
    thread = (await used(scripted, options={"it": "ideas"})).data["data"]["resolved"]["channels"]
    assert {"thread_metadata", "parent_id"} <= set(next(iter(thread.values())))


async def test_roles_and_mentionables_are_resolved(scripted: Scripted, api: Api) -> None:
    await define(api, option(8), option(9, "other"))
    for given, kinds in (("ben", {"roles", "users", "members"}), ("@managers", {"roles"}), ("@everyone", {"roles"})):
        data = (await used(scripted, options={"it": "managers", "other": given})).data["data"]
        assert set(data["resolved"]) == kinds
    assert {role["name"] for role in data["resolved"]["roles"].values()} == {"managers", "@everyone"}


async def test_a_file_is_given_and_fetched(scripted: Scripted, api: Api) -> None:
    await define(api, option(11))
    data = (await used(scripted, options={"it": FILE})).data["data"]
    attachment = data["resolved"]["attachments"][data["options"][0]["value"]]
    assert (attachment["filename"], attachment["size"], attachment["ephemeral"]) == ("notes.txt", 5, True)
    assert attachment["content_type"] == "text/plain; charset=utf-8"
    async with api.http.get(attachment["url"]) as response:
        assert await response.read() == b"notes"
    async with api.http.get(attachment["url"].replace(attachment["id"], "1")) as response:
        assert response.status == 404


def file_of(size: int, name: str = "x.png") -> dict[str, Any]:
    return {"filename": name, "content": base64.b64encode(b"x" * size).decode()}


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (file_of(10 * MIB), 200),
        (file_of(10 * MIB + 1), 400),
        (file_of(1, "x.PDF"), 200),
        (file_of(1, "x.txt"), 400),
        (file_of(1, ""), 400),
        ({"filename": "x.png"}, 400),
        ({"filename": "x.png", "content": "%"}, 400),
        ("x.png", 400),
    ],
    ids=["10 MiB", "more", "its type", "another type", "no name", "no content", "no base64", "a text"],
)
async def test_files_have_limits(scripted: Scripted, api: Api, given: Any, status: int) -> None:
    await define(api, option(11, file_types=["image", ".pdf"]))
    body = {"command": "use", "channel": "general", "options": {"it": given}}
    assert (await scripted.act("commands", **body))["status"] == status


@pytest.mark.parametrize(
    ("definition", "given"),
    [
        (option(3, min_length=2), "x"),
        (option(3, max_length=2), "xxx"),
        (option(3), ""),
        (option(4, min_value=1), 0),
        (option(4), 0.5),
        (option(4), True),
        (option(10, max_value=0.5), 0.6),
        (option(5), "yes"),
        (option(6), "nobody"),
        (option(7), "nowhere"),
        (option(7, channel_types=[2]), "general"),
        (option(7), "@TinyLLM"),
        (option(8), "nobody"),
        (option(9), "nobody"),
        (option(3, choices=[{"name": "n", "value": "v"}]), "w"),
    ],
    ids=[
        "too short",
        "too long",
        "empty",
        "too small",
        "no whole number",
        "no number",
        "too large",
        "no boolean",
        "no user",
        "no channel",
        "another type of channel",
        "a direct message",
        "no role",
        "nobody to mention",
        "no choice",
    ],
)
async def test_what_the_client_does_not_send(
    scripted: Scripted, api: Api, definition: dict[str, Any], given: Any
) -> None:
    await define(api, definition)
    answer = await scripted.act("commands", command="use", channel="general", options={"it": given})
    assert (answer["status"], answer["problem"] in ("bad_option", "unknown")) == (400, True)


async def test_subcommands_lie_in_their_groups(scripted: Scripted, api: Api) -> None:
    inner = {"type": 1, "name": "set", "description": "d", "options": [option(3)]}
    await define(api, {"type": 2, "name": "model", "description": "d", "options": [inner]})
    asked = await used(scripted, command="use model set", options={"it": "x"})
    assert asked.data["data"]["options"] == [
        {
            "type": 2,
            "name": "model",
            "options": [{"type": 1, "name": "set", "options": [{"type": 3, "name": "it", "value": "x"}]}],
        }
    ]
    await asked.respond(4, {"content": "x"})
    assert (await asked.original())["interaction"]["name"] == "use model set"
    refused = await scripted.act("commands", command="use", channel="general")
    assert refused["problem"] == "unknown_command"


async def test_a_completion_knows_what_else_is_filled_in(scripted: Scripted, api: Api) -> None:
    finished = [option(6, "who"), option(4, "count", max_value=5)]
    await define(api, option(3, autocomplete=True, required=True), *finished)
    asked = await used(scripted, options={"who": "ben", "count": 9, "it": "ha"}, focused="it")
    who, typed = asked.data["data"]["options"]
    assert (asked.data["type"], typed) == (4, {"type": 3, "name": "it", "value": "ha", "focused": True})
    assert (who["name"], "focused" in who) == ("who", False)
    assert "resolved" not in asked.data["data"]
    (typed,) = (await used(scripted, focused="it")).data["data"]["options"]
    assert typed["value"] == ""
    refused = await scripted.act("commands", command="use", channel="general", focused="count")
    assert refused["problem"] == "bad_option"


async def test_a_menu_carries_its_target(scripted: Scripted, ben: Person) -> None:
    said = await ben.say("general", "hello")
    asked = (await scripted.asked("commands/on", command="Ask", message=str(said.id))).data["data"]
    assert (asked["type"], asked["target_id"]) == (3, str(said.id))
    assert asked["resolved"]["messages"][str(said.id)]["content"] == "hello"
    asked = (await scripted.asked("commands/on", command="Look", user="@ben", channel="general")).data["data"]
    assert (asked["type"], set(asked["resolved"])) == (2, {"users", "members"})
    direct = (await scripted.asked("commands/on", command="Look", user="ben", channel="@TinyLLM")).data["data"]
    assert set(direct["resolved"]) == {"users"}
