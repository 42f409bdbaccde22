"""Which addresses may become links: http and https, with a host that is shown as what it is."""

import re
import unicodedata
from dataclasses import dataclass

from markdown_it.common.normalize_url import normalizeLink

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:(?P<who>[^\s/?#@\\]*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s/?#@:\\\[\]<>^|%]+)"
    r"(?P<port>:[0-9]{0,5})?(?P<rest>[/?#]\S*)?",
    re.IGNORECASE,
)
_SPELLED = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]|discord\.gg/\w|discord(?:app)?\.com/invite/\w", re.IGNORECASE)
_LAST_PORT = 65_535
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
_LOOKS_LIKE = str.maketrans("һհрρѕ։∶ː⁄∕╱⧸", "hhpps:::////")


@dataclass(frozen=True, slots=True)
class Address:
    target: str
    """Where a click leads; in ASCII, so that letters which look alike are told apart."""
    shown: str
    """As it was written, less a name and a password before the host, which can pose as one."""


def read(written: str) -> Address | None:
    """None if this is no address that anyone may be led to."""
    found = _ADDRESS.fullmatch(written)
    if found is None or not _named(found["host"]) or int((found["port"] or "")[1:] or 0) > _LAST_PORT:
        return None
    shown = f"{found['scheme']}://{found['host']}{found['port'] or ''}{found['rest'] or ''}"
    return Address(normalizeLink(f"{found['scheme'].lower()}{written[len(found['scheme']) :]}"), shown)


def _named(host: str) -> bool:
    """Whether a host has all of its parts, and nothing in it that nobody sees."""
    return host.isprintable() and (host.startswith("[") or all(host.removesuffix(".").split(".")))


def poses_as_address(text: str) -> bool:
    """Whether people would take this for an address; invitations count without a scheme as well."""
    folded = unicodedata.normalize("NFKC", seen(text)).translate(_LOOKS_LIKE)
    return _SPELLED.search(folded) is not None


def seen(text: str) -> str:
    """A text without characters that nobody sees and without spaces that are none of the usual ones."""
    return "".join(each for each in text if each in " \n" or not _unusual(each))


def _unusual(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN or character.isspace()
