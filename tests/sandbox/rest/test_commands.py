"""Registering commands: limits, identity, and what comes back."""

from typing import Any

import pytest

from sandbox.commands.definitions import completed
from sandbox.rules.commands import check_command, command_size
from sandbox.rules.form import Form
from tests.sandbox.raw import Answer, Api

COMMANDS_A_GUILD = 100
MENUS_A_GUILD = 15
MOST_WHOLE = 2**53 - 1


def command(**changes: Any) -> dict[str, Any]:
    return {"name": "model", "description": "d", **changes}


def option(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 3, "name": f"o{number}", "description": "d", **changes}


def choice(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"name": f"c{number}", "value": str(number), **changes}


def of_size(size: int) -> dict[str, Any]:
    """A command with so many characters in its names, descriptions and values."""
    full = [choice(number, name=f"{number:0100}", value="x" * 100) for number in range(25)]
    body = command(options=[option(0, choices=full), option(1, choices=full[:14])])
    rest = size - command_size(body)
    padding = choice(99, name="x" * (rest - 100), value="x" * 100)
    body["options"][1]["choices"] = [*full[:14], padding]
    assert command_size(body) == size
    return body


async def _post(api: Api, body: dict[str, Any]) -> Answer:
    return await api("POST", f"{await api.application()}/commands", body)


def with_option(**changes: Any) -> dict[str, Any]:
    return command(options=[option(**changes)])


def in_french(name: str) -> dict[str, Any]:
    return {"name_localizations": {"fr": name}}


FITS = {
    "name of 32": command(name="x" * 32),
    "marks in a name": command(name="a-b_c'd"),
    "name in Chinese": command(name="模型"),
    "name in Devanagari, with its vowel signs": command(name="मॉडल"),
    "name in Thai, with its tone marks": command(name="โมเดล่"),
    "description of 100": command(description="x" * 100),
    "25 options": command(options=[option(number) for number in range(25)]),
    "25 choices": with_option(choices=[choice(number) for number in range(25)]),
    "choice of 100": with_option(choices=[choice(name="x" * 100, value="x" * 100)]),
    "8000 characters": of_size(8000),
    "group with subcommand": command(options=[option(type=2, options=[option(type=1, options=[option()])])]),
    "context menu": {"name": "Ask about this", "type": 3},
    "context menu of 32": {"name": "x" * 32, "type": 2},
    "translated name of 32": command(name_localizations={"fr": "x" * 32, "zh-TW": "模型"}),
    "translated description of 100": command(description_localizations={"de": "x" * 100}),
    "translated choice of 100": with_option(choices=[choice(**in_french("X" * 100))]),
    "translated menu with capitals and spaces": {"name": "Ask", "type": 3, "name_localizations": {"fr": "Poser Ça"}},
    "same translation in two languages": command(
        options=[option(0, **in_french("un")), option(1, name_localizations={"de": "un"})]
    ),
    "all permissions": command(default_member_permissions=str(2**54 - 1)),
    "permissions as a number": command(default_member_permissions=0),
    "every place": command(contexts=[0, 1, 2], integration_types=[0, 1]),
    "lengths of 0 and 6000": with_option(min_length=0, max_length=6000),
    "the same length twice": with_option(min_length=1, max_length=1),
    "whole numbers at their ends": with_option(type=4, min_value=-MOST_WHOLE, max_value=MOST_WHOLE),
    "numbers at their ends": with_option(type=10, min_value=-(2.0**53), max_value=2.0**53),
    "choices that are whole numbers": with_option(type=4, choices=[choice(value=MOST_WHOLE)]),
    "choices that are numbers": with_option(type=10, choices=[choice(value=0.5)]),
    "types of channels": with_option(type=7, channel_types=[0, 2, 4, 5, 10, 11, 12, 13, 15, 16]),
    "10 types of files": with_option(type=11, file_types=["image", *(f".x{number}" for number in range(9))]),
    **{f"option of type {kind}": with_option(type=kind) for kind in range(3, 12)},
}
DOES_NOT_FIT = {
    "name of 33": command(name="x" * 33),
    "empty name": command(name=""),
    "no name": {"description": "d"},
    "name that is a number": command(name=7),
    "upper case": command(name="Model"),
    "upper case of another script": command(name="МОДЕЛЬ"),
    "space in name": command(name="a b"),
    "full stop in name": command(name="a.b"),
    "emoji in name": command(name="🤖"),
    "accent by itself": command(name="a\N{COMBINING ACUTE ACCENT}"),
    "no description": {"name": "model"},
    "description of 101": command(description="x" * 101),
    "26 options": command(options=[option(number) for number in range(26)]),
    "options that are no list": command(options={"a": 1}),
    "options that are no objects": command(options=[1]),
    "26 choices": with_option(choices=[choice(number) for number in range(26)]),
    "choice name of 101": with_option(choices=[choice(name="x" * 101)]),
    "choice value of 101": with_option(choices=[choice(value="x" * 101)]),
    "same choice twice": with_option(choices=[choice(1), choice(2, name="c1")]),
    "choices and autocomplete": with_option(choices=[choice()], autocomplete=True),
    "choices of a boolean": with_option(type=5, choices=[choice()]),
    "autocomplete of a user": with_option(type=6, autocomplete=True),
    "text among whole numbers": with_option(type=4, choices=[choice(value="one")]),
    "part of a whole number": with_option(type=4, choices=[choice(value=0.5)]),
    "number among texts": with_option(choices=[choice(value=1)]),
    "choice beyond whole numbers": with_option(type=4, choices=[choice(value=MOST_WHOLE + 1)]),
    "option type 12": with_option(type=12),
    "option without type": command(options=[{"name": "a", "description": "d"}]),
    "required that is a text": with_option(required="yes"),
    "same option twice": command(options=[option(), option()]),
    "required after optional": command(options=[option(0), option(1, required=True)]),
    "subcommand beside an option": command(options=[option(0, type=1), option(1)]),
    "group in a group": command(options=[option(type=2, options=[option(type=2)])]),
    "subcommand in a subcommand": command(options=[option(type=1, options=[option(type=1)])]),
    "8001 characters": of_size(8001),
    "option in a group": command(options=[option(type=2, options=[option()])]),
    "context menu with description": {"name": "Ask", "type": 3, "description": "d"},
    "context menu with options": {"name": "Ask", "type": 3, "options": [option()]},
    "context menu of 33": {"name": "x" * 33, "type": 2},
    "type 9": command(type=9),
    "an entry point, without an activity": command(type=4),
    "a handler": command(handler=1),
    "translated name of 33": command(name_localizations={"fr": "x" * 33}),
    "translated name in upper case": command(name_localizations={"fr": "Modèle"}),
    "translated description of 101": command(description_localizations={"de": "x" * 101}),
    "translated choice of 101": with_option(choices=[choice(**in_french("x" * 101))]),
    "unknown language": command(name_localizations={"tlh": "x"}),
    "translations that are no object": command(name_localizations=["x"]),
    "same translated option twice": command(options=[option(0, **in_french("un")), option(1, **in_french("un"))]),
    "translation that is another option": command(options=[option(0, **in_french("o1")), option(1)]),
    "permissions below 0": command(default_member_permissions=-1),
    "permissions beyond all": command(default_member_permissions=str(2**54)),
    "permissions that are words": command(default_member_permissions="manage"),
    "no place": command(contexts=[]),
    "unknown place": command(contexts=[3]),
    "same place twice": command(contexts=[0, 0]),
    "unknown installation": command(integration_types=[2]),
    "nsfw that is a text": command(nsfw="yes"),
    "length of -1": with_option(min_length=-1),
    "length of 6001": with_option(max_length=6001),
    "largest length of 0": with_option(max_length=0),
    "lengths that cross": with_option(min_length=2, max_length=1),
    "value beyond whole numbers": with_option(type=4, max_value=MOST_WHOLE + 1),
    "value that is no whole number": with_option(type=4, min_value=0.5),
    "value beyond numbers": with_option(type=10, max_value=2.0**53 + 2),
    "values that cross": with_option(type=10, min_value=1, max_value=0.5),
    "unknown type of channel": with_option(type=7, channel_types=[99]),
    "11 types of files": with_option(type=11, file_types=[f".x{number}" for number in range(11)]),
    "unknown type of files": with_option(type=11, file_types=["pdf"]),
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS.keys())
async def test_it_is_registered(api: Api, body: dict[str, Any]) -> None:
    answer = await _post(api, body)
    assert (answer.status, answer.body["name"]) == (201, body["name"])


@pytest.mark.parametrize("body", DOES_NOT_FIT.values(), ids=DOES_NOT_FIT.keys())
async def test_it_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = await _post(api, body)
    assert (answer.status, answer.code) == (400, 50035)


async def test_a_name_that_is_taken_is_overwritten_in_place(api: Api) -> None:
    first = await _post(api, command())
    second = await _post(api, command(description="other"))
    assert (first.status, second.status) == (201, 200)
    assert first.body["id"] == second.body["id"]
    assert first.body["version"] != second.body["version"]
    third = await _post(api, command(description="other"))
    assert third.body == second.body


async def test_a_version_changes_with_the_definition_only(api: Api) -> None:
    made = (await _post(api, command())).body
    path = f"{await api.application()}/commands/{made['id']}"
    assert (await api("PATCH", path, {"description": "d"})).body["version"] == made["version"]
    changed = (await api("PATCH", path, {"nsfw": True})).body
    assert (changed["version"] != made["version"], changed["nsfw"]) == (True, True)


async def test_a_command_cannot_take_the_name_of_another(api: Api) -> None:
    made = (await _post(api, command())).body
    await _post(api, command(name="other"))
    answer = await api("PATCH", f"{await api.application()}/commands/{made['id']}", {"name": "other"})
    assert (answer.status, answer.code) == (400, 40041)


async def test_bulk_overwrite_renames_by_id(api: Api) -> None:
    path = f"{await api.application()}/commands"
    one, two = (await api("PUT", path, [command(name="one"), command(name="two")])).body
    bodies = [command(name="three", id=one["id"]), command(name="one"), command(name="two")]
    after = (await api("PUT", path, bodies)).body
    assert [each["name"] for each in after] == ["three", "one", "two"]
    assert (after[0]["id"], after[2]["id"]) == (one["id"], two["id"])
    assert len({each["id"] for each in after}) == 3


async def test_bulk_overwrite_removes_the_rest_and_keeps_ids(api: Api) -> None:
    path = f"{await api.application()}/commands"
    first = (await api("PUT", path, [command(), command(name="gone")])).body
    second = (await api("PUT", path, [command(), command(name="new")])).body
    assert [each["name"] for each in (await api("GET", path)).body] == ["model", "new"]
    assert first[0] == second[0]
    twice = await api("PUT", path, [command(), command()])
    assert twice.found(1) == ["APPLICATION_COMMANDS_DUPLICATE_NAME"]
    wrong = await api("PUT", path, [command(), command(name="")])
    assert wrong.found(1, "name") == ["BASE_TYPE_BAD_LENGTH"]
    assert (await api("PUT", path, {})).status == 400


@pytest.mark.parametrize("where", ["", "/guilds/{guild}"], ids=["everywhere", "in a guild"])
@pytest.mark.parametrize(
    ("kind", "most"), [(1, COMMANDS_A_GUILD), (2, MENUS_A_GUILD), (3, MENUS_A_GUILD)], ids=["slash", "user", "message"]
)
async def test_there_are_only_so_many_of_a_kind(api: Api, kind: int, most: int, where: str) -> None:
    path = f"{await api.application()}{where.format(guild=await api.guild_id())}/commands"

    def named(name: str, **changes: Any) -> dict[str, Any]:
        return {"name": name, "type": kind, **({"description": "d"} if kind == 1 else {}), **changes}

    full = [named(f"c{number}") for number in range(most)]
    assert (await api("PUT", path, full)).status == 200
    assert (await api("POST", path, named("c1", nsfw=True))).status == 200
    answer = await api("POST", path, named("one-more"))
    assert (answer.status, answer.code) == (400, 30032)
    assert f"({most})" in answer.body["message"]
    assert (await api("PUT", path, [*full, named("one-more")])).code == 30032


async def test_bulk_overwrite_takes_as_many_as_there_can_be(api: Api) -> None:
    path = f"{await api.application()}/commands"
    slash = [command(name=f"c{number}") for number in range(COMMANDS_A_GUILD)]
    menus = [{"name": f"m{number}", "type": kind} for kind in (2, 3) for number in range(MENUS_A_GUILD)]
    assert len((await api("PUT", path, [*slash, *menus])).body) == 130
    assert (await api("PUT", path, [*slash, *menus, command(name="one-more")])).code == 50035


async def test_a_command_is_fetched_changed_and_deleted(api: Api) -> None:
    made = (await _post(api, command(options=[option(required=False, min_length=0)]))).body
    assert made["options"] == [option(min_length=0)]
    assert (made["default_member_permissions"], made["dm_permission"]) == (None, True)
    path = f"{await api.application()}/commands/{made['id']}"
    assert (await api("GET", path)).body == made
    changed = (await api("PATCH", path, {"description": "new"})).body
    assert (changed["description"], changed["options"]) == ("new", made["options"])
    assert (await api("PATCH", path, {"description": ""})).code == 50035
    assert (await api("DELETE", path)).status == 204
    for method in ("GET", "DELETE"):
        answer = await api(method, path)
        assert (answer.status, answer.code) == (404, 10063)


async def test_a_definition_comes_back_with_defaults_and_without_what_no_option_says(api: Api) -> None:
    body = with_option(type=3, channel_types=[0], min_length=0, required=False, unknown=1)
    made = (await _post(api, {**body, "unknown": 1})).body
    assert made["options"] == [option(min_length=0)]
    expected = {"type": 1, "nsfw": False, "contexts": None, "integration_types": [0, 1], "dm_permission": True}
    assert {field: made[field] for field in expected} == expected
    assert "unknown" not in made
    elsewhere = (await _post(api, command(contexts=[0]))).body
    assert (elsewhere["contexts"], elsewhere["dm_permission"]) == ([0], False)


def test_numbers_may_come_as_texts() -> None:
    body = command(options=[option(0, max_length="7"), option(1, type=4, choices=[choice(value="5")])])
    form = Form()
    check_command(form, body)
    form.done()
    first, second = completed(body, None)["options"]
    assert (first["max_length"], second["choices"][0]["value"]) == (7, 5)


async def test_lists_are_in_the_language_that_is_asked_for(api: Api) -> None:
    translated = {"name_localizations": {"fr": "modèle", "en-GB": "modell"}}
    inner = option(choices=[choice(**in_french("un"))], **in_french("nom"))
    made = (await _post(api, command(options=[inner], description_localizations={"fr": "décrit"}, **translated))).body
    assert made["name_localizations"] == translated["name_localizations"]
    path = f"{await api.application()}/commands"
    full = (await api("GET", f"{path}?with_localizations=true")).body
    assert full == [made]
    (french,) = (await api("GET", path, locale="fr")).body
    assert (french["name_localized"], french["description_localized"]) == ("modèle", "décrit")
    assert french["options"][0]["name_localized"] == "nom"
    assert french["options"][0]["choices"][0] == {"name": "c0", "value": "0", "name_localized": "un"}
    assert "name_localizations" not in french
    (fallback,) = (await api("GET", path)).body
    assert (fallback["name"], fallback["name_localized"]) == ("model", "modell")
    (german,) = (await api("GET", path, locale="de")).body
    assert "name_localized" not in german


async def test_findings_in_translations_are_where_discord_has_them(api: Api) -> None:
    wrong = {"name_localizations": {"fr": "Modèle"}}
    answer = await _post(api, command(options=[option(**wrong)], **wrong))
    assert answer.found("name_localizations") == ["APPLICATION_COMMAND_INVALID_NAME"]
    assert answer.found("options", 0, "name_localizations", "fr") == ["APPLICATION_COMMAND_INVALID_NAME"]


async def test_bots_read_who_may_use_a_command_and_cannot_change_it(api: Api) -> None:
    made = (await _post(api, command())).body
    path = f"{await api.application()}/guilds/{await api.guild_id()}/commands"
    assert (await api("GET", f"{path}/permissions")).body == []
    answer = await api("GET", f"{path}/{made['id']}/permissions")
    assert (answer.status, answer.code) == (404, 10066)
    assert (await api("GET", f"{path}/1/permissions")).code == 10063
    body = {"permissions": [{"id": await api.guild_id(), "type": 1, "permission": False}]}
    refused = await api("PUT", f"{path}/{made['id']}/permissions", body)
    assert (refused.status, refused.code) == (403, 20001)


async def test_guild_commands_are_a_scope_of_their_own(api: Api) -> None:
    application = await api.application()
    path = f"{application}/guilds/{await api.guild_id()}/commands"
    made = await api("POST", path, command())
    assert made.body["guild_id"] == await api.guild_id()
    assert (await api("GET", f"{application}/commands")).body == []
    assert (await api("GET", f"{application}/guilds/1/commands")).code == 50001
    assert (await api("GET", "/applications/1/commands")).code == 10002


@pytest.mark.parametrize("where", ["", "/guilds/{guild}"], ids=["everywhere", "in a guild"])
async def test_where_no_command_was_ever_registered_none_can_be_removed(api: Api, where: str) -> None:
    scope = where.format(guild=await api.guild_id())
    answer = await api("DELETE", f"{await api.application()}{scope}/commands/1")
    assert (answer.status, answer.code) == (404, 10063)
