"""Files of messages: sent, described, shown in embeds, kept or dropped by edits, and fetched again."""

from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from sandbox.actor import NotAllowed, Person, Refused
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api
from tests.sandbox.uploading import PNG, fetched, send
from tests.sandbox.worlds import forbid


def path_of(answer: Answer) -> str:
    return f"/channels/{answer.body['channel_id']}/messages/{answer.body['id']}"


async def test_a_picture_has_its_size_and_is_fetched_as_one(api: Api) -> None:
    (file,) = (await send(api, {"content": "see"}, ("a b.png", PNG))).body["attachments"]
    assert (file["filename"], file["title"], file["content_type"]) == ("a_b.png", "a b", "image/png")
    assert (file["width"], file["height"], file["size"]) == (128, 128, len(PNG))
    status, content, headers = await fetched(api, file["url"])
    assert (status, content, headers["Content-Type"]) == (200, PNG, "image/png")
    assert headers["Content-Disposition"] == 'attachment; filename="a_b.png"'


@pytest.mark.parametrize("name", ["page.html", "a.svg", "script.js", "fake.png"])
async def test_what_is_no_picture_is_never_shown_as_a_page(api: Api, name: str) -> None:
    (file,) = (await send(api, None, (name, b"<script>alert(1)</script>"))).body["attachments"]
    _, _, headers = await fetched(api, file["url"])
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd"])
async def test_a_name_leads_nowhere(api: Api, name: str) -> None:
    (file,) = (await send(api, None, (name, b"mine"))).body["attachments"]
    assert "/" not in file["filename"]
    assert (await fetched(api, file["url"]))[:2] == (200, b"mine")
    assert (await fetched(api, file["url"].rpartition("/")[0] + "/..%2f..%2fpasswd"))[1] == b"mine"


async def test_files_are_described_by_their_entries(api: Api) -> None:
    entries = [
        {"id": 1, "filename": "second.txt", "description": "the second", "is_spoiler": True},
        {"id": 0, "title": "First!"},
    ]
    answer = await send(api, {"attachments": entries}, ("a.txt", b"a"), ("b.txt", b"b"))
    second, first = answer.body["attachments"]
    assert (second["filename"], second["description"], second["flags"]) == ("second.txt", "the second", 8)
    assert (first["filename"], first["title"], "description" in first) == ("a.txt", "First!", False)


async def test_an_embed_shows_a_file_which_is_not_listed_then(api: Api) -> None:
    embed = {
        "title": "t",
        "image": {"url": "attachment://a.png"},
        "thumbnail": {"url": "https://example.com/b.png"},
        "footer": {"text": "f", "icon_url": "attachment://a.png"},
        "author": {"name": "n", "icon_url": "attachment://missing.png"},
    }
    answer = await send(api, {"embeds": [embed]}, ("a.png", PNG), ("c.txt", b"c"))
    (shown,) = answer.body["embeds"]
    image = shown["image"]
    assert (image["width"], image["height"], image["content_type"]) == (128, 128, "image/png")
    assert image["url"] == image["proxy_url"] == shown["footer"]["icon_url"]
    assert (await fetched(api, image["url"]))[1] == PNG
    assert shown["thumbnail"] == {"url": "https://example.com/b.png", "proxy_url": "https://example.com/b.png"}
    assert shown["author"] == {"name": "n"}
    assert [file["filename"] for file in answer.body["attachments"]] == ["c.txt"]
    edited = await api("PATCH", path_of(answer), {"embeds": answer.body["embeds"]})  # as a bot gives them back
    assert edited.body["embeds"] == answer.body["embeds"]
    assert len(edited.body["attachments"]) == 1
    assert len((await api("PATCH", path_of(answer), {"embeds": [], "content": "x"})).body["attachments"]) == 2


async def test_an_edit_keeps_adds_and_removes(api: Api) -> None:
    sent = await send(api, None, ("a.txt", b"a"), ("b.txt", b"b"))
    first, second = sent.body["attachments"]

    async def edited(body: Any, *files: tuple[str, bytes]) -> list[str]:
        answer = await send(api, body, *files, path=path_of(sent), method="PATCH")
        assert answer.status == 200, answer.body
        return [file["filename"] for file in answer.body["attachments"]]

    assert await edited({"content": "x"}, ("c.txt", b"c")) == ["a.txt", "b.txt", "c.txt"]
    assert await edited({"attachments": [{"id": first["id"]}, {"id": 0}]}, ("d.txt", b"d")) == ["a.txt", "d.txt"]
    assert (await fetched(api, second["url"]))[0] == 404
    described = {"id": first["id"], "description": "new"}
    answer = await api("PATCH", path_of(sent), {"attachments": [described]})
    assert [(file["id"], file["description"]) for file in answer.body["attachments"]] == [(first["id"], "new")]
    unknown = await api("PATCH", path_of(sent), {"attachments": [{"id": second["id"]}]})
    assert unknown.found("attachments", 0, "id") == ["ATTACHMENT_NOT_FOUND"]
    assert (await api("PATCH", path_of(sent), {"attachments": [], "content": None})).code == 50006


@pytest.mark.parametrize(("count", "status"), [(10, 200), (11, 400)])
async def test_a_message_has_at_most_ten_files(api: Api, count: int, status: int) -> None:
    files = [(f"{number}.txt", b"x") for number in range(count)]
    sent = await send(api, None, *files[:9])
    answer = await send(api, {}, *files[9:], path=path_of(sent), method="PATCH")
    assert answer.status == status
    if status == 400:
        assert answer.code == 30015
    assert (await send(api, None, *files)).status == status


async def test_files_take_the_permission_to_attach(api: Api, sandbox: Sandbox) -> None:
    await forbid(sandbox, Permission.ATTACH_FILES)
    answer = await send(api, {"content": "x"}, ("a.txt", b"a"))
    assert (answer.status, answer.code) == (403, 50013)
    assert (await api("POST", f"{await api.channel()}/messages", {"content": "x"})).status == 200


async def test_a_voice_message_is_one_audio_file_and_nothing_else(api: Api) -> None:
    voice, audio = 1 << 13, ("voice.ogg", b"OggS")
    entry = {"id": 0, "duration_secs": 1.5, "waveform": "AAAA"}
    sent = await send(api, {"flags": voice, "attachments": [entry]}, audio)
    (file,) = sent.body["attachments"]
    assert (file["duration_secs"], file["waveform"], sent.body["flags"]) == (1.5, "AAAA", voice)
    assert (await api("PATCH", path_of(sent), {"content": "x"})).code == 50162
    for body, files, code in (
        ({"content": "x"}, [audio], 50159),
        ({}, [("a.txt", b"a")], 50160),
        ({}, [audio, audio], 50160),
        ({}, [audio], 50161),
    ):
        assert (await send(api, {"flags": voice, **body}, *files)).code == code


async def test_people_attach_files_that_bots_can_read(api: Api, ada: Person) -> None:
    said = await ada.say("general", "@TinyLLM look", files={"SPOILER_a.png": PNG, "b.txt": b"text"})
    assert said.attachments == ("SPOILER_a.png", "b.txt")
    heard = (await api("GET", f"{await api.channel()}/messages/{said.id}")).body
    assert [file["width"] for file in heard["attachments"] if "width" in file] == [128]
    assert (await fetched(api, heard["attachments"][1]["url"]))[1] == b"text"
    alone = await ada.say("@TinyLLM", "", files={"a.txt": b"a"})
    assert (alone.content, alone.attachments) == ("", ("a.txt",))


async def test_attachments_are_hidden_with_the_words(api: Api, ada: Person) -> None:
    said = await ada.say("general", "look", files={"a.txt": b"a"})
    hidden = (await api("GET", f"{await api.channel()}/messages/{said.id}")).body
    assert (hidden["content"], hidden["attachments"]) == ("", [])


@pytest.mark.parametrize(("size", "fits"), [(10 * 1024 * 1024, True), (10 * 1024 * 1024 + 1, False)])
async def test_peoples_files_have_the_same_limits(ada: Person, size: int, fits: bool) -> None:
    if fits:
        await ada.say("general", "x", files={"a.bin": b"x" * size})
        return
    with pytest.raises(Refused, match="too large"):
        await ada.say("general", "x", files={"a.bin": b"x" * size})


async def test_people_attach_only_where_they_may(sandbox: Sandbox, ben: Person) -> None:
    await forbid(sandbox, Permission.ATTACH_FILES, everyone=True)
    with pytest.raises(NotAllowed, match="ben cannot attach files in general"):
        await ben.say("general", "x", files={"a.txt": b"a"})
    await ben.say("general", "x")


async def test_the_page_may_send_files_as_a_form(api: Api, sandbox: Sandbox, ada: Person) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("payload_json", '{"channel":"general","content":"see"}')
    form.add_field("files[0]", b"abc", filename="a.txt", content_type="text/plain")
    async with api.http.post(f"{sandbox.url}/sandbox/people/ada/messages", data=form) as response:
        assert response.status == 200
    assert (await ada.history("general"))[0].attachments == ("a.txt",)


@pytest.mark.parametrize("files", ["x", [1], [{}], [{"filename": "a", "content": "?"}], [{"content": "YQ=="}]], ids=str)
async def test_files_that_are_none_are_refused_with_a_sentence(api: Api, sandbox: Sandbox, files: Any) -> None:
    body = {"channel": "general", "content": "x", "files": files}
    async with api.http.post(f"{sandbox.url}/sandbox/people/ada/messages", json=body) as response:
        assert (response.status, (await response.json())["problem"]) == (400, "refused")


async def test_faces_and_emojis_are_pictures(api: Api) -> None:
    base = api.sandbox.url
    for path in ("/embed/avatars/0.png", "/embed/avatars/5.png?size=64", "/avatars/1/a_00ff.png"):
        status, content, headers = await fetched(api, base + path)
        assert (status, content[:4], headers["Content-Type"]) == (200, PNG[:4], "image/png")
    for path in ("/embed/avatars/6.png", "/embed/avatars/x.png", "/emojis/1.png"):
        assert (await fetched(api, base + path))[0] in (404, 501)
