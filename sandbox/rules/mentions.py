"""Who a text pings: what it mentions, less what `allowed_mentions` forbids."""

import re
from dataclasses import dataclass
from typing import Any

from sandbox.rules.form import Form
from sandbox.state import Pings
from sandbox.wire import Json

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


# What a body that leaves `allowed_mentions` out gets: everything in the text pings.
EVERYTHING = AllowedMentions(parse=frozenset(_KINDS), replied_user=True)


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
    if not isinstance(body, dict):
        return None
    parse = body.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in _KINDS:
            form.choice(("allowed_mentions", "parse", index), _KINDS)
    return AllowedMentions(
        parse=frozenset(parse),
        users=_ids(form, body, "users"),
        roles=_ids(form, body, "roles"),
        replied_user=bool(body.get("replied_user", False)),
    )


def _ids(form: Form, body: Json, kind: str) -> frozenset[int]:
    ids = body.get(kind) or []
    form.longest_list(("allowed_mentions", kind), ids, 100)
    if ids and kind in (body.get("parse") or []):
        form.wrong(
            ("allowed_mentions", kind),
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
            f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.',
        )
    return frozenset(int(identifier) for identifier in ids if str(identifier).isdigit())
