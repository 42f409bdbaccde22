"""Which files an option or a modal takes, by the ending of their names."""

import re
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_TYPES = 10
# Source: "File Type Filtering" of the documentation.
_GROUPS = {
    "image": (".png", ".gif", ".jpg", ".jpeg", ".jfif", ".webp", ".avif"),
    "video": (".mp4", ".mov", ".qt", ".webm"),
    "audio": (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac"),
}
_ENDING = re.compile(r"\.[^\s./\\]+")


def check_file_types(form: Form, owner: Json, path: Path) -> None:
    where = (*path, "file_types")
    types: Any = owner.get("file_types")
    if types is None:
        return
    if not isinstance(types, list):
        form.wrong(where, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    form.longest_list(where, types, MOST_TYPES)
    for index, kind in enumerate(types):
        if not isinstance(kind, str) or (kind not in _GROUPS and not _ENDING.fullmatch(kind)):
            message = f"Must be one of {', '.join(_GROUPS)}, or an extension that begins with a dot"
            form.wrong((*where, index), "FILE_TYPE_INVALID", message)


def takes_file(owner: Json, filename: str) -> bool:
    """Whether the name has one of the endings that the owner asks for; without any, every name has."""
    types: list[str] = owner.get("file_types") or []
    endings = [ending for kind in types for ending in _GROUPS.get(kind, (kind.lower(),))]
    return not endings or filename.lower().endswith(tuple(endings))
