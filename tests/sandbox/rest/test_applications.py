"""The application of the bot: what a bot changes of it, and the emojis that it may use everywhere."""

from typing import Any

import discord
import pytest

from tests.sandbox.houses import HouseApi, HouseBot
from tests.sandbox.raw import Api
from tests.sandbox.rest.test_guilds import image
from tests.sandbox.rest.test_pictures import MOVING, RED


async def test_a_bot_describes_its_application(robo: HouseBot, rest: HouseApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", rest.sandbox.url)
    information = await robo.application_info()
    changed = await information.edit(
        description="It helps.", tags=["chat"], custom_install_url="https://example.com/add", icon=RED
    )
    assert (changed.description, changed.tags) == ("It helps.", ["chat"])
    assert changed.custom_install_url == "https://example.com/add"
    assert changed.icon is not None
    assert await changed.icon.read() == RED
    assert (await robo.application_info()).tags == ["chat"]
    assert (await changed.edit(icon=None)).icon is None


@pytest.mark.parametrize(
    ("body", "at"),
    [
        pytest.param({"tags": [str(n) for n in range(5)]}, None, id="5 tags"),
        pytest.param({"tags": [str(n) for n in range(6)]}, ("tags",), id="6 tags"),
        pytest.param({"tags": ["x" * 20]}, None, id="a tag of 20"),
        pytest.param({"tags": ["x" * 21]}, ("tags", 0), id="a tag of 21"),
        pytest.param({"tags": "x"}, ("tags",), id="no list"),
        pytest.param({"custom_install_url": "x"}, ("custom_install_url",), id="no address"),
        pytest.param({"icon": "x"}, ("icon",), id="no picture"),
        pytest.param(
            {"interactions_endpoint_url": "https://example.com"}, ("interactions_endpoint_url",), id="an endpoint"
        ),
    ],
)
async def test_what_an_application_may_be(api: Api, body: dict[str, Any], at: tuple[str | int, ...] | None) -> None:
    answer = await api("PATCH", "/applications/@me", body)
    assert answer.status == (200 if at is None else 400)
    assert at is None or len(answer.found(*at)) == 1


async def test_the_emojis_of_an_application_are_used_like_those_of_servers(robo: HouseBot) -> None:
    made = await robo.create_application_emoji(name="red", image=RED)
    moving = await robo.create_application_emoji(name="moving", image=MOVING)
    assert ([each.id for each in await robo.fetch_application_emojis()], moving.animated) == (
        [made.id, moving.id],
        True,
    )
    assert (await made.edit(name="redder")).name == "redder"
    fetched = await robo.fetch_application_emoji(made.id)
    assert (fetched.name, fetched.user, fetched.is_application_owned()) == ("redder", robo.user, True)
    message = await robo.channel("hall").send("look")
    await message.add_reaction(fetched)
    assert (await robo.until("raw_reaction_add")).emoji.id == made.id
    await made.delete()
    with pytest.raises(discord.NotFound, match="10014"):
        await robo.fetch_application_emoji(made.id)


async def test_an_emoji_needs_a_name_and_a_picture_and_another_application_has_none(api: Api) -> None:
    path = f"{await api.application()}/emojis"
    assert (await api("POST", path, {"name": "x", "image": image()})).found("name") == ["BASE_TYPE_BAD_LENGTH"]
    assert (await api("POST", path, {"name": "xy"})).found("image") == ["BASE_TYPE_REQUIRED"]
    assert (await api("GET", "/applications/1/emojis")).code == 10002
