"""Scheduled events and open stages as Discord's JSON."""

from sandbox.happenings import EventKind, ScheduledEvent, Stage
from sandbox.payloads.users import user
from sandbox.payloads.values import optional, stamp
from sandbox.state import Guild
from sandbox.store import Store
from sandbox.wire import Json

_GUILD_ONLY = 2


def scheduled_event(store: Store, guild: Guild, of: ScheduledEvent) -> Json:
    return {
        "id": str(of.id),
        "guild_id": str(guild.id),
        "channel_id": optional(of.channel_id),
        "creator_id": str(of.creator_id),
        "creator": user(store.users[of.creator_id]),
        "name": of.name,
        "description": of.description,
        "image": of.image,
        "scheduled_start_time": stamp(of.starts_at),
        "scheduled_end_time": None if of.ends_at is None else stamp(of.ends_at),
        "privacy_level": _GUILD_ONLY,
        "status": int(of.status),
        "entity_type": int(of.kind),
        "entity_id": None,
        "entity_metadata": {"location": of.location} if of.kind == EventKind.ELSEWHERE else None,
        "recurrence_rule": None,
        "guild_scheduled_event_exceptions": [],
    }


def stage(guild: Guild, of: Stage) -> Json:
    return {
        "id": str(of.id),
        "guild_id": str(guild.id),
        "channel_id": str(of.channel_id),
        "topic": of.topic,
        "privacy_level": _GUILD_ONLY,
        "discoverable_disabled": True,
        "guild_scheduled_event_id": None,
    }
