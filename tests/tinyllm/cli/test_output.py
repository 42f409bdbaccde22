import logging

import pytest

from tinyllm.cli.output import is_terminal, print_facts, print_json, print_rows, print_table, shown
from tinyllm.cli.running import clean, log_only_when_asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("qwen3:8b", "qwen3:8b"),
        ("Grüße 你好 [bold]", "Grüße 你好 [bold]"),
        ("a\x1b[31mb\x07", "a�[31mb�"),
        ("a\nb\tc\r", "a b c "),
        ("\x9b2J\x7f", "�2J�"),
        ("\u202eevil\u2066", "�evil�"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("\udcff", "�"),
    ],
)
def test_what_a_terminal_would_obey_is_made_visible(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_what_is_too_long_is_cut() -> None:
    assert shown("x" * 1_000_000, 10) == "xxxxxxxxx…"
    assert shown("x" * 10, 10) == "x" * 10


def test_a_table_in_a_pipe_is_aligned_by_what_is_seen(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name", "Size"), [("你好", "1"), ("e\u0301", "200"), ("abc", "")], right=(1,))
    assert capsys.readouterr().out == "Name  Size\n你好     1\ne\u0301      200\nabc\n"


def test_rows_and_facts(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([])
    print_facts({"Model": "x\ny", "Size on Disk": "1"})
    assert capsys.readouterr().out == "Model:         x y\nSize on Disk:  1\n"


def test_json_escapes_what_a_terminal_would_obey(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": "\x1b\x9b\x7f\u202e\u2028ü"})
    assert capsys.readouterr().out == '{\n  "name": "\\u001b\\u009b\\u007f\\u202e\\u2028ü"\n}\n'


def test_what_was_typed_is_text_in_the_end() -> None:
    assert clean("a\udcff\ud800b") == "a��b"


def test_a_stream_that_is_closed_is_no_terminal() -> None:
    assert not is_terminal(None)


def test_what_is_logged_is_no_order_either(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(logging.root, "handlers", [])
    monkeypatch.setattr(logging.root, "level", logging.WARNING)
    log_only_when_asked(debug=True)
    logging.getLogger("httpx").debug("GET \x1b[2J\n\x9bm")
    assert capsys.readouterr().err == "GET �[2J\n�m\n"
