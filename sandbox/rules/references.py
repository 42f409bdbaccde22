"""Reads which message a new one answers or forwards."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sandbox.rules.form import Form


class ReferenceKind(IntEnum):
    REPLY = 0
    FORWARD = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """`required`: it is refused if there is no such message, and else sent as an ordinary one."""

    message_id: int
    channel_id: int | None
    required: bool
    kind: ReferenceKind = ReferenceKind.REPLY


def read_reference(form: Form, reference: Any) -> Reference | None:
    if reference is None:
        return None
    path = ("message_reference",)
    if not isinstance(reference, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    kind = reference.get("type") or ReferenceKind.REPLY
    if kind not in list(ReferenceKind):
        form.choice((*path, "type"), [int(kind) for kind in ReferenceKind])
        return None
    message_id = form.snowflake((*path, "message_id"), reference.get("message_id"))
    channel_id = form.snowflake((*path, "channel_id"), reference.get("channel_id"))
    if reference.get("message_id") is None:
        form.required((*path, "message_id"))
    if kind == ReferenceKind.FORWARD and reference.get("channel_id") is None:
        form.required((*path, "channel_id"))
    required = reference.get("fail_if_not_exists")
    return Reference(message_id or 0, channel_id, required is None or bool(required), ReferenceKind(kind))
