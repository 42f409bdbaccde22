"""Reads what a thread is to be like, or what Discord would say is wrong with it."""

from typing import Any

from sandbox.rules.channels import ARCHIVE_MINUTES, MOST_NAME, MOST_SLOWMODE
from sandbox.rules.form import Form
from sandbox.rules.settings import Changes, Settings
from sandbox.state import Channel, ChannelKind
from sandbox.wire import Json

MOST_APPLIED_TAGS = 5
REQUIRE_TAG = 1 << 4  # the flag of a forum whose posts must have one
PINNED = 1 << 1  # the flag of a post that is kept at the top
_LASTING = 4320  # minutes, Discord's default for the API


def read_new_thread(parent: Channel, body: Json, *, from_message: bool = False) -> Changes:
    """With its `kind` and `name`. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.require("name")
    fields.text("name", 1, MOST_NAME)
    fields.one_of("auto_archive_duration", ARCHIVE_MINUTES, to="minutes")
    fields.number("rate_limit_per_user", 0, MOST_SLOWMODE, to="slowmode")
    fields.flag("invitable")
    if parent.is_forum:
        fields.identifiers("applied_tags", MOST_APPLIED_TAGS, to="tags")
    allowed = _kinds(parent)
    if from_message or parent.is_forum:
        fields.found["kind"] = allowed[0]
    else:
        fields.one_of("type", allowed, to="kind")
        fields.found.setdefault("kind", allowed[-1])  # left out, it is a private one
    form.done()
    found = fields.found
    found.setdefault("minutes", parent.auto_archive_minutes or _LASTING)
    found.setdefault("slowmode", parent.thread_slowmode)
    return {**found, "kind": ChannelKind(found["kind"]), "name": found["name"].strip()}


def _kinds(parent: Channel) -> tuple[int, ...]:
    if parent.kind == ChannelKind.NEWS:
        return (int(ChannelKind.NEWS_THREAD),)
    if parent.is_forum:
        return (int(ChannelKind.THREAD),)
    return int(ChannelKind.THREAD), int(ChannelKind.PRIVATE_THREAD)


def read_thread_changes(thread: Channel, parent: Channel | None, body: Json) -> Changes:
    """What a request names, whether it changes that or not. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("name", 1, MOST_NAME)
    fields.flag("archived")
    fields.flag("locked")
    fields.one_of("auto_archive_duration", ARCHIVE_MINUTES, to="minutes")
    fields.number("rate_limit_per_user", 0, MOST_SLOWMODE, to="slowmode", empty=0)
    if thread.kind == ChannelKind.PRIVATE_THREAD:
        fields.flag("invitable")
    if parent is not None and parent.is_forum:
        fields.identifiers("applied_tags", MOST_APPLIED_TAGS, to="tags", empty=())
        fields.number("flags", 0, PINNED, empty=0)
    form.done()
    return fields.found


def message_of_post(body: Json) -> Any:
    """The first message of a post. Raises DiscordError if there is none."""
    message = body.get("message")
    if not isinstance(message, dict):
        form = Form()
        form.required(("message",))
        form.done()
    return message
