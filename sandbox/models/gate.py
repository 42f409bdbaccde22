"""Holds all streams before a token, for tests that need an answer to stand still."""

import asyncio


class Gate:
    def __init__(self) -> None:
        self._after = 0
        self._open = asyncio.Event()
        self._open.set()

    def hold(self, after: int = 0) -> None:
        """From now on no reply goes past its first `after` tokens; those further on stop where they are."""
        self._after = after
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    async def passes(self, given: int) -> None:
        """Returns when a reply that has given so many tokens may give the next."""
        if given >= self._after:
            await self._open.wait()
