"""Every limit of messages that Discord documents, through the API and on both of its sides."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox import ManualClock
from sandbox.rules.mentions import EVERYTHING, pings
from tests.sandbox.raw import Answer, Api

V2 = 1 << 15
MEBIBYTE = 1024 * 1024
FIELD = {"name": "n", "value": "v", "inline": False}


@pytest.fixture
def limits() -> bool:
    return False


def embeds(**parts: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "t", **parts}]}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"components": [{"type": 1, "components": list(parts)}]}


def button(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "l", "custom_id": f"b{number}", **changes}


def select(options: int = 1, **changes: Any) -> dict[str, Any]:
    listed = [{"label": "l", "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "s", "options": listed, "min_values": 1, "max_values": 1, **changes}


def layout(*parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(parts), **more}


def container(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 17, "accent_color": None, "spoiler": False, "components": list(parts)}


def text(length: int = 1) -> dict[str, Any]:
    return {"type": 10, "content": "x" * length}


@dataclass(frozen=True)
class Limit:
    """The most that fits, one more than that, and where Discord finds it with which code."""

    fits: dict[str, Any]
    too_much: dict[str, Any]
    where: tuple[str | int, ...]
    code: str = "BASE_TYPE_MAX_LENGTH"


LIMITS = {
    "content 2,000": Limit({"content": "x" * 2000}, {"content": "x" * 2001}, ("content",)),
    "content 2,000 of any script": Limit({"content": "模" * 2000}, {"content": "模" * 2001}, ("content",)),
    "10 embeds": Limit({"embeds": [{"title": "t"}] * 10}, {"embeds": [{"title": "t"}] * 11}, ("embeds",)),
    "description 4,096": Limit(
        embeds(description="x" * 4096), embeds(description="x" * 4097), ("embeds", 0, "description")
    ),
    "title 256": Limit(embeds(title="x" * 256), embeds(title="x" * 257), ("embeds", 0, "title")),
    "25 fields": Limit(embeds(fields=[FIELD] * 25), embeds(fields=[FIELD] * 26), ("embeds", 0, "fields")),
    "field name 256": Limit(
        embeds(fields=[FIELD | {"name": "x" * 256}]),
        embeds(fields=[FIELD | {"name": "x" * 257}]),
        ("embeds", 0, "fields", 0, "name"),
    ),
    "field value 1,024": Limit(
        embeds(fields=[FIELD | {"value": "x" * 1024}]),
        embeds(fields=[FIELD | {"value": "x" * 1025}]),
        ("embeds", 0, "fields", 0, "value"),
    ),
    "footer 2,048": Limit(
        embeds(footer={"text": "x" * 2048}), embeds(footer={"text": "x" * 2049}), ("embeds", 0, "footer", "text")
    ),
    "author 256": Limit(
        embeds(author={"name": "x" * 256}), embeds(author={"name": "x" * 257}), ("embeds", 0, "author", "name")
    ),
    "6,000 in all texts of all embeds": Limit(
        {
            "embeds": [
                {"description": "x" * 3000},
                {"title": "x" * 200, "description": "x" * 2000, "footer": {"text": "x" * 300}},
                {"author": {"name": "x" * 200}, "fields": [{"name": "x" * 100, "value": "x" * 200, "inline": False}]},
            ]
        },
        {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
        ("embeds", 1),
        "MAX_EMBED_SIZE_EXCEEDED",
    ),
    "40 components": Limit(
        layout(container(*[text()] * 39)),
        layout(container(*[text()] * 40)),
        ("components",),
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "4,000 over all text displays": Limit(
        layout(text(2000), container(text(2000))),
        layout(text(2000), container(text(2001))),
        ("components",),
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "no content beside a layout": Limit(
        layout(text()),
        layout(text(), content="x"),
        ("content",),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "no embeds beside a layout": Limit(
        layout(text()),
        layout(text(), embeds=[{"title": "t"}]),
        ("embeds",),
        "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
    ),
    "5 buttons a row": Limit(
        row(*map(button, range(5))),
        row(*map(button, range(6))),
        ("components", 0, "components"),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "1 select a row": Limit(
        row(select()), row(select(), select(custom_id="t")), ("components", 0), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
    ),
    "no button beside a select": Limit(
        row(select()), row(button(), select()), ("components", 0), "COMPONENT_LAYOUT_WIDTH_EXCEEDED"
    ),
    "button label 80": Limit(
        row(button(label="x" * 80)), row(button(label="x" * 81)), ("components", 0, "components", 0, "label")
    ),
    "custom_id 100 of a button": Limit(
        row(button(custom_id="x" * 100)),
        row(button(custom_id="x" * 101)),
        ("components", 0, "components", 0, "custom_id"),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "custom_id 100 of a select": Limit(
        row(select(custom_id="x" * 100)),
        row(select(custom_id="x" * 101)),
        ("components", 0, "components", 0, "custom_id"),
        "BASE_TYPE_BAD_LENGTH",
    ),
    "25 options of a select": Limit(
        row(select(25)), row(select(26)), ("components", 0, "components", 0, "options"), "BASE_TYPE_BAD_LENGTH"
    ),
    "nonce 25": Limit(
        {"content": "x", "nonce": "n" * 25, "enforce_nonce": True},
        {"content": "x", "nonce": "n" * 26, "enforce_nonce": True},
        ("nonce",),
    ),
}


async def _send(api: Api, body: dict[str, Any]) -> Answer:
    return await api("POST", f"{await api.channel()}/messages", body)


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS.keys())
async def test_what_fits_is_sent_and_one_more_is_refused(api: Api, limit: Limit) -> None:
    assert (await _send(api, limit.fits)).status == 200
    refused = await _send(api, limit.too_much)
    assert (refused.status, refused.code) == (400, 50035)
    assert limit.code in refused.found(*limit.where)


@pytest.mark.parametrize(
    "body",
    [{"content": "x"}, {"embeds": [{"title": "t"}]}, row(button()), layout(text())],
    ids=["content", "embed", "component", "layout"],
)
async def test_something_must_be_said_but_one_thing_is_enough(api: Api, body: dict[str, Any]) -> None:
    assert (await _send(api, body)).status == 200
    refused = await _send(api, {"content": "", "embeds": [], "components": []})
    assert (refused.status, refused.code) == (400, 50006)


async def test_a_file_is_enough_too(api: Api) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("files[0]", b"x", filename="a.txt")
    assert (await api("POST", f"{await api.channel()}/messages", data=form)).status == 200


async def test_the_same_nonce_within_a_few_minutes_is_the_first_message(api: Api, clock: ManualClock) -> None:
    body = {"content": "x", "nonce": "n", "enforce_nonce": True}
    first = (await _send(api, body)).body["id"]
    clock.move(300)
    assert (await _send(api, body)).body["id"] == first
    clock.move(0.001)
    assert (await _send(api, body)).body["id"] != first


async def test_without_allowed_mentions_everything_in_the_text_pings_and_in_an_edit_again(api: Api) -> None:
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]

    def pinged(answer: Answer) -> list[str]:
        return [user["id"] for user in answer.body["mentions"]]

    quiet = await _send(api, {"content": f"<@{owner}>", "allowed_mentions": {"parse": []}})
    assert pinged(quiet) == []
    assert pinged(await _send(api, {"content": f"<@{owner}>"})) == [owner]
    path = f"/channels/{quiet.body['channel_id']}/messages/{quiet.body['id']}"
    assert pinged(await api("PATCH", path, {"content": f"<@{owner}>!"})) == [owner]
    quiet_edit = {"content": f"<@{owner}>?", "allowed_mentions": {"parse": []}}
    assert pinged(await api("PATCH", path, quiet_edit)) == []
    assert pings("@everyone", EVERYTHING, replied_to=None, may_ping_everyone=True).everyone


@pytest.mark.parametrize(("size", "status"), [(10 * MEBIBYTE, 200), (10 * MEBIBYTE + 1, 413)])
async def test_a_file_has_ten_mebibytes(api: Api, size: int, status: int) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("files[0]", io.BytesIO(b"x" * size), filename="a.bin")
    assert (await api("POST", f"{await api.channel()}/messages", data=form)).status == status


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 413)])
@pytest.mark.parametrize("announced", [True, False], ids=["announced", "in chunks"])
async def test_a_request_has_25_mebibytes(api: Api, more: int, status: int, announced: bool) -> None:
    body = b'{"content":"x"}'.ljust(25 * MEBIBYTE + more)
    headers = {"Authorization": f"Bot {api.token}", "Content-Type": "application/json"}
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    data = io.BytesIO(body) if announced else _chunks(body)
    async with api.http.post(url, data=data, headers=headers) as response:
        assert response.status == status


@pytest.mark.parametrize(("more", "status"), [(0, 200), (MEBIBYTE, 413)])
async def test_files_in_chunks_have_25_mebibytes_together(api: Api, more: int, status: int) -> None:
    parts = [8 * MEBIBYTE, 8 * MEBIBYTE, 8 * MEBIBYTE + more]
    head = '--b\r\nContent-Disposition: form-data; name="files[{}]"; filename="{}.bin"\r\n\r\n'
    body = b"".join(head.format(n, n).encode() + b"x" * size + b"\r\n" for n, size in enumerate(parts)) + b"--b--\r\n"
    headers = {"Authorization": f"Bot {api.token}", "Content-Type": "multipart/form-data; boundary=b"}
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    async with api.http.post(url, data=_chunks(body), headers=headers) as response:
        assert response.status == status


async def _chunks(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), MEBIBYTE):
        yield body[start : start + MEBIBYTE]
