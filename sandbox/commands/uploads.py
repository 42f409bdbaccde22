"""Files that people give to commands and modals: nobody but the application sees them, and not for ever."""

from sandbox.state import Attachment

# Discord keeps them for some time; here the oldest make room.
MOST_KEPT_BYTES = 256 * 1024 * 1024


class Uploads:
    def __init__(self) -> None:
        self._kept: dict[int, Attachment] = {}
        self._bytes = 0

    def add(self, attachment: Attachment) -> None:
        self._kept[attachment.id] = attachment
        self._bytes += len(attachment.content)
        while self._bytes > MOST_KEPT_BYTES:
            oldest = self._kept.pop(next(iter(self._kept)))
            self._bytes -= len(oldest.content)

    def get(self, attachment_id: int) -> Attachment | None:
        return self._kept.get(attachment_id)
