"""A sandbox with Discord's rate limits, and a bot that does nothing by itself: the test answers what it is asked."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox import Limits, Sandbox
from tests.sandbox.raw import Answer, Api, Gateway, gateway


@pytest.fixture
def limits() -> bool | Limits:
    return True


@dataclass
class Asked:
    """An interaction as the bot got it, and the calls that answer it."""

    api: Api
    data: dict[str, Any]

    async def respond(self, kind: int, data: Any = None) -> Answer:
        path = f"/interactions/{self.data['id']}/{self.data['token']}/callback"
        return await self.api("POST", path, {"type": kind, "data": data})

    async def hook(self, method: str, rest: str = "", body: Any = None) -> Answer:
        path = f"/webhooks/{self.data['application_id']}/{self.data['token']}{rest}"
        return await self.api(method, path, body)


class Bot:
    """Registered one command, `/model name:`, whose option is completed."""

    def __init__(self, line: Gateway, api: Api) -> None:
        self.line, self.api = line, api

    async def asked(self, **more: Any) -> Asked:
        """Lets ada run the command without waiting for its answer."""
        body = {"command": "model", "channel": "general", "options": {"name": "x"}, **more}
        async with self.api.http.post(f"{self.api.sandbox.url}/sandbox/people/ada/commands", json=body) as response:
            assert response.status == 200, await response.text()
        return Asked(self.api, (await self.line.until("INTERACTION_CREATE"))["d"])


@pytest.fixture
async def bot(sandbox: Sandbox, api: Api) -> AsyncIterator[Bot]:
    option = {"type": 3, "name": "name", "description": "d", "autocomplete": True}
    body = {"name": "model", "description": "d", "options": [option]}
    await api("POST", f"{await api.application()}/commands", body)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        await line.until("GUILD_CREATE")
        yield Bot(line, api)
