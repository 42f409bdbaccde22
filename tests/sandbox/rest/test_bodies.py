"""Bodies that end or break off where they should not, and numbers that no id has."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox import Sandbox
from tests.sandbox.raw import Api

PART = b'--x\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{"content": "x"}'
FORM = "multipart/form-data; boundary=x"
DIGITS = "1" * 5000  # more than Python makes a number of


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", PART + b"\r\n--x--\r\n"),
        (f"multipart/form-data; boundary={'y' * 100}", PART + b"\r\n--x--\r\n"),
        (FORM, b"no boundary"),
        (FORM, b"--x\r\n"),
        (FORM, b"--x\r\nno header\r\n\r\nx\r\n--x--\r\n"),
        (FORM, PART),
    ],
    ids=["no boundary named", "long boundary", "other boundary", "nothing in it", "no header", "no end"],
)
async def test_a_form_that_is_none_is_a_bad_request(api: Api, content_type: str, body: bytes) -> None:
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    headers = {"Authorization": f"Bot {api.token}", "Content-Type": content_type}
    async with api.http.post(url, data=body, headers=headers) as response:
        assert (response.status, await response.json()) == (400, {"message": "400: Bad Request", "code": 0})


@pytest.mark.parametrize("content_type", ["application/json", FORM])
async def test_whoever_is_gone_in_the_middle_of_a_body_has_sent_nothing(
    api: Api, sandbox: Sandbox, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = await api.channel()
    _, writer = await asyncio.open_connection("127.0.0.1", int(sandbox.url.rpartition(":")[2]))
    head = f"POST /api/v10{path}/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nContent-Type: {content_type}"
    writer.write(f'{head}\r\n\r\n{{"content'.encode())
    await writer.drain()
    writer.transport.abort()
    async with asyncio.timeout(5):
        while not (sent := [request.status for request in sandbox.requests if request.method == "POST"]):
            await api("GET", "/gateway")
    assert sent == [400]
    assert not caplog.records


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/users/@me/channels", {"recipient_id": DIGITS}),
        ("POST", "{channel}/messages", {"content": "x", "flags": DIGITS}),
        ("GET", f"{{channel}}/messages?limit={DIGITS}", None),
        ("PUT", "{application}/commands", [{"name": "x", "description": "x", "id": DIGITS}]),
    ],
    ids=["recipient", "flags", "limit", "command"],
)
async def test_a_number_with_thousands_of_digits_is_none(api: Api, method: str, path: str, body: Any) -> None:
    answer = await api(method, path.format(channel=await api.channel(), application=await api.application()), body)
    assert (answer.status, answer.code) == (400, 50035)


async def test_the_fields_of_a_form_count_unless_it_has_the_whole_as_json(api: Api) -> None:
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    headers = {"Authorization": f"Bot {api.token}"}
    for whole, content in (({}, "field"), ({"payload_json": '{"content": "json"}'}, "json")):
        form = aiohttp.FormData({"content": "field", **whole})
        form.add_field("files[0]", b"x", filename="a.txt")
        async with api.http.post(url, data=form, headers=headers) as response:
            said = await response.json()
        assert (said["content"], [file["filename"] for file in said["attachments"]]) == (content, ["a.txt"])
