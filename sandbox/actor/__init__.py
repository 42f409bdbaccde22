"""A scripted person: says things, runs commands, presses buttons and waits for what appears, over loopback only."""

from sandbox.actor.errors import (
    ActorError,
    BadOption,
    ModalOpened,
    NoAnswer,
    NotAllowed,
    NotThere,
    Refused,
    UnknownCommand,
)
from sandbox.actor.messages import (
    Answer,
    Button,
    Choice,
    File,
    Message,
    Modal,
    Offered,
    Option,
    Poll,
    Reaction,
    Revision,
    Select,
)
from sandbox.actor.person import Person
from sandbox.actor.resident import Place

__all__ = [
    "ActorError",
    "Answer",
    "BadOption",
    "Button",
    "Choice",
    "File",
    "Message",
    "Modal",
    "ModalOpened",
    "NoAnswer",
    "NotAllowed",
    "NotThere",
    "Offered",
    "Option",
    "Person",
    "Place",
    "Poll",
    "Reaction",
    "Refused",
    "Revision",
    "Select",
    "UnknownCommand",
]
