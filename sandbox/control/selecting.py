"""Values that people pick in selects, of messages and of modals."""

from collections.abc import Sequence

from sandbox.control.resolving import Resolver, bad
from sandbox.rules.components import Component
from sandbox.wire import Json


def pick_values(resolver: Resolver, select: Json, wanted: Sequence[str], *, optional: bool = False) -> list[str]:
    """The values that Discord sends. Raises ControlError for what the select does not offer, or not so often.

    An `optional` one in a modal may be left as it is.
    """
    if select["type"] == Component.STRING_SELECT:
        values = [offered_value(select, each) for each in wanted]
    else:
        read = resolver.named(select, select["type"])
        values = [each if read is None else read(each) for each in wanted]
    if len(set(values)) != len(values):
        raise bad("the same value cannot be picked twice")
    if not (optional and not values):
        check_number(select, len(values))
    return values


def offered_value(owner: Json, wanted: str) -> str:
    """The value of an option that is named by it, or by its label."""
    options: list[Json] = owner["options"]
    for field in ("value", "label"):
        for option in options:
            if option[field] == wanted:
                return str(option["value"])
    raise bad(f"{wanted!r} is not offered, only {', '.join(str(option['value']) for option in options)}")


def check_number(owner: Json, number: int) -> None:
    least, most = owner["min_values"], owner["max_values"]
    if not least <= number <= most:
        raise bad(f"between {least} and {most} can be picked, not {number}")
