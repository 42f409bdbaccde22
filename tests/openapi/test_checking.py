"""The checks themselves: what is found, and in which words, by a description of a small API."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from sandbox.observing import Exchange
from tests.openapi.checking import Checker
from tests.openapi.schemas import FORMATS, Schemas
from tests.openapi.shapes import ID, component, thing
from tests.openapi.small import SMALL

MADE = "2026-08-01T12:00:00.000000+00:00"
SHEET = {"id": "1", "name": "a", "made_at": MADE}
ERROR = {"code": 0, "message": "404: Not Found"}
CHECKER = Checker(SMALL, SMALL, {"SHEET_MADE": thing(component("Sheet"), book=ID)})


def exchange(method: str = "GET", path: str = "/sheets/1", answer: Any = None, **more: Any) -> Exchange:
    more = {"status": 200, "answer_type": "application/json", "query": (), "parts": (), "body": None, **more}
    sent_type = more.pop("sent_type", None if more["body"] is None else "application/json")
    raw = b"" if answer is None else orjson.dumps(answer)
    return Exchange(method=method, path=path, answer=raw, sent_type=sent_type, **more)


def sheet(**changed: Any) -> dict[str, Any]:
    return {**SHEET, **changed}


@pytest.mark.parametrize(
    ("path", "status", "answer"),
    [
        pytest.param("/sheets/1", 200, SHEET, id="required properties"),
        pytest.param("/sheets/1", 200, sheet(link="http://a.example/b?c"), id="a link"),
        pytest.param("/sheets/1", 200, sheet(shapes=[{"type": 2, "radius": 3}]), id="an alternative"),
        pytest.param("/sheets/1", 200, sheet(on=None), id="null where it may be"),
        pytest.param("/sheets/1", 200, sheet(names={"x": "y"}), id="any name where any may be"),
        pytest.param("/sheets/@newest", 200, {"name": "a"}, id="the literal path and not the parameter"),
        pytest.param("/sheets/1", 404, ERROR, id="a status by its class"),
        pytest.param("/sheets/1", 429, {**ERROR, "retry_after": 1.5}, id="a status by its number"),
        pytest.param("/sheets/1", 503, "busy", id="a status of which nothing is described"),
    ],
)
def test_what_is_as_described_passes(path: str, status: int, answer: Any) -> None:
    assert CHECKER.response(exchange(path=path, status=status, answer=answer)) == []


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        pytest.param({"id": "1", "made_at": MADE}, "$ (Sheet): 'name' is a required property", id="missing"),
        pytest.param(sheet(name=5), "$.name (Sheet): 5 is not of type 'string'; it is 5", id="another type"),
        pytest.param(sheet(name=""), "$.name (Sheet): '' should be non-empty", id="too short"),
        pytest.param(sheet(id="x"), "$.id (SnowflakeType): 'x' is not a 'snowflake'", id="no snowflake"),
        pytest.param(sheet(id=str(1 << 64)), "is not a 'snowflake'", id="more than 64 bits"),
        pytest.param(sheet(made_at="yesterday"), "$.made_at (Sheet): 'yesterday' is not a 'date-time'", id="no moment"),
        pytest.param(sheet(link="a b"), "$.link (Sheet): 'a b' is not a 'uri'", id="no link"),
        pytest.param(sheet(nmae="a"), "$.nmae (Sheet): no such property is described; it is 'a'", id="unknown"),
        pytest.param(
            sheet(shapes=[{"type": 1, "side": 1, "radius": 1}]), "$.shapes[0].radius (Square): no such", id="of another"
        ),
        pytest.param(
            sheet(shapes=[{"type": 2, "radius": "3"}]),
            "$.shapes[0].radius (Circle): '3' is not",
            id="in an alternative",
        ),
        pytest.param(
            sheet(shapes=[{"type": 2, "radius": 1 << 31}]), "2147483648 is not a 'int32'", id="more than 32 bits"
        ),
        pytest.param(sheet(on={"type": 1}), "$.on (Square): 'side' is a required", id="the alternative to null"),
        pytest.param(sheet(names={"x": 1}), "$.names.x (Sheet): 1 is not of type", id="any name, but no such value"),
    ],
)
def test_a_response_that_is_not_as_described_is_found_at_its_place(answer: Any, found: str) -> None:
    complaints = CHECKER.response(exchange(answer=answer))

    assert len(complaints) == 1
    assert complaints[0].startswith("GET /sheets/1 -> 200: $")
    assert found in complaints[0]


def test_a_long_value_is_shortened() -> None:
    (complaint,) = CHECKER.response(exchange(answer=sheet(link="a " * 1000)))

    assert len(complaint) < 600
    assert " … " in complaint


@pytest.mark.parametrize(
    ("told", "found"),
    [
        pytest.param(exchange(path="/books", answer=[]), "the description has no such operation", id="route"),
        pytest.param(exchange("PUT", answer=SHEET), "the description has no such operation", id="method"),
        pytest.param(
            exchange("POST", "/sheets", SHEET), "the status is not described, only 201, 429, 4XX", id="status"
        ),
        pytest.param(exchange("DELETE", answer=SHEET, status=204), "there should be no body", id="body"),
        pytest.param(
            exchange(answer=SHEET, answer_type="application/json; charset=utf-8"),
            "the body should be application/json, and not application/json; charset=utf-8",
            id="content type",
        ),
        pytest.param(exchange(status=404, answer={"message": "x"}), "'code' is a required property", id="error body"),
        pytest.param(exchange(status=429, answer=ERROR), "'retry_after' is a required property", id="too many"),
    ],
)
def test_what_is_around_the_body_is_checked_too(told: Exchange, found: str) -> None:
    (complaint,) = CHECKER.response(told)

    assert found in complaint


def test_a_response_without_a_body_may_be_described() -> None:
    assert CHECKER.response(exchange("DELETE", status=204, answer_type=None)) == []


def test_what_was_valid_once_is_valid_with_other_ids_and_times_and_nothing_else_is() -> None:
    checker = Checker(SMALL, SMALL, {})
    first = sheet(id="1234567890123456789", name="1234567890123456789")

    assert checker.response(exchange(answer=first)) == []
    assert checker.response(exchange(answer=sheet(id="2234567890123456789", name="3234567890123456789"))) == []
    assert checker.response(exchange(answer={**first, "made_at": "2026-02-31T12:00:00.000000+00:00"})) != []
    assert checker.response(exchange(answer={**first, "id": "99999999999999999999"})) != []


def book(*more: tuple[str, str]) -> Exchange:
    return exchange(path="/sheets", query=(("book", "1"), *more))


def posted(body: Any, **more: Any) -> Exchange:
    return exchange("POST", "/sheets", body=body, **more)


FORM = "multipart/form-data"


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(book(("limit", "100"), ("before", "12"), ("whole", "true")), id="a query"),
        pytest.param(book(("whole", "0")), id="truth as a digit"),
        pytest.param(book(("kinds", "1"), ("kinds", "2")), id="a list"),
        pytest.param(book(("kinds", "1")), id="a list of one"),
        pytest.param(posted({"name": "a", "book": "1", "more": 5}), id="a body with what nobody knows"),
        pytest.param(posted({"name": "a"}, sent_type=FORM, parts=(("files[0]", ""),)), id="a body beside a file"),
        pytest.param(posted(None, sent_type=FORM, parts=(("name", "a"),)), id="a body of fields"),
    ],
)
def test_a_request_as_described_passes(sent: Exchange) -> None:
    assert CHECKER.request(sent) == []


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        pytest.param(exchange(path="/books"), "the description has no such operation", id="route"),
        pytest.param(exchange(path="/sheets/x"), "the path parameter 'sheet_id' may not be 'x'", id="path"),
        pytest.param(exchange(path="/sheets"), "the query parameter 'book' is missing", id="missing"),
        pytest.param(book(("limit", "101")), "the query parameter 'limit' may not be '101'", id="too much"),
        pytest.param(book(("limit", "x")), "the query parameter 'limit' may not be 'x'", id="no number"),
        pytest.param(book(("whole", "maybe")), "the query parameter 'whole' may not be 'maybe'", id="no truth"),
        pytest.param(book(("limit", "1"), ("limit", "2")), "may not be '1 and 2'", id="twice"),
        pytest.param(book(("page", "2")), "no query parameter 'page' is described", id="unknown"),
        pytest.param(posted(None), "there should be a body", id="no body"),
        pytest.param(posted({"book": "1"}), "$ (Draft): 'name' is a required property", id="incomplete"),
        pytest.param(posted({"name": "a", "book": 1}), "$.book (SnowflakeType): 1 is not of type", id="another type"),
        pytest.param(
            posted({"name": "a"}, sent_type="text/plain"),
            "a body may be application/json or multipart/form-data, and not text/plain",
            id="content type",
        ),
        pytest.param(posted({}, sent_type=FORM, parts=(("files[0]", ""),)), "'name' is a required", id="only a file"),
        pytest.param(
            exchange("DELETE", body={}), "a body may be nothing, and not application/json", id="a body for nothing"
        ),
    ],
)
def test_a_request_that_is_not_as_described_is_found(sent: Exchange, found: str) -> None:
    (complaint,) = CHECKER.request(sent)

    assert complaint.startswith(f"{sent.method} {sent.path} -> 200: request: ")
    assert found in complaint


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        pytest.param("SHEET_MADE", sheet(book="1"), [], id="as documented"),
        pytest.param("SHEET_MADE", SHEET, ["SHEET_MADE: $ (unnamed): 'book' is a required property"], id="missing"),
        pytest.param("SHEET_MADE", sheet(book="1", x=1), ["SHEET_MADE: $.x (Sheet): no such property"], id="unknown"),
        pytest.param("SHEET_BURNT", SHEET, ["SHEET_BURNT: Discord documents no such event"], id="no such event"),
    ],
)
def test_events_are_checked_like_responses(name: str, data: Any, found: list[str]) -> None:
    complaints = CHECKER.event(name, orjson.dumps(data))

    assert len(complaints) == len(found)
    assert all(complaint.startswith(start) for complaint, start in zip(complaints, found, strict=True))


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("int32", [-(1 << 31), (1 << 31) - 1, "text", True], [-(1 << 31) - 1, 1 << 31]),
        ("int64", [-(1 << 63), (1 << 63) - 1, "text"], [-(1 << 63) - 1, 1 << 63]),
        ("double", [1, 1.5, "text"], [float("inf"), float("nan")]),
        ("snowflake", ["0", "1", str((1 << 64) - 1), 5], ["", "01", "-1", "1\n", "x", str(1 << 64)]),
        ("nonce", ["", "x" * 25, 5], ["x" * 26]),
        ("date-time", [MADE, "2026-08-01T12:00:00Z", 5], ["2026-08-01", "2026-08-01 12:00", "2026-02-30T12:00:00Z"]),
        ("uri", ["https://a.example/b", "attachment://a.png", 5], ["a.example/b", "https://a b"]),
    ],
)
def test_each_format_has_two_sides(name: str, good: list[Any], bad: list[Any]) -> None:
    assert [value for value in good if not FORMATS.conforms(value, name)] == []
    assert [value for value in bad if FORMATS.conforms(value, name)] == []


def test_a_value_of_two_alternatives_belongs_to_neither() -> None:
    both = {"oneOf": [thing(a=ID), thing(b=ID)]}

    assert Schemas(SMALL).wrong(both, {"a": "1"}) == []
    assert "is valid under each of" in str(Schemas(SMALL).wrong(both, {"a": "1", "b": "1"})[0])
