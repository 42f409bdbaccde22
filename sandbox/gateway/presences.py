"""Who is online, and what they are doing; told to bots with the intent for it."""

from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.gateway.codes import Close, CloseError
from sandbox.gateway.events import Event
from sandbox.wire import Json

# What may be asked for; those that are not among what others are shown appear as offline.
STATUSES = ("online", "dnd", "idle", "invisible", "offline")
_SHOWN = ("online", "dnd", "idle")
_ACTIVITY_TYPES = range(6)
# The fields of an activity that a bot may set.
_ACTIVITY = ("name", "state", "type", "url")


@dataclass(frozen=True, slots=True)
class Presence:
    status: str = "online"
    activities: tuple[Json, ...] = ()


ONLINE = Presence()


class Presences:
    """Everybody is online until they say otherwise."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_user: dict[int, Presence] = {}

    def set(self, user_id: int, presence: Presence) -> None:
        created = {"created_at": int(self._clock.now() * 1000)}
        activities = tuple({**activity, **created} for activity in presence.activities)
        self._by_user[user_id] = Presence(presence.status, activities)

    def of(self, user_id: int) -> Json:
        """As it is shown to others, the user no more than an id."""
        presence = self._by_user.get(user_id, ONLINE)
        shown = presence.status in _SHOWN
        return {
            "user": {"id": str(user_id)},
            "status": presence.status if shown else "offline",
            "activities": list(presence.activities) if shown else [],
            "client_status": {"web": presence.status} if shown else {},
        }

    def shown(self, user_id: int) -> bool:
        return self._by_user.get(user_id, ONLINE).status in _SHOWN

    def event(self, user_id: int, guild_id: int) -> Event:
        return Event("PRESENCE_UPDATE", {**self.of(user_id), "guild_id": str(guild_id)}, guild_id)


def read_presence(data: Any) -> Presence:
    """What a bot says that it is doing. Raises CloseError for what is no presence."""
    if not isinstance(data, dict) or data.get("status") not in STATUSES:
        raise CloseError(Close.DECODE_ERROR, f"a presence has one of the statuses {', '.join(STATUSES)}")
    activities = data.get("activities")
    if not isinstance(activities, list):
        raise CloseError(Close.DECODE_ERROR, "the activities of a presence are a list")
    return Presence(data["status"], tuple(_activity(each) for each in activities))


def read_first_presence(data: Any) -> Presence:
    """The one of an identify, in which discord.py leaves out the status, and calls the one activity a game."""
    if not isinstance(data, dict):
        raise CloseError(Close.DECODE_ERROR, "a presence is an object")
    game = data.get("game")
    activities = data.get("activities") or ([] if game is None else [game])
    return read_presence({"status": data.get("status") or "online", "activities": activities})


def _activity(data: Any) -> Json:
    known = isinstance(data, dict) and isinstance(data.get("name"), str) and data.get("type") in _ACTIVITY_TYPES
    if not known:
        raise CloseError(Close.DECODE_ERROR, f"{data!r} is no activity")
    return {key: data[key] for key in _ACTIVITY if data.get(key) is not None}
