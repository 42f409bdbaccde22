"""The listening socket, which can really be closed and opened again on the same port."""

import asyncio
import socket

from aiohttp import web


class Door:
    def __init__(self, host: str, port: int, server: web.Server) -> None:
        self._host, self._server = host, server
        self.port = port
        self._listener: socket.socket | None = None
        self._serving: asyncio.Task[asyncio.Server] | None = None

    def open(self) -> None:
        """Whoever connects from now on is let in; raises OSError when the port is taken."""
        if self._listener is not None:
            return
        self._listener = socket.create_server((self._host, self.port))
        self.port = self._listener.getsockname()[1]
        loop = asyncio.get_running_loop()
        self._serving = asyncio.create_task(loop.create_server(self._server, sock=self._listener))

    async def opened(self) -> None:
        if self._serving is not None:
            await self._serving

    def close(self) -> None:
        """Refuses connections from now on and drops those that there are, as when the process dies."""
        if self._listener is None or self._serving is None:
            return
        if self._serving.done():
            self._serving.result().close()
        else:
            self._serving.cancel()
        self._listener.close()
        self._listener = self._serving = None
        for connection in list(self._server.connections):
            if connection.transport is not None:
                connection.transport.abort()
