"""Files that people give to options and modals, as control requests carry them: a name, and the content in base64."""

import base64
from typing import Any

from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.messages.files import stored
from sandbox.rules.attachments import MOST_FILE, Entry, Upload
from sandbox.rules.filetypes import takes_file
from sandbox.state import Attachment
from sandbox.wire import Json


def read_file(core: Core, owner: Json, given: Any) -> Attachment:
    """`owner` is the option or component that may ask for types. Raises ControlError for what a client refuses."""
    filename, content, content_type = _read(given)
    if len(content) > MOST_FILE:
        raise ControlError(Problem.BAD_OPTION, f"{filename} is too large: a file may have {MOST_FILE} bytes")
    if not takes_file(owner, filename):
        raise ControlError(Problem.BAD_OPTION, f"{filename} is not of the types {', '.join(owner['file_types'])}")
    upload = Upload(0, filename, content, content_type)
    attachment = stored(upload, Entry(0), core.snowflakes)
    core.uploads.add(attachment)
    return attachment


def decoded(given: Any) -> tuple[str, bytes, str]:
    """Its name, content and type. Raises ValueError for what is no file."""
    try:
        content = base64.b64decode(given["content"], validate=True)
        return str(given["filename"]), content, str(given.get("content_type") or "")
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ValueError("a file is an object with a filename, and its content in base64") from None


def _read(given: Any) -> tuple[str, bytes, str]:
    try:
        filename, content, content_type = decoded(given)
    except ValueError as error:
        raise ControlError(Problem.BAD_OPTION, str(error)) from None
    name = filename.replace("\\", "/").rpartition("/")[2]
    if not name:
        raise ControlError(Problem.BAD_OPTION, "a file needs a name")
    return name, content, content_type
