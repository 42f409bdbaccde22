"""Who a text pings: what it mentions, less what `allowed_mentions` forbids."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.state import Pings
from sandbox.wire import Json

MOST_LISTED = 100
_KINDS = ("users", "roles", "everyone")
_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_USER = re.compile(r"<@!?(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_EVERYONE = re.compile(r"@(everyone|here)")


@dataclass(frozen=True, slots=True)
class AllowedMentions:
    parse: frozenset[str] = frozenset()
    users: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    replied_user: bool = False


# What a body that leaves `allowed_mentions` out gets: in ordinary messages everything in the text pings, in those of
# webhooks and in answers to interactions only users.
EVERYTHING = AllowedMentions(parse=frozenset(_KINDS), replied_user=True)
ONLY_USERS = AllowedMentions(parse=frozenset({"users"}))


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What a text mentions outside of code, pinged or not, in order and once each."""

    users: tuple[int, ...]
    roles: tuple[int, ...]
    everyone: bool


def mentioned(text: str) -> Mentioned:
    plain = _CODE.sub(" ", text)
    return Mentioned(
        users=tuple(dict.fromkeys(map(int, _USER.findall(plain)))),
        roles=tuple(dict.fromkeys(map(int, _ROLE.findall(plain)))),
        everyone=_EVERYONE.search(plain) is not None,
    )


def pings(text: str, allowed: AllowedMentions, *, replied_to: int | None, may_ping_everyone: bool) -> Pings:
    """`replied_to` is the author of the message that this one answers."""
    found = mentioned(text)
    users = [user for user in found.users if "users" in allowed.parse or user in allowed.users]
    if replied_to is not None and allowed.replied_user and replied_to not in users:
        users.append(replied_to)
    roles = tuple(role for role in found.roles if "roles" in allowed.parse or role in allowed.roles)
    everyone = found.everyone and "everyone" in allowed.parse and may_ping_everyone
    return Pings(tuple(users), roles, everyone)


def read_allowed_mentions(form: Form, body: Any) -> AllowedMentions | None:
    """None if it was left out."""
    if body is None:
        return None
    path: Path = ("allowed_mentions",)
    if not isinstance(body, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    parse = _list(form, body, "parse")
    for index, kind in enumerate(parse):
        if kind not in _KINDS:
            form.choice((*path, "parse", index), _KINDS)
    return AllowedMentions(
        parse=frozenset(kind for kind in parse if kind in _KINDS),
        users=_ids(form, body, "users", parse),
        roles=_ids(form, body, "roles", parse),
        replied_user=bool(body.get("replied_user", False)),
    )


def _list(form: Form, body: Json, name: str) -> list[Any]:
    value = body.get(name) or []
    if isinstance(value, list):
        return value
    form.wrong(("allowed_mentions", name), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    return []


def _ids(form: Form, body: Json, kind: str, parse: list[Any]) -> frozenset[int]:
    path = ("allowed_mentions", kind)
    ids = _list(form, body, kind)
    form.longest_list(path, ids, MOST_LISTED)
    if ids and kind in parse:
        message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
        form.wrong(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    found = [form.snowflake((*path, index), identifier) for index, identifier in enumerate(ids)]
    return frozenset(identifier for identifier in found if identifier is not None)
