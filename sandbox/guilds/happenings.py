"""Plans, changes and ends the scheduled events of guilds, and opens and closes their stages."""

from dataclasses import replace

from sandbox import payloads
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.happenings import ScheduledEvent, Stage
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import Guild
from sandbox.store import Store

_EVENT_LOGGED = (
    "name", "description", "channel_id", "scheduled_start_time", "scheduled_end_time", "status", "entity_type",
    "privacy_level", "entity_metadata",
)  # fmt: skip
_STAGE_LOGGED = ("topic", "privacy_level")


class Happenings:
    """The only writer of scheduled events and stages. An event that has ended is told of, and kept no longer."""

    def __init__(self, store: Store, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def plan(self, guild: Guild, given: Changes, deed: Deed) -> ScheduledEvent:
        event = ScheduledEvent(self._snowflakes.next(), deed.by, **self._store.keep_pictures(given, "image"))
        guild.events[event.id] = event
        data = payloads.scheduled_event(self._store, guild, event)
        self._teller.tell(guild, "GUILD_SCHEDULED_EVENT_CREATE", data)
        self._audit.record(guild, deed, Action.EVENT_CREATED, event.id, difference({}, data, _EVENT_LOGGED))
        return event

    def change(self, guild: Guild, event: ScheduledEvent, changes: Changes, deed: Deed) -> ScheduledEvent:
        after = replace(event, **self._store.keep_pictures(changes, "image"))
        guild.events[event.id] = after
        if after.over:
            del guild.events[event.id]
        before, data = (payloads.scheduled_event(self._store, guild, each) for each in (event, after))
        self._teller.tell(guild, "GUILD_SCHEDULED_EVENT_UPDATE", data)
        logged = difference(before, data, _EVENT_LOGGED)
        self._audit.record_changes(guild, deed, Action.EVENT_CHANGED, event.id, logged)
        return after

    def drop(self, guild: Guild, event: ScheduledEvent, deed: Deed) -> None:
        del guild.events[event.id]
        data = payloads.scheduled_event(self._store, guild, event)
        self._teller.tell(guild, "GUILD_SCHEDULED_EVENT_DELETE", data)
        self._audit.record(guild, deed, Action.EVENT_DELETED, event.id, difference(data, {}, _EVENT_LOGGED))

    def open(self, guild: Guild, channel_id: int, topic: str, deed: Deed) -> Stage:
        stage = guild.stages[channel_id] = Stage(self._snowflakes.next(), channel_id, topic)
        data = payloads.stage(guild, stage)
        self._teller.tell(guild, "STAGE_INSTANCE_CREATE", data)
        self._audit.record(guild, deed, Action.STAGE_CREATED, stage.id, difference({}, data, _STAGE_LOGGED))
        return stage

    def rename(self, guild: Guild, stage: Stage, topic: str, deed: Deed) -> Stage:
        after = guild.stages[stage.channel_id] = replace(stage, topic=topic)
        before, data = payloads.stage(guild, stage), payloads.stage(guild, after)
        self._teller.tell(guild, "STAGE_INSTANCE_UPDATE", data)
        self._audit.record(guild, deed, Action.STAGE_CHANGED, stage.id, difference(before, data, _STAGE_LOGGED))
        return after

    def close(self, guild: Guild, stage: Stage, deed: Deed) -> None:
        del guild.stages[stage.channel_id]
        data = payloads.stage(guild, stage)
        self._teller.tell(guild, "STAGE_INSTANCE_DELETE", data)
        self._audit.record(guild, deed, Action.STAGE_DELETED, stage.id, difference(data, {}, _STAGE_LOGGED))
