"""What a person sees, as frozen values."""

import base64
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Revision:
    """A content that a message has had, and since when (Unix seconds)."""

    at: float
    content: str


@dataclass(frozen=True, slots=True)
class Button:
    """`custom_id` is None for a link; `style` is Discord's number."""

    label: str
    custom_id: str | None
    disabled: bool
    style: int


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str
    description: str
    default: bool


@dataclass(frozen=True, slots=True)
class Select:
    """`kind` is Discord's number: 3 has options, 5 offers users, 6 roles, 7 both, and 8 channels."""

    custom_id: str
    placeholder: str
    disabled: bool
    options: tuple[Option, ...]
    kind: int = 3
    least: int = 1
    most: int = 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What autocomplete offers."""

    name: str
    value: str | int | float


@dataclass(frozen=True, slots=True)
class Modal:
    """`raw` is what the bot sent; `channel` is where it was opened, by which `interaction`."""

    custom_id: str
    title: str
    channel: str
    raw: Json
    interaction: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """Something to give to a command or to a modal."""

    name: str
    content: bytes
    content_type: str | None = None

    def written(self) -> Json:
        content = base64.b64encode(self.content).decode()
        return {"filename": self.name, "content": content, "content_type": self.content_type}


@dataclass(frozen=True, slots=True)
class Offered:
    """A command that a person is offered; `kind` is 1 for one with a slash, 2 for one on people, 3 on messages.

    `raw` is its whole definition.
    """

    name: str
    kind: int
    description: str
    raw: Json


@dataclass(frozen=True, slots=True)
class Message:
    """One state of a message; `revisions` are all contents that it has had, oldest first.

    `mentions` are the names of those whom it pinged, `@everyone` and `@role` among them. `loading` is a deferred
    answer that only says that the bot is thinking. `texts` are the text displays of Components V2.
    """

    id: int
    channel: str
    author: str
    bot: bool
    content: str
    ephemeral: bool
    deleted: bool
    buttons: tuple[Button, ...]
    selects: tuple[Select, ...]
    embeds: tuple[Json, ...]
    reply_to: int | None
    mentions: tuple[str, ...]
    interaction: int | None
    revisions: tuple[Revision, ...]
    loading: bool = False
    attachments: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def read_message(view: Json) -> Message:
    return Message(
        id=int(view["id"]),
        channel=view["channel"],
        author=view["author"],
        bot=view["bot"],
        content=view["content"],
        ephemeral=view["ephemeral"],
        deleted=view["deleted"],
        buttons=tuple(Button(**button) for button in view["buttons"]),
        selects=tuple(_select(select) for select in view["selects"]),
        embeds=tuple(view["embeds"]),
        reply_to=_optional(view["reply_to"]),
        mentions=tuple(view["mentions"]),
        interaction=_optional(view["interaction"]),
        revisions=tuple(Revision(at, content) for at, content in view["revisions"]),
        loading=view["loading"],
        attachments=tuple(view["attachments"]),
        texts=tuple(view["texts"]),
    )


def _select(select: Json) -> Select:
    options = tuple(Option(**option) for option in select["options"])
    return Select(
        select["custom_id"],
        select["placeholder"],
        select["disabled"],
        options,
        select["kind"],
        select["least"],
        select["most"],
    )


def written(value: object) -> Any:
    """A value for an option or a field as it is sent: files as text, and everything else as it is."""
    if isinstance(value, File):
        return value.written()
    return [written(each) for each in value] if isinstance(value, list | tuple) else value


def _optional(text: str | None) -> int | None:
    return None if text is None else int(text)
