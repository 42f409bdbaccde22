"""Interactions from the event to the last word through their token, with Discord's deadlines."""

import secrets
from dataclasses import dataclass, field
from enum import IntEnum

from sandbox.clock import Clock, Timer
from sandbox.errors import DiscordError, Why
from sandbox.feeds import Feeds
from sandbox.rules.options import OptionKind
from sandbox.snowflakes import Snowflakes
from sandbox.state import Origin
from sandbox.wire import Json

FIRST_ANSWER_SECONDS = 3.0
TOKEN_SECONDS = 15 * 60.0
# Old tokens are answered as expired for an hour, and as unknown after that.
_KEPT_SECONDS = 3600.0
# An answer at the last moment is in time still.
_GRACE_SECONDS = 0.0005


class InteractionKind(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


_UPDATES = {Callback.UPDATE, Callback.DEFERRED_UPDATE}
_ALLOWED = {
    InteractionKind.COMMAND: {Callback.MESSAGE, Callback.DEFERRED_MESSAGE, Callback.MODAL},
    InteractionKind.COMPONENT: set(Callback) - {Callback.CHOICES},
    InteractionKind.AUTOCOMPLETE: {Callback.CHOICES},
    InteractionKind.MODAL: set(Callback) - {Callback.CHOICES, Callback.MODAL},
}
# What Discord's client says where a bot stays silent.
_SILENT = {
    InteractionKind.COMMAND: "The application did not respond",
    InteractionKind.COMPONENT: "This interaction failed",
    InteractionKind.AUTOCOMPLETE: "Loading options failed",
    InteractionKind.MODAL: "Something went wrong. Try again.",
}


@dataclass(slots=True)
class Interaction:
    """One use of the application by a person; `original_id` is the message that answers it.

    `focused` is the kind of option that is being completed, and `modal` the one that answered, as it was shown.
    """

    id: int
    token: str
    kind: InteractionKind
    user_id: int
    channel_id: int
    opened_at: float
    origin: Origin
    slash: bool = True
    focused: OptionKind | None = None
    answered: Callback | None = None
    original_id: int | None = None
    modal: Json | None = None
    deadline: Timer | None = None

    @property
    def source_id(self) -> int | None:
        """The message whose component was used."""
        return self.origin.source_id

    def allowed(self) -> list[int]:
        """The callbacks that fit; an update needs a message to update."""
        fitting = _ALLOWED[self.kind]
        return sorted(map(int, fitting - _UPDATES if self.source_id is None else fitting))


@dataclass(frozen=True, slots=True)
class Opening:
    """What a person did, before the interaction has its id and its token."""

    kind: InteractionKind
    user_id: int
    channel_id: int
    owners: Json = field(default_factory=dict)
    command: str | None = None
    slash: bool = True
    focused: OptionKind | None = None
    source_id: int | None = None
    target_user_id: int | None = None
    target_message_id: int | None = None
    opener: Origin | None = None


class Ledger:
    """Every interaction that may still be answered; people are told of those that nobody answers."""

    def __init__(self, clock: Clock, snowflakes: Snowflakes, feeds: Feeds) -> None:
        self._clock = clock
        self._snowflakes = snowflakes
        self._feeds = feeds
        self._by_token: dict[str, Interaction] = {}

    def open(self, opening: Opening) -> Interaction:
        self._forget_old()
        interaction_id, now = self._snowflakes.next(), self._clock.now()
        interaction = Interaction(
            id=interaction_id,
            token=secrets.token_urlsafe(64),
            kind=opening.kind,
            user_id=opening.user_id,
            channel_id=opening.channel_id,
            opened_at=now,
            origin=_origin(interaction_id, opening),
            slash=opening.slash,
            focused=opening.focused,
        )
        self._by_token[interaction.token] = interaction
        last_moment = now + FIRST_ANSWER_SECONDS + _GRACE_SECONDS
        interaction.deadline = self._clock.call_at(last_moment, lambda: self._give_up(interaction))
        return interaction

    def shown_modal(self, interaction_id: int, user_id: int) -> Interaction | None:
        """The interaction that was answered with a modal to this person; it can be sent more than once."""
        found = next((each for each in self._by_token.values() if each.id == interaction_id), None)
        return None if found is None or found.modal is None or found.user_id != user_id else found

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

    def settle(self, interaction: Interaction, callback: Callback, original_id: int | None) -> None:
        """It has had its first response."""
        interaction.answered = callback
        interaction.original_id = original_id
        if interaction.deadline is not None:
            interaction.deadline.cancel()

    def answered(self, token: str) -> Interaction:
        """The interaction behind a webhook's token. Raises DiscordError if it is dead, or not yet alive."""
        found = self._by_token.get(token)
        if found is None:
            raise DiscordError(Why.UNKNOWN_WEBHOOK)
        if self._age(found) > TOKEN_SECONDS:
            raise DiscordError(Why.INVALID_WEBHOOK_TOKEN)
        if found.answered in (None, Callback.CHOICES):
            raise DiscordError(Why.UNKNOWN_WEBHOOK)
        return found

    def withdraw(self, interaction: Interaction) -> None:
        """For one that no bot has heard of."""
        self._drop(interaction)

    def close(self) -> None:
        """Nobody is told anything any more."""
        for interaction in list(self._by_token.values()):
            self._drop(interaction)

    def _give_up(self, interaction: Interaction) -> None:
        if interaction.answered is None:
            failed = {"interaction": str(interaction.id), "callback": None, "message": None, "result": "failed"}
            self._feeds.tell_answer(interaction.user_id, {**failed, "sentence": _SILENT[interaction.kind]})

    def _age(self, interaction: Interaction) -> float:
        return self._clock.now() - interaction.opened_at

    def _forget_old(self) -> None:
        while self._by_token:
            oldest = next(iter(self._by_token.values()))  # they are in order of time
            if self._age(oldest) <= _KEPT_SECONDS:
                return
            self._drop(oldest)

    def _drop(self, interaction: Interaction) -> None:
        self._by_token.pop(interaction.token, None)
        if interaction.deadline is not None:
            interaction.deadline.cancel()


def _origin(interaction_id: int, opening: Opening) -> Origin:
    return Origin(
        interaction_id=interaction_id,
        kind=int(opening.kind),
        user_id=opening.user_id,
        owners=opening.owners,
        command=opening.command,
        source_id=opening.source_id,
        target_user_id=opening.target_user_id,
        target_message_id=opening.target_message_id,
        opener=opening.opener,
    )
