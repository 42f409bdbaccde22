"""Pictures that a bot gives to itself and to servers: kept, named by hashes, and served."""

import discord
import pytest

from sandbox.messages.painting import painted
from tests.sandbox.houses import HouseApi, HouseBot
from tests.sandbox.rest.test_guilds import PNG, image

RED = painted("ff0000")
MOVING = b"GIF89a" + bytes(10)


@pytest.fixture(autouse=True)
def served(rest: HouseApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", rest.sandbox.url)


async def test_a_bot_changes_its_own_pictures(robo: HouseBot) -> None:
    assert robo.user is not None
    changed = await robo.user.edit(avatar=RED, banner=MOVING)
    assert changed.avatar is not None
    assert await changed.avatar.read() == RED
    assert await changed.avatar.replace(size=64, format="webp").read() == RED
    await robo.until("member_update")
    assert robo.user.avatar == changed.avatar
    banner = (await robo.fetch_user(changed.id)).banner
    assert banner is not None
    assert banner.is_animated()
    assert await banner.read() == MOVING
    assert (await changed.edit(avatar=None)).avatar is None
    assert (await changed.edit(username="Other")).name == "Other"


async def test_a_server_has_an_icon(robo: HouseBot) -> None:
    await robo.house.edit(icon=RED)
    _, after = await robo.until("guild_update")
    assert await after.icon.read() == RED
    assert (await anext(robo.fetch_guilds())).icon == after.icon
    await after.edit(icon=None)
    assert (await robo.until("guild_update"))[1].icon is None


async def test_a_bot_may_look_different_in_one_server(robo: HouseBot, rest: HouseApi) -> None:
    answer = await rest("PATCH", await rest.guild("/members/@me"), {"avatar": image(RED), "nick": "Red"})
    assert answer.body["nick"] == "Red"
    after = (await robo.until("member_update"))[1]
    assert after.guild_avatar is not None
    assert await after.guild_avatar.read() == RED
    assert after.avatar is None


async def test_an_emoji_is_what_was_uploaded(robo: HouseBot) -> None:
    emoji = await robo.house.create_custom_emoji(name="red", image=RED)
    assert await emoji.read() == RED
    moving = await robo.house.create_custom_emoji(name="moving", image=MOVING)
    assert moving.animated
    assert await moving.read() == MOVING
    await emoji.delete()
    with pytest.raises(discord.NotFound):
        await emoji.read()


@pytest.mark.parametrize("wrong", ["x", 5, "data:text/plain;base64,QQ==", "data:image/png;base64,", image()[:-1]])
async def test_what_is_no_picture_is_refused(rest: HouseApi, wrong: object) -> None:
    for path, name in (
        ("/users/@me", "avatar"),
        (await rest.guild(), "icon"),
        (await rest.guild("/members/@me"), "banner"),
    ):
        refused = await rest("PATCH", path, {name: wrong})
        assert refused.found(name) == ["IMAGE_INVALID"]


async def test_a_server_without_boosts_has_no_banner(rest: HouseApi) -> None:
    answer = await rest("PATCH", await rest.guild(), {"banner": image(PNG), "icon": image(PNG)})
    assert (answer.status, answer.body["banner"], len(answer.body["icon"])) == (200, None, 32)
