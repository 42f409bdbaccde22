"""The pictures of embeds: a file of the message itself is kept as `attachment://`, whichever way it was written."""

import re
from collections.abc import Sequence

from sandbox.rules.urls import OWN
from sandbox.state import Attachment
from sandbox.wire import Json

# The address under which a bot has seen a file, as when it edits embeds that it was given.
_SEEN = re.compile(r"https?://[^/]+/attachments/\d+/(\d+)/[^/?#]+(?:[?#].*)?")


def with_own_files(embeds: list[Json], files: Sequence[Attachment]) -> list[Json]:
    """A picture that is said to be a file of the message, and is none, is left out."""
    names = {str(file.id): file.filename for file in files}
    return [_embed(embed, names) for embed in embeds]


def _embed(embed: Json, names: dict[str, str]) -> Json:
    shown: Json = {}
    for part, value in embed.items():
        key = {"image": "url", "thumbnail": "url", "footer": "icon_url", "author": "icon_url"}.get(part)
        if key is None or key not in value:
            shown[part] = value
            continue
        url = _kept(value[key], names)
        rest = {name: text for name, text in value.items() if name != key}
        changed = rest if url is None else {**rest, key: url}
        shown |= {part: changed} if changed else {}
    return shown


def _kept(url: str, names: dict[str, str]) -> str | None:
    seen = _SEEN.fullmatch(url)
    if seen and seen[1] in names:
        return OWN + names[seen[1]]
    return url if not url.startswith(OWN) or url.removeprefix(OWN) in names.values() else None
