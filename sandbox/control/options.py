"""What a person types into a command's options, as the typed and resolved values that Discord sends."""

from dataclasses import dataclass, field
from typing import Any

from sandbox import payloads
from sandbox.control.asked import channel_named
from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.permissions import in_guild
from sandbox.rules.commands import OptionKind
from sandbox.state import Channel, User
from sandbox.wire import Json

_NESTED = (OptionKind.SUBCOMMAND, OptionKind.GROUP)


@dataclass(slots=True)
class Typing:
    """One command being typed by one person in one channel; `resolved` grows with what the options name."""

    core: Core
    person: User
    channel: Channel
    focused: str | None = None
    resolved: Json = field(default_factory=dict)

    def options(self, definition: Json, path: list[str], given: Json) -> list[Json]:
        """The options of a command, through its subcommands. Raises ControlError for what Discord's client refuses."""
        children = definition.get("options") or []
        nested = [child for child in children if child["type"] in _NESTED]
        if nested or path:
            return [self._descend(nested, path, given)]
        known = {child["name"]: child for child in children}
        for name in given:
            if name not in known:
                raise _bad(f"the command has no option {name!r}, only {', '.join(known) or 'none'}")
        if self.focused is None:
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

    def _option(self, option: Json, value: Any) -> Json:
        built: Json = {"type": option["type"], "name": option["name"]}
        if option["name"] == self.focused:
            # A half-typed number is a text still.
            return {**built, "value": str(value), "focused": True}
        return {**built, "value": self._value(option, _chosen(option, value))}

    def _value(self, option: Json, value: Any) -> Any:
        kind = OptionKind(option["type"])
        if kind == OptionKind.STRING:
            return _text(option, value)
        if kind in (OptionKind.INTEGER, OptionKind.NUMBER):
            return _number(option, value, kind)
        if kind == OptionKind.BOOLEAN:
            if not isinstance(value, bool):
                raise _bad(f"{option['name']} is true or false, not {value!r}")
            return value
        if kind == OptionKind.CHANNEL:
            return self._channel(option, str(value))
        if kind == OptionKind.ROLE:
            return self._role(str(value))
        if kind == OptionKind.USER:
            return self._user(str(value))
        if kind == OptionKind.MENTIONABLE:
            return self._mentionable(str(value))
        raise _bad(f"{option['name']} is an attachment, which the sandbox's people cannot give yet")

    def _mentionable(self, name: str) -> str:
        known = self.core.store.person(name.removeprefix("@"))
        return self._role(name) if known is None else self._user(name)

    def _user(self, name: str) -> str:
        user = self.core.store.person(name.removeprefix("@"))
        if user is None:
            raise _bad(f"there is nobody called {name}")
        self.resolve_user(user)
        return str(user.id)

    def resolve_user(self, user: User) -> None:
        self.resolved.setdefault("users", {})[str(user.id)] = payloads.user(user)
        guild = self.core.store.guild_of(self.channel)
        if guild is not None and user.id in guild.members:
            member = payloads.member(guild.members[user.id])
            member["permissions"] = str(in_guild(guild, user.id))
            self.resolved.setdefault("members", {})[str(user.id)] = member

    def _channel(self, option: Json, name: str) -> str:
        channel = channel_named(self.core, self.person, name)
        kinds = option.get("channel_types")
        if kinds and channel.kind not in kinds:
            raise _bad(f"{option['name']} takes only channels of the types {kinds}")
        shown = payloads.resolved_channel(self.core.store, channel, self.person.id)
        self.resolved.setdefault("channels", {})[str(channel.id)] = shown
        return str(channel.id)

    def _role(self, name: str) -> str:
        guild = self.core.store.guild_of(self.channel)
        roles = {} if guild is None else {role.name: role for role in guild.roles.values()}
        role = roles.get(name) or roles.get(name.removeprefix("@"))
        if role is None:
            raise _bad(f"there is no role called {name}")
        self.resolved.setdefault("roles", {})[str(role.id)] = payloads.role(role)
        return str(role.id)


def _bad(sentence: str) -> ControlError:
    return ControlError(Problem.BAD_OPTION, sentence)


def _require_all(options: list[Json], given: Json) -> None:
    missing = [option["name"] for option in options if option.get("required") and option["name"] not in given]
    if missing:
        raise _bad(f"these options are required: {', '.join(missing)}")


def _chosen(option: Json, value: Any) -> Any:
    """The value of a choice, which people may name by what they see."""
    choices = option.get("choices")
    if not choices:
        return value
    for choice in choices:
        if value in (choice["value"], choice["name"]):
            return choice["value"]
    names = ", ".join(str(choice["name"]) for choice in choices)
    raise _bad(f"{option['name']} is one of {names}, not {value!r}")


def _text(option: Json, value: Any) -> str:
    text = str(value)
    if not option.get("min_length", 0) <= len(text) <= option.get("max_length", 6000):
        raise _bad(f"{option['name']} may not have {len(text)} characters")
    return text


def _number(option: Json, value: Any, kind: OptionKind) -> int | float:
    whole = kind == OptionKind.INTEGER
    allowed = int if whole else int | float
    if isinstance(value, bool) or not isinstance(value, allowed) or abs(value) > 2**53:
        raise _bad(f"{option['name']} is a {'whole ' if whole else ''}number, not {value!r}")
    least, most = option.get("min_value"), option.get("max_value")
    if (least is not None and value < least) or (most is not None and value > most):
        raise _bad(f"{option['name']} may not be {value}")
    number: int | float = value
    return number
