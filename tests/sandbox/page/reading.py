"""Reads HTML as strictly as a test needs: what is in it, and that nothing else is."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

ALLOWED: dict[str, dict[str, str]] = {
    "a": {
        "href": r"https?://[!-~]+",
        "title": r"(?s).*",
        "rel": "noopener noreferrer nofollow ugc",
        "target": "_blank",
    },
    "bdi": {},
    "blockquote": {},
    "br": {},
    "code": {"class": "code"},
    "em": {},
    "h1": {},
    "h2": {},
    "h3": {},
    "li": {},
    "ol": {"start": r"[0-9]{1,10}"},
    "pre": {"data-language": r"[A-Za-z0-9_+\-.#]+"},
    "s": {},
    "small": {"class": "subtext"},
    "span": {
        "class": r"[A-Za-z0-9-]+( [A-Za-z0-9-]+)*",
        "data-id": r"[0-9]{1,20}|[a-z-]+",
        "data-colour": r"[0-9a-f]{6}",
        "role": "button",
        "tabindex": "0",
        "aria-expanded": "false",
    },
    "strong": {},
    "time": {
        "class": "timestamp",
        "datetime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z",
        "title": r"[A-Z][A-Za-z0-9,: -]+",
    },
    "u": {},
    "ul": {},
}
"""Every element that rendered text may have, its attributes, and what may be in them."""


@dataclass(slots=True)
class Seen:
    text: str = ""
    elements: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = Seen()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.elements.append(tag)
        if tag not in ALLOWED:
            self.seen.problems.append(f"<{tag}>")
        if tag == "a" and "a" in self._open:
            self.seen.problems.append("a link in a link")
        for name, value in attrs:
            pattern = ALLOWED.get(tag, {}).get(name)
            if pattern is None or not re.fullmatch(pattern, value or ""):
                self.seen.problems.append(f"<{tag} {name}={value!r}>")
        if len({name for name, _ in attrs}) != len(attrs):
            self.seen.problems.append(f"<{tag}> has an attribute twice")
        if tag == "br":
            self.seen.text += "\n"
        else:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.seen.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.seen.text += data

    def handle_comment(self, data: str) -> None:
        self.seen.problems.append(f"comment {data!r}")

    def handle_decl(self, decl: str) -> None:
        self.seen.problems.append(f"declaration {decl!r}")

    def handle_pi(self, data: str) -> None:
        self.seen.problems.append(f"instruction {data!r}")

    def unknown_decl(self, data: str) -> None:
        self.seen.problems.append(f"declaration {data!r}")

    def finish(self) -> Seen:
        self.close()
        self.seen.problems.extend(f"<{tag}> is left open" for tag in self._open)
        return self.seen


def read(html: str) -> Seen:
    """What a browser would see, and everything in it that may not be there."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()
