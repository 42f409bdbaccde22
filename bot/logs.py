"""Logging: to stderr, as text for people or JSON for machines."""

from __future__ import annotations

import logging
import sys

from tinyllm.logs import JsonFormatter

CHATTY = ("alembic", "aiosqlite", "discord", "httpcore", "httpx")
"""Libraries whose information is noise unless somebody debugs."""


class WithoutTraceback(logging.Filter):
    """Says of a library's error what it is, and not where: a lost connection is no fault of the program."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info:
            record.msg, record.args = f"{record.getMessage()} ({record.exc_info[1]!r})", ()
            record.exc_info = None
        return True


def set_up_logging(level: str, log_format: str) -> None:
    """Send the process's log to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    text = logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if log_format == "json" else text)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    if level != "debug":
        for name in CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger("discord.client").addFilter(WithoutTraceback())
