"""Reads the body of a message: what was asked for, or what Discord would say is wrong with it."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.rules.components import check_repeats, is_tree
from sandbox.rules.controls import check_rows
from sandbox.rules.embeds import check_embeds, is_empty
from sandbox.rules.form import Form, Path
from sandbox.rules.layouts import check_layout
from sandbox.rules.mentions import AllowedMentions, read_allowed_mentions
from sandbox.rules.shapes import completed
from sandbox.state import MessageFlag
from sandbox.wire import Json

MOST_CONTENT = 2000
MOST_NONCE = 25
MOST_FILE = 10 * 1024 * 1024
MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body; `index` is the number in `files[0]`."""

    index: int
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Reference:
    message_id: int
    channel_id: int | None
    required: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked body. None means that a part was left out, which an edit leaves as it is."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    attachments: list[Json] | None = None
    uploads: tuple[Upload, ...] = ()
    flags: int | None = None
    tts: bool = False
    mentions: AllowedMentions | None = None
    reference: Reference | None = None
    nonce: str | int | None = None
    enforce_nonce: bool = False


def read_draft(body: Json, uploads: tuple[Upload, ...] = (), base: Path = (), *, flags: int = 0) -> Draft:
    """Raises DiscordError. `flags` are those that an edited message already has."""
    form = Form(base)
    draft = Draft(
        content=_content(form, body),
        embeds=_list(form, body, "embeds"),
        components=_components(form, body),
        attachments=_list(form, body, "attachments"),
        uploads=uploads,
        flags=_flags(form, body),
        tts=bool(body.get("tts", False)),
        mentions=read_allowed_mentions(form, body.get("allowed_mentions")),
        reference=_reference(form, body.get("message_reference")),
        nonce=_nonce(form, body),
        enforce_nonce=bool(body.get("enforce_nonce", False)),
    )
    _check_parts(form, draft, bool(((draft.flags or 0) | flags) & MessageFlag.COMPONENTS_V2))
    form.done()
    if any(len(upload.content) > MOST_FILE for upload in uploads):
        raise DiscordError(Why.TOO_LARGE)
    return draft if draft.components is None else replace(draft, components=completed(draft.components))


def says_nothing(draft: Draft) -> bool:
    return not (draft.content or draft.embeds or draft.components or draft.attachments or draft.uploads)


def _check_parts(form: Form, draft: Draft, layout: bool) -> None:
    check_embeds(form, draft.embeds or [])
    form.longest_list(("attachments",), draft.attachments or draft.uploads, MOST_FILES)
    components = draft.components or []
    check_repeats(form, components, ("components",))
    if not layout:
        check_rows(form, components)
        return
    check_layout(form, components)
    _check_alone(form, draft)


def check_alone(flags: int, left: Draft) -> None:
    """What an edit leaves of a message: beside a layout there is nothing else. Raises DiscordError."""
    form = Form()
    if flags & MessageFlag.COMPONENTS_V2:
        _check_alone(form, left)
    form.done()


def _check_alone(form: Form, draft: Draft) -> None:
    for part, value in (("content", draft.content), ("embeds", draft.embeds)):
        if value:
            form.wrong(
                (part,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{part}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _content(form: Form, body: Json) -> str | None:
    if "content" not in body:
        return None
    content = body["content"]
    if content is None:
        return ""
    if not isinstance(content, str):
        form.wrong(("content",), "STRING_TYPE_CONVERT", f'Could not interpret "{content}" as string.')
        return None
    form.longest(("content",), content, MOST_CONTENT)
    return content.strip()  # Discord trims what it stores


def _list(form: Form, body: Json, part: str) -> list[Json] | None:
    if part not in body:
        return None
    items = form.listed((part,), body[part] or [])
    if part == "embeds":
        return [{"type": "rich", **embed} for embed in items if not is_empty(embed)]
    return items


def _components(form: Form, body: Json) -> list[Json] | None:
    """As they were sent; what is no tree cannot be looked at, and is a finding."""
    if "components" not in body:
        return None
    components: list[Json] = body["components"] or []
    return components if is_tree(form, components, ("components",)) else []


def _flags(form: Form, body: Json) -> int | None:
    flags = body.get("flags")
    if flags is None or isinstance(flags, int):
        return flags
    form.wrong(("flags",), "NUMBER_TYPE_COERCE", f'Value "{flags}" is not int.')
    return None


def _nonce(form: Form, body: Json) -> str | int | None:
    nonce: Any = body.get("nonce")
    if nonce is not None and not isinstance(nonce, str | int):
        form.wrong(("nonce",), "NONCE_TYPE_INVALID_TYPE", "Nonces must be a string or integer")
        return None
    form.longest(("nonce",), nonce, MOST_NONCE)
    return nonce


def _reference(form: Form, reference: Any) -> Reference | None:
    if not isinstance(reference, dict):
        return None
    if reference.get("type", 0) != 0:
        form.wrong(("message_reference", "type"), "BASE_TYPE_CHOICES", "The sandbox knows only replies (0).")
    message_id, channel_id = reference.get("message_id"), reference.get("channel_id")
    if not str(message_id).isdigit():
        form.required(("message_reference", "message_id"))
        return None
    return Reference(
        message_id=int(str(message_id)),
        channel_id=int(str(channel_id)) if str(channel_id).isdigit() else None,
        required=bool(reference.get("fail_if_not_exists", True)),
    )
