from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.recordings.ollama.recording import VERSIONS, recording
from tests.tinyllm.streams import FINISHED
from tests.tinyllm.tongues import delta, ending, event, failure, piece
from tinyllm.errors import AnswerCutError, AnswerFailedError, AnswerGarbledError, BackendError, ContextOverflowError
from tinyllm.models.backend import ChatEvent, Figures, Finished, Text, Thinking
from tinyllm.models.sse import CompletionDecoder, EventDecoder


def read(chunks: Iterable[bytes]) -> tuple[list[ChatEvent], type[BackendError] | None]:
    """The events of a stream, and the error that it ended with."""
    decoder, events = CompletionDecoder(), []
    try:
        for chunk in chunks:
            for one in decoder.feed(chunk):
                events.append(one)  # noqa: PERF402 - those before an error must stay
        for one in decoder.flush():
            events.append(one)  # noqa: PERF402
    except BackendError as exc:
        return events, type(exc)
    return events, None


STREAM = piece(thinking="hm …") + piece("Grüße, ") + piece("世界 🌍!") + ending()
EVENTS = [Thinking("hm …"), Text("Grüße, "), Text("世界 🌍!"), FINISHED]
COUNTED = Figures(26, 100)
USAGE = {"prompt_tokens": 26, "completion_tokens": 100, "total_tokens": 126}
DONE = b"data: [DONE]\n\n"


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([STREAM], id="all in one read"),
        pytest.param([bytes([byte]) for byte in STREAM], id="a byte a read"),
        pytest.param(STREAM.splitlines(keepends=True), id="a line a read"),
        pytest.param([STREAM.rstrip(b"\n")], id="no end of the last line"),
        pytest.param([STREAM.removesuffix(DONE)], id="no [DONE]"),
        pytest.param([STREAM.removesuffix(b"\n\n" + DONE)], id="no [DONE], and no end of the last line"),
        pytest.param([STREAM.replace(b"\n", b"\r\n")], id="other line ends"),
        pytest.param([STREAM.replace(b"data: ", b"data:")], id="no space after the colon"),
        pytest.param([STREAM.replace(b"data: {", b"event: message\nid: 7\nretry: 3\ndata: {")], id="other fields"),
        pytest.param([STREAM.replace(b"data: {", b": ping\n\n:\n\ndata: {")], id="comments that keep alive"),
        pytest.param([STREAM.replace(b'data: {"', b'data: {\ndata: "')], id="data of several lines"),
        pytest.param([b"\n\n", STREAM], id="empty lines"),
        pytest.param([STREAM, STREAM], id="what comes after the end"),
        pytest.param([STREAM, b"garbage\n", failure("late")], id="garbage after the end"),
        pytest.param([STREAM.removesuffix(b"\n") + b"garbage\n\n"], id="garbage in the last read"),
    ],
)
def test_however_it_arrives_it_is_the_same_answer(chunks: list[bytes]) -> None:
    assert read(chunks) == (EVENTS, None)


@given(st.lists(st.integers(0, len(STREAM)), max_size=40))
def test_however_the_bytes_are_cut_the_events_are_the_same(cuts: list[int]) -> None:
    places = sorted({0, len(STREAM), *cuts})
    assert read(STREAM[start:end] for start, end in pairwise(places)) == (EVENTS, None)


@given(st.integers(0, STREAM.index(b'"stop"')))
def test_a_stream_that_breaks_off_before_its_end_is_cut_and_keeps_what_was_whole(length: int) -> None:
    events, broken = read([STREAM[:length]])
    assert broken is AnswerCutError
    whole = STREAM[:length].count(b"\n\n")
    assert events in (EVENTS[:whole], EVENTS[: whole + 1])  # the last event may lack no more than its end


@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_broken_answers(data: bytes) -> None:
    assume(b"[DONE]" not in data)
    assert read([data])[1] in (AnswerCutError, AnswerGarbledError, AnswerFailedError)


# What servers say


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        pytest.param(
            event({"choices": [{"delta": {"reasoning": "hm"}}]}) + piece("Hi") + ending(),
            [Thinking("hm"), Text("Hi"), FINISHED],
            id="Ollama's and OpenRouter's name of a thought",
        ),
        pytest.param(
            delta(reasoning="hm", reasoning_content="hm") + piece("Hi") + ending(),
            [Thinking("hm"), Text("Hi"), FINISHED],
            id="both names of one thought",
        ),
        pytest.param(
            delta(role="assistant", content=None) + piece("Hi") + ending(), [Text("Hi"), FINISHED], id="no content"
        ),
        pytest.param(
            event({"choices": [{"delta": None}]}) + piece("Hi") + ending(), [Text("Hi"), FINISHED], id="no delta"
        ),
        pytest.param(delta(refusal="I cannot.") + ending(), [Text("I cannot."), FINISHED], id="a refusal"),
        pytest.param(
            event({"choices": [], "prompt_filter_results": []}) + piece("Hi") + ending(),
            [Text("Hi"), FINISHED],
            id="Azure's first event",
        ),
        pytest.param(
            event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": None}], "usage": None, "error": None})
            + ending(),
            [Text("Hi"), FINISHED],
            id="null where nothing is",
        ),
        pytest.param(
            event({"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}], "usage": USAGE}),
            [Text("Hi"), Finished(False, COUNTED)],
            id="figures with the last words",
        ),
        pytest.param(piece("Hi") + delta("stop") + DONE, [Text("Hi"), Finished(False, Figures())], id="no figures"),
        pytest.param(
            piece("Hi") + delta("stop") + DONE.rstrip(), [Text("Hi"), Finished(False, Figures())], id="no last line end"
        ),
        pytest.param(
            piece("Hi") + delta("stop").rstrip(),
            [Text("Hi"), Finished(False, Figures())],
            id="nothing after the reason",
        ),
        pytest.param(
            piece("Hi") + delta("stop") + event({"usage": USAGE}),
            [Text("Hi"), Finished(False, COUNTED)],
            id="no choices",
        ),
        pytest.param(piece("Hi") + DONE, [Text("Hi"), Finished(False, Figures())], id="no reason for the end"),
        pytest.param(piece("Hi") + delta("length") + DONE, [Text("Hi"), Finished(True, Figures())], id="length"),
        pytest.param(
            event({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}], "usage": USAGE})[6:-2],
            [Text("Hi"), Finished(False, COUNTED)],
            id="not streamed at all",
        ),
        pytest.param(
            delta("stop") + event({"choices": [], "usage": {"prompt_tokens": "many"}, "timings": 7}),
            [Finished(False, Figures())],
            id="figures that are none",
        ),
    ],
)
def test_each_servers_way_of_saying_it_is_understood(stream: bytes, events: list[ChatEvent]) -> None:
    assert read([stream]) == (events, None)


def test_the_end_is_told_as_soon_as_the_figures_are_there() -> None:
    decoder = CompletionDecoder()
    assert list(decoder.feed(ending().removesuffix(DONE))) == [FINISHED]
    assert list(decoder.feed(DONE)) == []
    assert list(decoder.flush()) == []


TOO_LONG = "This model's maximum context length is 2048 tokens. However, your request has 5000 input tokens."


@pytest.mark.parametrize(
    ("stream", "events", "broken"),
    [
        pytest.param(b"", [], AnswerCutError, id="nothing at all"),
        pytest.param(b":\n\n: ping\n\n", [], AnswerCutError, id="comments only"),
        pytest.param(piece("a"), [Text("a")], AnswerCutError, id="no end"),
        pytest.param(piece("a") + failure("boom"), [Text("a")], AnswerFailedError, id="error after text"),
        pytest.param(piece("a") + failure("boom").rstrip(), [Text("a")], AnswerFailedError, id="error without its end"),
        pytest.param(failure("boom"), [], AnswerFailedError, id="error at once"),
        pytest.param(event({"error": "boom"}), [], AnswerFailedError, id="a text as error"),
        pytest.param(
            b"event: error\n" + event({"message": "boom"}), [], AnswerFailedError, id="an event with that name"
        ),
        pytest.param(event({"object": "error", "message": "boom"}), [], AnswerFailedError, id="vLLM's older error"),
        pytest.param(failure("boom")[6:], [], AnswerFailedError, id="an error that is no event"),
        pytest.param(failure(TOO_LONG), [], ContextOverflowError, id="overflow after a good status"),
        pytest.param(piece("a") + failure(TOO_LONG), [Text("a")], AnswerFailedError, id="overflow in mid-answer"),
        pytest.param(
            piece(thinking="a") + failure(TOO_LONG), [Thinking("a")], AnswerFailedError, id="overflow in mid-thought"
        ),
        pytest.param(piece("a") + delta("content_filter"), [Text("a")], AnswerFailedError, id="filtered"),
        pytest.param(piece("a") + b"data: {]\n\n", [Text("a")], AnswerGarbledError, id="no JSON"),
        pytest.param(b"data: [1]\n\n", [], AnswerGarbledError, id="a list"),
        pytest.param(b"data: {}\n\n", [], AnswerGarbledError, id="an empty object"),
        pytest.param(event({"choices": 7, "usage": USAGE}), [], AnswerGarbledError, id="choices that are none"),
        pytest.param(event({"choices": [7]}), [], AnswerGarbledError, id="a choice that is none"),
        pytest.param(event({"choices": [{"delta": "a"}]}), [], AnswerGarbledError, id="a delta that is no object"),
        pytest.param(delta(content=["a"]), [], AnswerGarbledError, id="a content that is no text"),
        pytest.param(b"Ollama is running\n", [], AnswerGarbledError, id="a sentence"),
        pytest.param(b'{"message":{"content":"a"},"done":false}\n', [], AnswerGarbledError, id="another dialect"),
        pytest.param(b'data: {"choices":[{"delta":{"content":"\xff"}}]}\n\n', [], AnswerGarbledError, id="no UTF-8"),
    ],
)
def test_what_does_not_end_well_says_how_and_keeps_the_text(
    stream: bytes, events: list[ChatEvent], broken: type[BackendError]
) -> None:
    assert read([stream]) == (events, broken)


def test_an_error_is_said_without_what_must_not_be_shown() -> None:
    decoder = CompletionDecoder(lambda text: text.replace("hush", "…"))
    with pytest.raises(AnswerFailedError, match="reported an error: no … here"):
        list(decoder.feed(failure("no hush here")))


def test_events_keep_their_names_and_lines() -> None:
    events = list(EventDecoder().feed(b"event: a\ndata: 1\ndata:2\n\ndata\n\nevent: b\n\n"))
    assert [tuple(one) for one in events] == [(b"a", b"1\n2"), (b"", b"")]


# What a real server said


@pytest.mark.parametrize("size", [None, 1, 7, 1000, 10**6], ids=lambda size: f"{size or 'as recorded'}")
@pytest.mark.parametrize("name", ["v1-chat-stream", "v1-chat-think"])
@pytest.mark.parametrize("version", VERSIONS)
def test_what_was_recorded_is_understood_byte_for_byte(version: str, name: str, size: int | None) -> None:
    events, broken = read(reads(version, name, size))
    assert broken is None
    assert "".join(one.text for one in events if isinstance(one, Text)) == SAID[name]
    assert ("".join(one.text for one in events if isinstance(one, Thinking)) != "") is (name == "v1-chat-think")
    figures = Figures(21, 28) if name == "v1-chat-stream" else Figures()
    assert events[-1] == Finished(False, figures)
    assert sum(isinstance(one, Finished) for one in events) == 1


SAID = {
    "v1-chat-stream": (
        "Hello! I am a small model that recites one sentence with an ümlaut, an emoji 🦙 and code:\n\n"
        '```python\nprint("hi")\n```\nDone.'
    ),
    "v1-chat-think": "The answer is 42!",
}


def reads(version: str, name: str, size: int | None) -> list[bytes]:
    """A recording's reads, or its bytes in reads of a size."""
    if size is None:
        return [text.encode() for text in recording(version, name).reads]
    data = recording(version, name).answer.text.encode()
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_answer_that_was_not_streamed_reads_the_same(version: str) -> None:
    events, broken = read([recording(version, "v1-chat-once").answer.text.encode()])
    assert (events, broken) == ([Text(SAID["v1-chat-stream"]), Finished(False, Figures(21, 28))], None)


def test_a_refusal_in_the_body_of_a_good_answer_is_told() -> None:
    body: dict[str, Any] = orjson.loads(recording("0.33", "v1-chat-missing").answer.text)
    with pytest.raises(AnswerFailedError, match="model 'nope:7b' not found"):
        list(CompletionDecoder().feed(orjson.dumps(body) + b"\n"))
