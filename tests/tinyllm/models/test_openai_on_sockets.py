"""The key on a real connection, whose every step is logged."""

import asyncio
import logging

import pytest

from tests.tinyllm.asking import heard
from tinyllm.errors import KeyRefusedError
from tinyllm.models.openai import OpenAIClient

KEY = "sk-hush-1234"


async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Repeats the key that it was given."""
    asked = await reader.readuntil(b"\r\n\r\n")
    said = b'{"error":{"message":"Incorrect API key provided: %s"}}' % KEY.encode()
    assert KEY.encode() in asked
    writer.write(b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(said), said))
    await writer.drain()
    writer.close()


async def test_no_log_of_a_connection_shows_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with OpenAIClient(f"http://127.0.0.1:{port}/v1", api_key=KEY) as client:
            _, failed = await heard(client)
    assert isinstance(failed, KeyRefusedError)
    assert "401" in caplog.text
    assert KEY not in caplog.text
    assert KEY not in str(failed)
