"""What was said on the wire, against Discord's description of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from sandbox.observing import Exchange
from tests.openapi.amendments import REQUESTS, RESPONSES
from tests.openapi.description import Description, Json, Operation
from tests.openapi.events import events
from tests.openapi.schemas import Finding, Schema, Schemas

# What differs from one sandbox to the next and is valid whatever it is: snowflakes, and moments of Discord's own form.
_VARYING = re.compile(
    rb'"(?:[1-9]\d{16,18}'
    rb"|20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}\+00:00)\""
)
_TRUTH = {"true": True, "True": True, "1": True, "false": False, "False": False, "0": False}


class Checker:
    """Each answer is a list of sentences, empty where all is as described."""

    def __init__(self, responses: Description, requests: Description, events: Mapping[str, Schema]) -> None:
        """What is said by the server may be described otherwise than what is said to it."""
        self._responses = Judge(responses)
        self._requests = Judge(requests)
        self._events = events

    def response(self, exchange: Exchange) -> list[str]:
        """The response, and that its route and its status are described. Of 5XX nothing is, and nothing is said."""
        if exchange.status >= 500:
            return []
        found = self._responses.description.operation(exchange.method, exchange.path)
        if found is None:
            return [_said(exchange, "it was served, and the description has no such operation")]
        response = self._responses.description.response(found[0], exchange.status)
        if response is None:
            described = ", ".join(found[0].responses)
            return [_said(exchange, f"the status is not described, only {described}")]
        return [_said(exchange, each) for each in self._answer(exchange, response.get("content"))]

    def request(self, exchange: Exchange) -> list[str]:
        """The path's parameters, the query and the body."""
        found = self._requests.description.operation(exchange.method, exchange.path)
        if found is None:
            return [_said(exchange, "request: the description has no such operation")]
        operation, steps = found
        complaints = [*self._parameters(operation, steps, exchange), *self._sent(operation, exchange)]
        return [_said(exchange, f"request: {each}") for each in complaints]

    def event(self, name: str, data: bytes) -> list[str]:
        """What the gateway told: `data` is the event's JSON."""
        if name not in self._events:
            return [f"{name}: Discord documents no such event"]
        return [f"{name}: {each}" for each in self._responses.judged(self._events[name], data, strictly=True)]

    def _answer(self, exchange: Exchange, content: Json | None) -> Iterable[str]:
        if content is None:
            return [f"there should be no body, and not {exchange.answer[:100]!r}"] if exchange.answer else []
        if exchange.answer_type not in content:
            return [f"the body should be {' or '.join(content)}, and not {exchange.answer_type}"]
        if exchange.answer_type != "application/json":
            return []
        return self._responses.judged(content["application/json"]["schema"], exchange.answer, strictly=True)

    def _parameters(self, operation: Operation, steps: dict[str, str], exchange: Exchange) -> Iterator[str]:
        names = dict.fromkeys(name for name, _ in exchange.query)
        given = [("path", name, [text]) for name, text in steps.items()]
        given += [("query", name, [text for key, text in exchange.query if key == name]) for name in names]
        described = {(each["in"], each["name"]): each["schema"] for each in operation.parameters}
        for place, name, texts in given:
            if (place, name) not in described:
                yield f"no {place} parameter {name!r} is described"
            elif not any(self._requests.allows(described[place, name], value) for value in _readings(texts)):
                yield f"the {place} parameter {name!r} may not be {' and '.join(texts)!r}"
        for each in operation.parameters:
            if each.get("required") and each["name"] not in {**steps, **names}:
                yield f"the {each['in']} parameter {each['name']!r} is missing"

    def _sent(self, operation: Operation, exchange: Exchange) -> Iterable[str]:
        described = operation.body or {}
        if exchange.sent_type is None:
            return ["there should be a body"] if described.get("required") else []
        content = described.get("content", {})
        if exchange.sent_type not in content:
            return [f"a body may be {' or '.join(content) or 'nothing'}, and not {exchange.sent_type}"]
        value = exchange.body
        if exchange.sent_type == "multipart/form-data":
            value = {**(value or {}), **dict(exchange.parts)}
        return self._requests.judged(content[exchange.sent_type]["schema"], orjson.dumps(value))


def of_discord(description: Description) -> Checker:
    """With what is known better than Discord's description knows it."""
    responses = description.amended(RESPONSES)
    return Checker(responses, responses.amended(REQUESTS), events(responses.schemas))


class Judge:
    """Holds values against one description. What was valid once is not looked at again."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self._schemas = Schemas(description)
        self._valid: set[tuple[int, bytes]] = set()

    def judged(self, schema: Schema, raw: bytes, *, strictly: bool = False) -> list[str]:
        """What is wrong with this JSON; strictly, also what it has and no schema names."""
        key = (id(schema), _shape(raw))
        if key in self._valid:
            return []
        value = orjson.loads(raw)
        found: list[Finding] = self._schemas.wrong(schema, value)
        if strictly:
            found += self._schemas.unknown(schema, value)
        if not found:
            self._valid.add(key)
        return list(map(str, found))

    def allows(self, schema: Schema, value: Any) -> bool:
        return not self._schemas.wrong(schema, value)


def _readings(texts: list[str]) -> Iterator[Any]:
    """What the texts of one parameter may stand for."""
    if len(texts) == 1:
        yield texts[0]
        if texts[0] in _TRUTH:
            yield _TRUTH[texts[0]]
        if re.fullmatch(r"-?\d+", texts[0]):
            yield int(texts[0])
    yield texts
    if all(re.fullmatch(r"-?\d+", each) for each in texts):
        yield [int(each) for each in texts]


def _shape(raw: bytes) -> bytes:
    """The JSON with a number in place of each varying value: values of one shape are valid or not together."""
    seen: dict[bytes, bytes] = {}

    def number(found: re.Match[bytes]) -> bytes:
        return seen.setdefault(found[0], b'"#%d:%d"' % (len(seen), len(found[0])))

    return _VARYING.sub(number, raw)


def _said(exchange: Exchange, complaint: str) -> str:
    return f"{exchange.method} {exchange.path} -> {exchange.status}: {complaint}"
