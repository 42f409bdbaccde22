"""What may stand in a person's way; the text of each is a sentence."""

# ruff: noqa: N818  these are outcomes that a script names, and read better without "Error"

from sandbox.actor.messages import Modal


class ActorError(Exception):
    """Something that the person could not do."""


class NoAnswer(ActorError):
    """The bot did not answer an interaction in time, or there is none."""


class UnknownCommand(ActorError):
    """The bot has not registered that command."""


class NotAllowed(ActorError):
    """Discord would not offer that to this person."""


class BadOption(ActorError):
    """Discord's client would not send a command with such options."""


class NotThere(ActorError):
    """A person, channel, message or button that is not there, or that this person does not see."""


class Refused(ActorError):
    """Discord refused it, as with a message that is too long."""


class ModalOpened(ActorError):
    """The bot answered with a modal, to be filled in with `Person.submit`."""

    def __init__(self, modal: Modal) -> None:
        super().__init__(f"the bot opened the modal “{modal.title}”")
        self.modal = modal


BY_PROBLEM: dict[str, type[ActorError]] = {
    "no_bot": NoAnswer,
    "unknown_command": UnknownCommand,
    "not_allowed": NotAllowed,
    "bad_option": BadOption,
    "unknown": NotThere,
    "refused": Refused,
}
