"""The files that people attach: parts of a multipart request, or base64 in a JSON one."""

from typing import Any

from sandbox.control.asked import Asked
from sandbox.control.files import decoded
from sandbox.control.problems import ControlError, Problem
from sandbox.rules.attachments import Entry, Upload, check_sizes


def files_of(who: Asked) -> tuple[tuple[Upload, ...], tuple[Entry, ...] | None]:
    """The uploads, and what is said of them. Raises ControlError, and DiscordError for one that is too large."""
    listed = who.body.get("files") or []
    if not isinstance(listed, list):
        raise ControlError(Problem.REFUSED, "the files are not a list")
    uploads = who.uploads or tuple(_upload(index, file) for index, file in enumerate(listed))
    check_sizes(uploads)
    if not listed or who.uploads:
        return uploads, None
    described = tuple(
        Entry(index, description=file.get("description"), spoiler=bool(file.get("spoiler")))
        for index, file in enumerate(listed)
    )
    return uploads, described


def _upload(index: int, file: Any) -> Upload:
    try:
        return Upload(index, *decoded(file))
    except ValueError as error:
        raise ControlError(Problem.REFUSED, str(error)) from None
