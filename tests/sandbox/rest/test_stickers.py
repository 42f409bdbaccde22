"""Stickers of guilds, and messages with them."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock
from sandbox.permissions import Permission
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened
from tests.sandbox.raw import Answer
from tests.sandbox.rest.test_pictures import MOVING, RED


async def uploaded(rest: HouseApi, content: bytes | None = RED, **fields: Any) -> Answer:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in {"name": "cake", "tags": "food", **fields}.items():
        form.add_field(name, value)
    if content is not None:
        form.add_field("file", content, filename="cake.png", content_type="image/png")
    return await rest("POST", await rest.guild("/stickers"), data=form)


async def test_a_bot_makes_changes_and_deletes_a_sticker(
    robo: HouseBot, rest: HouseApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord.Asset, "BASE", rest.sandbox.url)
    file = discord.File(io.BytesIO(RED), "red.png")
    made = await robo.house.create_sticker(name="red", description="it is red", emoji="🟥", file=file)
    assert [sticker.name for sticker in (await robo.until("guild_stickers_update"))[2]] == ["red"]
    assert (made.format, await made.read()) == (discord.StickerFormatType.png, RED)
    assert (await made.edit(name="redder")).name == "redder"
    (listed,) = await robo.house.fetch_stickers()
    assert (listed.name, listed.user, listed.emoji) == ("redder", robo.user, "🟥")
    assert (await robo.fetch_sticker(made.id)).description == "it is red"
    assert await robo.fetch_premium_sticker_packs() == []
    await made.delete()
    with pytest.raises(discord.NotFound, match="10060"):
        await robo.house.fetch_sticker(made.id)


async def test_a_message_has_stickers_and_keeps_them(robo: HouseBot, rest: HouseApi) -> None:
    made = await robo.house.create_sticker(
        name="red", description="", emoji="🟥", file=discord.File(io.BytesIO(RED), "red.png")
    )
    hall = robo.channel("hall")
    sent = await hall.send(stickers=[made])
    assert [(item.id, item.name) for item in sent.stickers] == [(made.id, "red")]
    await sent.edit(content="with words")
    await made.delete()
    assert [item.id for item in (await hall.fetch_message(sent.id)).stickers] == [made.id]
    with pytest.raises(discord.HTTPException, match="50081"):
        await hall.send(stickers=[made])


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        pytest.param({"name": "x"}, "name", id="a name of 1"),
        pytest.param({"name": "xx"}, None, id="a name of 2"),
        pytest.param({"name": "x" * 30}, None, id="a name of 30"),
        pytest.param({"name": "x" * 31}, "name", id="a name of 31"),
        pytest.param({"tags": "x" * 200}, None, id="tags of 200"),
        pytest.param({"tags": "x" * 201}, "tags", id="tags of 201"),
        pytest.param({"description": "x" * 100}, None, id="a description of 100"),
        pytest.param({"description": "x" * 101}, "description", id="a description of 101"),
        pytest.param({"content": None}, "file", id="no file"),
        pytest.param({"content": RED.ljust(512 * 1024, b"x")}, None, id="512 KiB"),
        pytest.param({"content": RED.ljust(512 * 1024 + 1, b"x")}, "file", id="more"),
    ],
)
async def test_what_a_sticker_may_be(rest: HouseApi, fields: dict[str, Any], found: str | None) -> None:
    answer = await uploaded(rest, **fields)
    assert answer.status == (201 if found is None else 400)
    assert found is None or len(answer.found(found)) == 1


@pytest.mark.parametrize(
    ("content", "kind"), [(RED, 1), (RED + b"acTL", 2), (MOVING, 4), (b"{}", 50013), (b"x", 50046)]
)
async def test_the_file_says_what_kind_of_sticker_it_is(rest: HouseApi, content: bytes, kind: int) -> None:
    answer = await uploaded(rest, content)
    assert answer.body.get("format_type", answer.body.get("code")) == kind


async def test_a_guild_has_five_stickers(rest: HouseApi) -> None:
    assert [(await uploaded(rest)).status for _ in range(6)] == [201] * 5 + [400]
    assert (await uploaded(rest)).code == 30039


async def test_stickers_need_their_permissions(clock: ManualClock) -> None:
    lacking = Permission.CREATE_GUILD_EXPRESSIONS | Permission.MANAGE_GUILD_EXPRESSIONS
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        assert (await uploaded(HouseApi(sandbox, http))).code == 50013
