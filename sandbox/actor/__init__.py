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
from sandbox.actor.messages import Button, Choice, File, Message, Modal, Offered, Option, Revision, Select
from sandbox.actor.person import Person
from sandbox.actor.resident import Place

__all__ = [
    "ActorError",
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
    "Refused",
    "Revision",
    "Select",
    "UnknownCommand",
]
