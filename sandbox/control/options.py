"""What a person types into a command's options, as the typed values that Discord sends."""

from dataclasses import dataclass
from typing import Any

from sandbox.control.problems import ControlError, Problem
from sandbox.control.resolving import Resolver, bad
from sandbox.rules.options import NESTED, OptionKind
from sandbox.wire import Json


@dataclass(slots=True)
class Typing:
    """One command being typed; with `focused` it is not finished, and that option is being completed."""

    resolver: Resolver
    focused: str | None = None
    focused_kind: OptionKind | None = None

    def options(self, definition: Json, path: list[str], given: Json) -> list[Json]:
        """The options of a command, through its subcommands. Raises ControlError for what Discord's client refuses."""
        children = definition.get("options") or []
        nested = [child for child in children if child["type"] in NESTED]
        if nested or path:
            return [self._descend(nested, path, given)]
        known = {child["name"]: child for child in children}
        for name in given:
            if name not in known:
                raise bad(f"the command has no option {name!r}, only {', '.join(known) or 'none'}")
        if self.focused is not None:
            return self._completing(known, given, self.focused)
        _require_all(children, given)
        return [self._option(known[name], value) for name, value in given.items()]

    def _descend(self, nested: list[Json], path: list[str], given: Json) -> Json:
        names = ", ".join(child["name"] for child in nested) or "none"
        chosen = next((child for child in nested if path and child["name"] == path[0]), None)
        if chosen is None:
            wanted = path[0] if path else "a subcommand"
            raise ControlError(Problem.UNKNOWN_COMMAND, f"{wanted} is not among the subcommands: {names}")
        inner = self.options(chosen, path[1:], given)
        return {"type": chosen["type"], "name": chosen["name"], "options": inner}

    def _completing(self, known: dict[str, Json], given: Json, focused_name: str) -> list[Json]:
        """With what else is filled in, as far as it is right; a half-typed number is a text still."""
        focused = known.get(focused_name)
        if focused is None or not focused.get("autocomplete"):
            raise bad(f"the option {focused_name!r} has no completion")
        self.focused_kind = OptionKind(focused["type"])
        made: list[Json] = []
        for name, value in {**given, focused_name: given.get(focused_name, "")}.items():
            option = known[name]
            if option is focused:
                text = {"type": option["type"], "name": option["name"], "value": str(value), "focused": True}
                made.append(text)
            elif (finished := self._finished(option, value)) is not None:
                made.append(finished)
        return made

    def _finished(self, option: Json, value: Any) -> Json | None:
        try:
            return self._option(option, value)
        except ControlError:
            return None

    def _option(self, option: Json, value: Any) -> Json:
        return {"type": option["type"], "name": option["name"], "value": self._value(option, _chosen(option, value))}

    def _value(self, option: Json, value: Any) -> Any:
        kind = OptionKind(option["type"])
        if kind == OptionKind.STRING:
            return _text(option, value)
        if kind in (OptionKind.INTEGER, OptionKind.NUMBER):
            return _number(option, value, kind)
        if kind == OptionKind.BOOLEAN:
            if not isinstance(value, bool):
                raise bad(f"{option['name']} is true or false, not {value!r}")
            return value
        return self._thing(option, value, kind)

    def _thing(self, option: Json, value: Any, kind: OptionKind) -> str:
        if kind == OptionKind.ATTACHMENT:
            return self.resolver.file(option, value)
        name = str(value)
        if kind == OptionKind.CHANNEL:
            return self.resolver.channel_among(option, name)
        if kind == OptionKind.ROLE:
            return self.resolver.role(name)
        return self.resolver.user(name) if kind == OptionKind.USER else self.resolver.mentionable(name)


def _require_all(options: list[Json], given: Json) -> None:
    missing = [option["name"] for option in options if option.get("required") and option["name"] not in given]
    if missing:
        raise bad(f"these options are required: {', '.join(missing)}")


def _chosen(option: Json, value: Any) -> Any:
    """The value of a choice, which people may name by what they see."""
    choices = option.get("choices")
    if not choices:
        return value
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    names = ", ".join(str(choice["name"]) for choice in choices)
    raise bad(f"{option['name']} is one of {names}, not {value!r}")


def _text(option: Json, value: Any) -> str:
    text = str(value)
    if not option.get("min_length", 0) <= len(text) <= option.get("max_length", 6000):
        raise bad(f"{option['name']} may not have {len(text)} characters")
    if not text:
        raise bad(f"{option['name']} may not be empty")
    return text


def _number(option: Json, value: Any, kind: OptionKind) -> int | float:
    whole = kind == OptionKind.INTEGER
    allowed = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, allowed) or abs(value) > 2**53:
        raise bad(f"{option['name']} is a {'whole ' if whole else ''}number, not {value!r}")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        raise bad(f"{option['name']} may not be {value}")
    number: int | float = value
    return number
