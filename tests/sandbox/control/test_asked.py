"""Requests of people that lack something or have the wrong thing."""

from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.raw import Api

NO_FILE = "a file is an object with a filename, and its content in base64"


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("GET", "messages", None, "the request does not say 'channel'"),
        ("GET", "commands", None, "the request does not say 'channel'"),
        ("PUT", "guilds/Workshop/timeouts", {"user": "ben", "seconds": "x"}, "'seconds' is a number, and not 'x'"),
        ("PUT", "guilds/Workshop/timeouts", {"user": "ben", "seconds": 1e300}, "a timeout lasts 28 days at most"),
        ("POST", "messages", {"channel": "general", "files": [{"filename": "a", "content": "é"}]}, NO_FILE),
        ("POST", "messages", {"channel": "general", "files": [5]}, NO_FILE),
        ("POST", "messages", {"channel": "1" * 5000, "text": "x"}, f"ada sees no channel called {'1' * 5000}"),
    ],
    ids=["history of no channel", "commands of no channel", "no number", "ages", "no base64", "no file", "digits"],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    sandbox: Sandbox, api: Api, method: str, path: str, body: Any, sentence: str
) -> None:
    async with api.http.request(method, f"{sandbox.url}/sandbox/people/ada/{path}", json=body) as response:
        assert (response.status, (await response.json())["sentence"]) == (400, sentence)
