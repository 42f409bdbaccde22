"""A canvas in memory, that can misbehave like Discord."""

from bot.replies.streaming import HiccupError, ReplyLostError


class MemoryCanvas:
    """Keeps what every message has shown, oldest version first."""

    def __init__(self) -> None:
        self.versions: list[list[str]] = []
        self.stoppable: list[bool] = []
        self.hiccups = 0
        self.lost = False

    @property
    def shown(self) -> list[str]:
        """What can be seen now."""
        return [versions[-1] for versions in self.versions]

    async def send(self, content: str, *, stoppable: bool) -> int:
        self._misbehave()
        self.versions.append([content])
        self.stoppable.append(stoppable)
        return len(self.versions)

    async def edit(self, message_id: int, content: str, *, stoppable: bool) -> None:
        self._misbehave()
        self.versions[message_id - 1].append(content)
        self.stoppable[message_id - 1] = stoppable

    def _misbehave(self) -> None:
        if self.lost:
            raise ReplyLostError("Unknown Channel")
        if self.hiccups:
            self.hiccups -= 1
            raise HiccupError("500")
