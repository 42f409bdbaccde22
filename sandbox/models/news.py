"""Something happened: wakes whoever waits for it, without polling."""

import asyncio


class News:
    def __init__(self) -> None:
        self._next = asyncio.Event()

    def announce(self) -> None:
        self._next.set()
        self._next = asyncio.Event()

    async def next(self) -> None:
        await self._next.wait()
