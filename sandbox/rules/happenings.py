"""Reads scheduled events and what stages are about, or what Discord would say is wrong with them."""

from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.happenings import NEXT, EventKind, EventStatus, ScheduledEvent
from sandbox.rules.form import Form
from sandbox.rules.pictures import read_pictures
from sandbox.rules.settings import Changes, Settings
from sandbox.state import ChannelKind, Guild
from sandbox.wire import Json

MOST_NAME, MOST_DESCRIPTION, MOST_LOCATION = 100, 1000, 100
MOST_TOPIC = 120
_GUILD_ONLY = 2
_PLACES = {EventKind.STAGE: ChannelKind.STAGE, EventKind.VOICE: ChannelKind.VOICE}
_RENAMED = {
    "entity_type": "kind",
    "scheduled_start_time": "starts_at",
    "scheduled_end_time": "ends_at",
}


def read_new_event(guild: Guild, body: Json, now: float) -> Changes:
    """By the names of an event's fields. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    for key in ("name", "privacy_level", "scheduled_start_time", "entity_type"):
        fields.require(key)
    found = _read(form, fields, body)
    _check_times(form, found, found, now)
    if "kind" in found:
        _check_place(form, guild, EventKind(found["kind"]), found)
    form.done()
    return {**found, "kind": EventKind(found["kind"])}


def read_event_changes(guild: Guild, event: ScheduledEvent, body: Json, now: float) -> Changes:
    """Raises DiscordError."""
    if event.over:
        raise DiscordError(Why.EVENT_IS_OVER)
    form = Form()
    fields = Settings(form, body)
    fields.one_of("status", [int(status) for status in (event.status, *NEXT[event.status])])
    found = _read(form, fields, body)
    kind = EventKind(found.get("kind", event.kind))
    whole = {name: getattr(event, name) for name in ("starts_at", "ends_at", "channel_id", "location")} | found
    _check_times(form, found, whole, now)
    _check_place(form, guild, kind, whole)
    form.done()
    if kind == EventKind.ELSEWHERE:
        found["channel_id"] = None
    if "status" in found:
        found["status"] = EventStatus(found["status"])
    return {**found, "kind": kind}


def _read(form: Form, fields: Settings, body: Json) -> Changes:
    fields.text("name", 1, MOST_NAME)
    fields.text("description", 0, MOST_DESCRIPTION, empty=None)
    fields.one_of("privacy_level", (_GUILD_ONLY,))
    fields.one_of("entity_type", [int(kind) for kind in EventKind])
    fields.moment("scheduled_start_time")
    fields.moment("scheduled_end_time", empty=None)
    fields.identifier("channel_id", empty=None)
    found = {_RENAMED.get(key, key): value for key, value in fields.found.items() if key != "privacy_level"}
    if body.get("entity_metadata") is not None:
        found["location"] = _location(form, body["entity_metadata"])
    return {**found, **read_pictures(form, body, ("image",))}


def _location(form: Form, metadata: Any) -> str | None:
    if not isinstance(metadata, dict):
        form.wrong(("entity_metadata",), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    inner = Settings(form, metadata, ("entity_metadata",))
    inner.text("location", 1, MOST_LOCATION)
    location: str | None = inner.found.get("location")
    return location


def _check_times(form: Form, given: Changes, whole: Changes, now: float) -> None:
    starts_at, ends_at = whole.get("starts_at"), whole.get("ends_at")
    if given.get("starts_at") is not None and given["starts_at"] < now:
        message = "Cannot schedule event in the past."
        form.wrong(("scheduled_start_time",), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST", message)
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        message = "Scheduled event must end after it starts."
        form.wrong(("scheduled_end_time",), "GUILD_SCHEDULED_EVENT_END_BEFORE_START", message)


def _check_place(form: Form, guild: Guild, kind: EventKind, whole: Changes) -> None:
    """An event outside has a location and an end; one inside a channel of its kind."""
    if kind == EventKind.ELSEWHERE:
        if not whole.get("location"):
            form.required(("entity_metadata", "location"))
        if whole.get("ends_at") is None:
            form.required(("scheduled_end_time",))
        return
    channel = guild.channels.get(whole.get("channel_id") or 0)
    if whole.get("channel_id") is None:
        form.required(("channel_id",))
    elif channel is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    elif channel.kind != _PLACES[kind]:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)


def read_stage(body: Json, *, new: bool) -> Changes:
    """`topic`, and for a new one `channel_id`. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("topic", 1, MOST_TOPIC)
    fields.one_of("privacy_level", (1, _GUILD_ONLY))
    if new:
        fields.require("topic")
        fields.require("channel_id")
        fields.identifier("channel_id")
    form.done()
    return {name: value for name, value in fields.found.items() if name != "privacy_level"}
