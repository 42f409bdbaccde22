"""A bot that does nothing by itself: the test answers what it is asked, with requests of its own making."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
import orjson

from sandbox import Sandbox
from tests.sandbox.raw import Answer, Api, Gateway

# Every slash command that it has takes this, and completes it.
NAME = {"type": 3, "name": "name", "description": "d", "autocomplete": True}


@dataclass
class Asked:
    """An interaction as the bot got it, and the calls that answer it."""

    api: Api
    data: dict[str, Any]

    async def respond(self, kind: Any, data: Any = None, query: str = "", *, file: bool = False) -> Answer:
        path = f"/interactions/{self.data['id']}/{self.data['token']}/callback{query}"
        return await self._send("POST", path, {"type": kind, "data": data}, file)

    async def hook(self, method: str, rest: str = "", body: Any = None, *, file: bool = False) -> Answer:
        path = f"/webhooks/{self.data['application_id']}/{self.data['token']}{rest}"
        return await self._send(method, path, body, file)

    async def _send(self, method: str, path: str, body: Any, file: bool) -> Answer:
        """With `file` there is a file called x.txt beside the body."""
        if file:
            return await self.api(method, path, data=with_file(body))
        return await self.api(method, path, body)

    async def original(self) -> dict[str, Any]:
        return dict((await self.hook("GET", "/messages/@original")).body)


class Scripted:
    """`person` does what the bot is asked for."""

    def __init__(self, line: Gateway, api: Api) -> None:
        self.line, self.api = line, api

    async def act(self, path: str, person: str = "ada", **body: Any) -> dict[str, Any]:
        """What a control route answers."""
        url = f"{self.api.sandbox.url}/sandbox/people/{person}/{path}"
        data = BytesIO(orjson.dumps(body))
        async with self.api.http.post(url, data=data, headers={"Content-Type": "application/json"}) as response:
            answer: dict[str, Any] = await response.json()
            return {**answer, "status": response.status}

    async def asked(self, path: str = "commands", person: str = "ada", **body: Any) -> Asked:
        """Lets somebody start an interaction without waiting for its answer."""
        if path == "commands":
            body = {"command": "model", "channel": "general", "options": {"name": "x"}, **body}
        answer = await self.act(path, person, **body)
        assert answer["status"] == 200, answer
        return Asked(self.api, (await self.line.until("INTERACTION_CREATE"))["d"])

    async def answered(self, data: dict[str, Any], kind: int = 4, **body: Any) -> Asked:
        """A command that is answered at once."""
        asked = await self.asked(**body)
        answer = await asked.respond(kind, data)
        assert answer.status == 204, answer.body
        return asked


async def prepare(sandbox: Sandbox, api: Api, line: Gateway) -> Scripted:
    """Registers what it needs, and connects."""
    names = ("model", "tell")
    commands = [{"name": name, "description": "d", "options": [NAME]} for name in names]
    menus = [{"name": "Look", "type": 2}, {"name": "Ask", "type": 3}]
    await api("PUT", f"{await api.application()}/commands", [*commands, *menus])
    await line.identify(sandbox.token)
    await line.until("GUILD_CREATE")
    return Scripted(line, api)


def with_file(body: Any, name: str = "x.txt", content: bytes = b"text") -> aiohttp.FormData:
    """A multipart body with one file."""
    form = aiohttp.FormData()
    form.add_field("payload_json", orjson.dumps(body).decode(), content_type="application/json")
    form.add_field("files[0]", content, filename=name, content_type="text/plain")
    return form
