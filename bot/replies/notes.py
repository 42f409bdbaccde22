"""Notes: the small grey lines below a reply."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from tinyllm.errors import shortened
from tinyllm.events import Ended

NOTES_ROOM = 400
"""Characters that a page keeps free for its notes."""


def small(lines: Iterable[str]) -> str:
    """The lines as Discord's small text, together shorter than NOTES_ROOM; nothing in them has an effect."""
    text = "\n".join(f"-# {inert(line)}" for line in lines if line)
    return text if len(text) < NOTES_ROOM else text[: NOTES_ROOM - 2] + "…"


def inert(text: str, limit: int = 300) -> str:
    """The text on one line of at most `limit` characters, its Markdown shown and not obeyed."""
    line = discord.utils.escape_markdown(shortened(text, limit))
    return line if len(line) <= limit else line[: limit - 1].rstrip("\\") + "…"


def footer(ended: Ended) -> str:
    """Which model answered, how long it took and how fast it wrote: `qwen3:8b · 1.9 s · 84 tok/s`."""
    parts = [ended.model or ""]
    if ended.figures is not None:
        if ended.figures.thought is not None:
            parts.append(f"thought {ended.figures.thought:.1f} s")
        parts.append(f"{ended.figures.duration:.1f} s")
        if ended.figures.tokens_per_second:
            parts.append(f"{ended.figures.tokens_per_second:.0f} tok/s")
    return " · ".join(filter(None, parts))
