"""What is planned in a guild, and what is on its stages."""

from dataclasses import dataclass
from enum import IntEnum


class EventKind(IntEnum):
    STAGE = 1
    VOICE = 2
    ELSEWHERE = 3


class EventStatus(IntEnum):
    SCHEDULED = 1
    ACTIVE = 2
    COMPLETED = 3
    CANCELED = 4


# What can still become of an event; one that has ended stays as it is.
NEXT: dict[EventStatus, tuple[EventStatus, ...]] = {
    EventStatus.SCHEDULED: (EventStatus.ACTIVE, EventStatus.CANCELED),
    EventStatus.ACTIVE: (EventStatus.COMPLETED,),
    EventStatus.COMPLETED: (),
    EventStatus.CANCELED: (),
}


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """`channel_id` is where it is, or `location` if that is outside of Discord; times are Unix seconds."""

    id: int
    creator_id: int
    kind: EventKind
    name: str
    starts_at: float
    ends_at: float | None = None
    description: str | None = None
    channel_id: int | None = None
    location: str | None = None
    status: EventStatus = EventStatus.SCHEDULED
    image: str | None = None

    @property
    def over(self) -> bool:
        return not NEXT[self.status]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage channel is about while it is open."""

    id: int
    channel_id: int
    topic: str
