"""Requests of people that lack something or have the wrong thing."""

from typing import Any

import pytest

from sandbox import Sandbox
from tests.sandbox.raw import Api


@pytest.mark.parametrize(
    ("method", "path", "body", "sentence"),
    [
        ("GET", "messages", None, "the request does not say 'channel'"),
        ("GET", "commands", None, "the request does not say 'channel'"),
        ("PUT", "guilds/Workshop/timeouts", {"user": "ben", "seconds": "x"}, "'seconds' is a number, and not 'x'"),
        ("POST", "messages", {"channel": "1" * 5000, "text": "x"}, f"ada sees no channel called {'1' * 5000}"),
    ],
    ids=["history of no channel", "commands of no channel", "no number", "digits"],
)
async def test_what_is_wrong_is_said_in_a_sentence(
    sandbox: Sandbox, api: Api, method: str, path: str, body: Any, sentence: str
) -> None:
    async with api.http.request(method, f"{sandbox.url}/sandbox/people/ada/{path}", json=body) as response:
        assert (response.status, (await response.json())["sentence"]) == (400, sentence)
