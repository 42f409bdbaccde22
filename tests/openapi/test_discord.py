"""Discord's description itself: that everything in it is understood, and that the sandbox has no other routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from discord.state import ConnectionState

from sandbox import Sandbox
from sandbox.rest import api
from tests.openapi.amendments import REQUESTS, RESPONSES
from tests.openapi.description import ABSENT, Amendment, read
from tests.openapi.events import events
from tests.openapi.schemas import FORMATS

DESCRIPTION = read()
if DESCRIPTION is None:
    pytest.skip(ABSENT, allow_module_level=True)


def parts(value: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    """Every object in a document once, also of one that holds itself."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from parts(inner, seen)


def test_every_format_is_known_and_every_reference_leads_somewhere() -> None:
    everything = [*parts(DESCRIPTION.document, set()), *parts(events(DESCRIPTION.schemas), set())]
    formats = {part["format"] for part in everything if isinstance(part.get("format"), str)}
    references = {part["$ref"] for part in everything if isinstance(part.get("$ref"), str)}

    assert formats == set(FORMATS.checkers)
    assert len(references) > 100
    assert all(isinstance(DESCRIPTION.at(reference), dict) for reference in references)


def test_every_route_of_the_sandbox_is_described() -> None:
    amended = DESCRIPTION.amended(RESPONSES)
    described = {(each.method, re.sub(r"{\w+}", "{}", each.path)) for each in amended.operations}
    served = {
        (route.method, re.sub(r"{\w+}", "{}", route.resource.canonical))
        for route in api(Sandbox()._core).router.routes()
        if route.resource is not None and route.method not in ("HEAD", "*")
    }

    assert len(served) > 30
    assert served - described == set()


@pytest.mark.parametrize("amendment", [*RESPONSES, *REQUESTS], ids=lambda amendment: amendment.at)
def test_every_amendment_changes_something_and_says_why(amendment: Amendment) -> None:
    assert DESCRIPTION.amended([amendment]).document != DESCRIPTION.document
    assert amendment.why


def test_every_event_that_the_library_hears_is_known() -> None:
    heard = {name.removeprefix("parse_").upper() for name in dir(ConnectionState) if name.startswith("parse_")}

    assert len(heard) > 50
    assert heard - events(DESCRIPTION.schemas).keys() == set()
