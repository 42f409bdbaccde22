"""Files that people give to options and modals, as control requests carry them: a name, and the content in base64."""

import base64
import binascii
import mimetypes
from typing import Any

from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.rules.filetypes import takes_file
from sandbox.rules.messages import MOST_FILE
from sandbox.state import Attachment
from sandbox.wire import Json


def read_file(core: Core, owner: Json, given: Any) -> Attachment:
    """`owner` is the option or component that may ask for types. Raises ControlError for what a client refuses."""
    filename, content = _read(given)
    if len(content) > MOST_FILE:
        raise ControlError(Problem.BAD_OPTION, f"{filename} is too large: a file may have {MOST_FILE} bytes")
    if not takes_file(owner, filename):
        raise ControlError(Problem.BAD_OPTION, f"{filename} is not of the types {', '.join(owner['file_types'])}")
    kind = given.get("content_type") or mimetypes.guess_type(filename)[0] or "application/octet-stream"
    attachment = Attachment(core.snowflakes.next(), filename, content, str(kind))
    core.uploads.add(attachment)
    return attachment


def _read(given: Any) -> tuple[str, bytes]:
    try:
        filename, content = str(given["filename"]), base64.b64decode(given["content"], validate=True)
    except (TypeError, KeyError, ValueError, binascii.Error):
        sentence = "a file is an object with a filename and its content in base64"
        raise ControlError(Problem.BAD_OPTION, sentence) from None
    name = filename.replace("\\", "/").rpartition("/")[2]
    if not name:
        raise ControlError(Problem.BAD_OPTION, "a file needs a name")
    return name, content
