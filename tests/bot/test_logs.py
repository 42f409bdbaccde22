"""The log: where it goes, in which form, and what of other libraries is in it."""

import logging
from collections.abc import Iterator

import orjson
import pytest

from bot.logs import CHATTY, set_up_logging


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The loggers as they were, after the test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger("discord.client").filters.clear()


def failing(logger: str) -> None:
    try:
        raise ConnectionError("gone")
    except ConnectionError:
        logging.getLogger(logger).exception("no connection, attempt %d", 2)


def test_text_goes_to_stderr_and_stdout_stays_empty(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "text")
    logging.getLogger("bot").info("hello %s", "there")
    logging.getLogger("httpx").info("noise")
    captured = capsys.readouterr()

    assert captured.out == ""
    assert captured.err.endswith("INFO    bot: hello there\n")
    assert "noise" not in captured.err


def test_json_is_one_object_a_line_with_the_traceback_inside(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "json")
    failing("bot")
    (line,) = capsys.readouterr().err.splitlines()
    entry = orjson.loads(line)

    assert (entry["level"], entry["logger"], entry["message"]) == ("error", "bot", "no connection, attempt 2")
    assert "ConnectionError: gone" in entry["exception"]
    assert entry["time"].endswith("+00:00")


def test_a_connection_that_discord_py_lost_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("info", "text")
    failing("discord.client")

    assert capsys.readouterr().err.endswith("no connection, attempt 2 (ConnectionError('gone'))\n")


def test_who_debugs_sees_everything(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("debug", "text")
    failing("discord.client")

    assert "Traceback" in capsys.readouterr().err
