"""Interactions from the event to the last word through their token, with Discord's deadlines."""

import secrets
from dataclasses import dataclass
from enum import IntEnum

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.snowflakes import Snowflakes
from sandbox.state import Origin

FIRST_ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
# Old tokens are answered as expired for an hour, and as unknown after that.
_KEPT_SECONDS = 3600.0


class InteractionKind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    PONG = 1
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_ALLOWED = {
    InteractionKind.COMMAND: {Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL},
    InteractionKind.COMPONENT: set(Callback) - {Callback.PONG, Callback.CHOICES},
    InteractionKind.AUTOCOMPLETE: {Callback.CHOICES},
    InteractionKind.MODAL: set(Callback) - {Callback.PONG, Callback.CHOICES, Callback.MODAL},
}


@dataclass(slots=True)
class Interaction:
    """`source_id` is the message whose component was used; `original_id` the one that answers.

    `opener` is the interaction that was answered with the modal which this one submits.
    """

    id: int
    token: str
    kind: InteractionKind
    user_id: int
    channel_id: int
    opened_at: float
    command: str | None = None
    slash: bool = True
    source_id: int | None = None
    opener: "Interaction | None" = None
    answered: Callback | None = None
    original_id: int | None = None

    @property
    def origin(self) -> Origin:
        trigger = None if self.opener is None else self.opener.origin
        return Origin(self.id, int(self.kind), self.user_id, self.command, self.source_id, trigger)

    def allowed(self) -> list[int]:
        """The callbacks that fit; an update needs a message to update."""
        fitting = _ALLOWED[self.kind] | {Callback.PONG}
        if self.source_id is None:
            fitting -= {Callback.UPDATE, Callback.DEFERRED_UPDATE}
        return sorted(map(int, fitting))


class Ledger:
    """Every interaction that may still be answered."""

    def __init__(self, clock: Clock, snowflakes: Snowflakes, application_id: int) -> None:
        self._clock = clock
        self._snowflakes = snowflakes
        self._application_id = application_id
        self._by_token: dict[str, Interaction] = {}

    def open(
        self,
        kind: InteractionKind,
        user_id: int,
        channel_id: int,
        *,
        command: str | None = None,
        slash: bool = True,
        source_id: int | None = None,
        opener: Interaction | None = None,
    ) -> Interaction:
        self._forget_old()
        interaction = Interaction(
            id=self._snowflakes.next(),
            token=secrets.token_urlsafe(64),
            kind=kind,
            user_id=user_id,
            channel_id=channel_id,
            opened_at=self._clock.now(),
            command=command,
            slash=slash,
            source_id=source_id,
            opener=opener,
        )
        self._by_token[interaction.token] = interaction
        return interaction

    def modal_of(self, user_id: int) -> Interaction | None:
        """The last interaction that was answered with a modal for this person."""
        shown = (each for each in reversed(self._by_token.values()) if each.answered == Callback.MODAL)
        return next((each for each in shown if each.user_id == user_id), None)

    def to_answer(self, interaction_id: int, token: str) -> Interaction:
        """The interaction that a first response is for. Raises DiscordError if it is too late or the second."""
        found = self._by_token.get(token)
        if found is None or found.id != interaction_id:
            raise DiscordError(Why.UNKNOWN_INTERACTION)
        if found.answered is not None:
            raise DiscordError(Why.ALREADY_ANSWERED)
        if self._age(found) > FIRST_ANSWER_SECONDS:
            raise DiscordError(Why.UNKNOWN_INTERACTION)
        return found

    def answered(self, application_id: int, token: str) -> Interaction:
        """The interaction behind a webhook's token. Raises DiscordError if it is dead, or not yet alive."""
        found = self._by_token.get(token)
        if found is None or application_id != self._application_id:
            raise DiscordError(Why.UNKNOWN_WEBHOOK)
        if self._age(found) > TOKEN_SECONDS:
            raise DiscordError(Why.INVALID_WEBHOOK_TOKEN)
        if found.answered in (None, Callback.PONG, Callback.CHOICES):
            raise DiscordError(Why.UNKNOWN_WEBHOOK)
        return found

    def _age(self, interaction: Interaction) -> float:
        return self._clock.now() - interaction.opened_at

    def _forget_old(self) -> None:
        for token, interaction in list(self._by_token.items()):
            if self._age(interaction) <= _KEPT_SECONDS:
                break  # they are in order of time
            del self._by_token[token]
