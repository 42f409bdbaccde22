"""Messages with files, sent without a library between, and files that are fetched again."""

import io
from typing import Any

import aiohttp
import orjson

from sandbox.messages.painting import painted
from tests.sandbox.raw import Answer, Api

PNG = painted("00ff00")


async def send(api: Api, body: Any, *files: tuple[str, bytes], path: str = "", method: str = "POST") -> Answer:
    """A multipart request, with files by name and content."""
    form = aiohttp.FormData(quote_fields=False)
    if body is not None:
        form.add_field("payload_json", orjson.dumps(body).decode())
    for index, (name, content) in enumerate(files):
        form.add_field(f"files[{index}]", io.BytesIO(content), filename=name)
    return await api(method, path or f"{await api.channel()}/messages", data=form)


async def fetched(api: Api, url: str) -> tuple[int, bytes, Any]:
    async with api.http.get(url) as response:
        return response.status, await response.read(), response.headers
