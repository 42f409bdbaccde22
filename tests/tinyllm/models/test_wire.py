from collections.abc import Iterable
from itertools import pairwise

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tinyllm.streams import FINISHED, error, last, line
from tinyllm.errors import AnswerCutError, AnswerFailedError, AnswerGarbledError, BrokenAnswerError
from tinyllm.models.backend import ChatEvent, Figures, Finished, Text, Thinking
from tinyllm.models.wire import MAX_LINE, ChatDecoder, LineDecoder, error_details, error_text


def read(chunks: Iterable[bytes]) -> tuple[list[ChatEvent], type[BrokenAnswerError] | None]:
    """The events of a stream, and the error that it ended with."""
    decoder, events = ChatDecoder(), []
    try:
        for chunk in chunks:
            for event in decoder.feed(chunk):
                events.append(event)  # noqa: PERF402 - those before an error must stay
        for event in decoder.flush():
            events.append(event)  # noqa: PERF402
    except BrokenAnswerError as exc:
        return events, type(exc)
    return events, None


STREAM = b"".join([line(thinking="hm …"), line("Grüße, "), line("世界 🌍!"), last()])
EVENTS = [Thinking("hm …"), Text("Grüße, "), Text("世界 🌍!"), FINISHED]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([STREAM], id="all in one read"),
        pytest.param([bytes([byte]) for byte in STREAM], id="a byte a read"),
        pytest.param(STREAM.splitlines(keepends=True), id="a line a read"),
        pytest.param([STREAM.rstrip(b"\n")], id="no end of the last line"),
        pytest.param([STREAM.replace(b"\n", b"\r\n\r\n")], id="other line ends, and empty lines"),
        pytest.param([STREAM[:-1], b"", b"\n", b""], id="empty reads"),
        pytest.param([STREAM, STREAM], id="what comes after the end"),
        pytest.param([STREAM, b"garbage", error("late")], id="garbage after the end"),
    ],
)
def test_however_it_arrives_it_is_the_same_answer(chunks: list[bytes]) -> None:
    assert read(chunks) == (EVENTS, None)


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_however_the_bytes_are_cut_the_events_are_the_same(cuts: list[int]) -> None:
    places = sorted({0, len(STREAM), *cuts})
    assert read(STREAM[start:end] for start, end in pairwise(places)) == (EVENTS, None)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.text(alphabet=st.characters(codec="utf-8")), st.booleans()), max_size=8),
    st.lists(st.integers(0, 2000), max_size=12),
)
def test_what_was_said_is_what_is_read(said: list[tuple[str, bool]], cuts: list[int]) -> None:
    lines = [line(thinking=text) if thought else line(text) for text, thought in said]
    stream = b"".join([*lines, last()])
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    events, broken = read(stream[start:end] for start, end in pairwise(places))
    assert broken is None
    assert events == [*(Thinking(text) if thought else Text(text) for text, thought in said if text), FINISHED]


@given(st.integers(0, len(STREAM) - 2))
def test_a_stream_that_breaks_off_anywhere_is_cut_and_keeps_what_was_whole(length: int) -> None:
    events, broken = read([STREAM[:length]])
    assert broken is AnswerCutError
    whole = STREAM[:length].count(b"\n")
    assert events in (EVENTS[:whole], EVENTS[: whole + 1])  # the last line may lack no more than its end


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_broken_answers(data: bytes) -> None:
    assert read([data])[1] in (AnswerCutError, AnswerGarbledError, AnswerFailedError)


@pytest.mark.parametrize(
    ("chunks", "events", "broken"),
    [
        pytest.param([], [], AnswerCutError, id="nothing at all"),
        pytest.param([b"\n\n"], [], AnswerCutError, id="empty lines only"),
        pytest.param([line("a")], [Text("a")], AnswerCutError, id="no done"),
        pytest.param([line("a") + error("boom")], [Text("a")], AnswerFailedError, id="error after text in one read"),
        pytest.param([line("a"), error("boom")[:-1]], [Text("a")], AnswerFailedError, id="error without line end"),
        pytest.param([error("boom")], [], AnswerFailedError, id="error at once"),
        pytest.param([line("a") + b"\x00\xff\n" + last()], [Text("a")], AnswerGarbledError, id="garbage after text"),
        pytest.param([b"<html>\n<body>502</body></html>"], [], AnswerGarbledError, id="a page"),
        pytest.param([b"<html><body>502</body></html>"], [], AnswerGarbledError, id="a page of one line"),
        pytest.param([b"Ollama is running"], [], AnswerGarbledError, id="a sentence"),
        pytest.param([b"[1, 2]\n"], [], AnswerGarbledError, id="a list"),
        pytest.param([b"null\n"], [], AnswerGarbledError, id="null"),
        pytest.param([b"{}\n"], [], AnswerGarbledError, id="an empty object"),
        pytest.param([b'{"message": "hello"}\n'], [], AnswerGarbledError, id="a message that is no object"),
        pytest.param([b'{"choices": []}\n'], [], AnswerGarbledError, id="another dialect"),
        pytest.param([b'{"message": {"content": "\xff"}}\n'], [], AnswerGarbledError, id="no UTF-8"),
    ],
)
def test_what_does_not_end_well_says_how_and_keeps_the_text(
    chunks: list[bytes], events: list[ChatEvent], broken: type[BrokenAnswerError]
) -> None:
    assert read(chunks) == (events, broken)


def test_a_length_limit_is_told() -> None:
    assert read([last(done_reason="length")]) == ([Finished(True, FINISHED.figures)], None)


def test_text_on_the_last_line_counts() -> None:
    assert read([last(message={"role": "assistant", "content": "a"})]) == ([Text("a"), FINISHED], None)


def test_an_empty_answer_has_no_text() -> None:
    assert read([last()]) == ([FINISHED], None)


def test_a_line_may_think_and_speak_at_once() -> None:
    assert read([line("b", "a") + last()])[0] == [Thinking("a"), Text("b"), FINISHED]


def test_figures_that_the_server_does_not_tell_are_none() -> None:
    bare = orjson.dumps({"message": {}, "done": True, "eval_count": "many", "eval_duration": None})
    assert read([bare]) == ([Finished(False, Figures())], None)


def test_the_rate_is_tokens_by_seconds() -> None:
    assert FINISHED.figures.tokens_per_second == 50
    assert Figures(answer_tokens=5, answer_duration=0.0).tokens_per_second is None
    assert Figures(answer_tokens=None, answer_duration=1.0).tokens_per_second is None


@pytest.mark.parametrize(
    ("said", "text"),
    [
        pytest.param("model 'x' not found", "model 'x' not found", id="plain"),
        pytest.param('{"error":{"code":400,"message":"too long"}}', "too long", id="JSON in the text"),
        pytest.param('{"message":"too long"}', "too long", id="JSON without the outer object"),
        pytest.param({"message": "too long"}, "too long", id="an object"),
        pytest.param({"error": {"message": "too long"}}, "too long", id="an object in an object"),
        pytest.param({"message": '{"error":{"message":"too long"}}'}, "too long", id="JSON in an object's text"),
        pytest.param('{"half', '{"half', id="half of an object"),
        pytest.param({"message": '{"half'}, '{"half', id="half of an object in an object"),
        pytest.param(["a"], "['a']", id="a list"),
    ],
)
def test_an_error_is_taken_out_of_its_wrapping(said: object, text: str) -> None:
    assert error_text(said) == text


def test_the_details_of_an_error_without_any_are_empty() -> None:
    assert [dict(error_details(said)) for said in ("text", None, 7, ["a"], "[1]")] == [{}] * 5


def test_an_error_that_lies_too_deep_is_told_as_it_is() -> None:
    deep: dict[str, object] = {"message": "here"}
    for _ in range(50):
        deep = {"error": deep}
    assert error_text(deep) == str(deep)


def test_an_error_line_says_what_happened() -> None:
    with pytest.raises(AnswerFailedError, match="reported an error: unexpected EOF"):
        list(ChatDecoder().feed(error("unexpected EOF")))


def test_a_line_that_never_ends_is_garbage() -> None:
    decoder = LineDecoder()
    assert list(decoder.feed(b"x" * MAX_LINE)) == []
    with pytest.raises(AnswerGarbledError):
        list(decoder.feed(b"x"))


def test_whole_lines_before_an_endless_one_are_kept() -> None:
    lines = LineDecoder().feed(b"a\nb\n" + b"x" * (MAX_LINE + 1))
    assert [next(lines), next(lines)] == [b"a", b"b"]
    with pytest.raises(AnswerGarbledError):
        next(lines)
