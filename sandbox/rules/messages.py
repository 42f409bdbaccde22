"""Reads the body of a message: what was asked for, or what Discord would say is wrong with it."""

from dataclasses import dataclass, replace
from typing import Any

from sandbox.rules.attachments import MOST_FILES, Entry, Upload, check_sizes, read_entries
from sandbox.rules.components import check_repeats, is_tree
from sandbox.rules.controls import check_rows
from sandbox.rules.embeds import read_embeds
from sandbox.rules.form import Form, Path
from sandbox.rules.layouts import check_layout
from sandbox.rules.mentions import AllowedMentions, read_allowed_mentions
from sandbox.rules.polls import PollDraft, read_poll
from sandbox.rules.references import Reference, read_reference
from sandbox.rules.shapes import completed
from sandbox.state import MessageFlag
from sandbox.wire import Json

MOST_CONTENT = 2000
MOST_NONCE = 25
MOST_STICKERS = 3


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked body. None means that a part was left out, which an edit leaves as it is."""

    content: str | None = None
    embeds: list[Json] | None = None
    components: list[Json] | None = None
    attachments: tuple[Entry, ...] | None = None
    uploads: tuple[Upload, ...] = ()
    flags: int | None = None
    tts: bool = False
    mentions: AllowedMentions | None = None
    reference: Reference | None = None
    poll: PollDraft | None = None
    stickers: tuple[int, ...] = ()
    nonce: str | int | None = None
    enforce_nonce: bool = False
    base: Path = ()  # where it lies in the request


def read_draft(body: Json, uploads: tuple[Upload, ...] = (), base: Path = (), *, flags: int = 0) -> Draft:
    """Raises DiscordError. `flags` are those that an edited message already has."""
    form = Form(base)
    draft = Draft(
        content=_content(form, body),
        embeds=_embeds(form, body),
        components=_components(form, body),
        attachments=read_entries(form, body),
        uploads=uploads,
        flags=_flags(form, body),
        tts=bool(body.get("tts", False)),
        mentions=read_allowed_mentions(form, body.get("allowed_mentions")),
        reference=read_reference(form, body.get("message_reference")),
        poll=read_poll(form, body.get("poll")),
        stickers=_stickers(form, body),
        nonce=_nonce(form, body),
        enforce_nonce=bool(body.get("enforce_nonce", False)),
        base=base,
    )
    _check_parts(form, draft, bool(((draft.flags or 0) | flags) & MessageFlag.COMPONENTS_V2))
    form.done()
    check_sizes(uploads)
    return draft if draft.components is None else replace(draft, components=completed(draft.components))


def says_nothing(draft: Draft) -> bool:
    parts = (draft.content, draft.embeds, draft.components, draft.attachments, draft.uploads, draft.poll)
    return not any((*parts, draft.stickers))


def _check_parts(form: Form, draft: Draft, layout: bool) -> None:
    if draft.attachments is None:
        form.longest_list(("attachments",), draft.uploads, MOST_FILES)
    components = draft.components or []
    check_repeats(form, components, ("components",))
    if not layout:
        check_rows(form, components)
        return
    check_layout(form, components)
    check_parts_alone(form, draft.content, draft.embeds, draft.poll)


def check_parts_alone(form: Form, content: object, embeds: object, poll: object) -> None:
    """Beside a layout of components there are none of these."""
    for part, value in (("content", content), ("embeds", embeds), ("poll", poll)):
        if value:
            form.wrong(
                (part,),
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                f"The '{part}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
            )


def _content(form: Form, body: Json) -> str | None:
    """Discord trims what it stores; null is no content, as opposed to one that is left as it is."""
    if "content" not in body:
        return None
    content = body["content"]
    if isinstance(content, str):
        form.longest(("content",), content, MOST_CONTENT)
        return content.strip()
    form.text(("content",), content, MOST_CONTENT)
    return ""


def _embeds(form: Form, body: Json) -> list[Json] | None:
    if "embeds" not in body:
        return None
    return read_embeds(form, form.listed(("embeds",), body["embeds"] or []))


def _components(form: Form, body: Json) -> list[Json] | None:
    """As they were sent; what is no tree cannot be looked at, and is a finding."""
    if "components" not in body:
        return None
    components: list[Json] = body["components"] or []
    return components if is_tree(form, components, ("components",)) else []


def _flags(form: Form, body: Json) -> int | None:
    return form.number(("flags",), body.get("flags"), 0, (1 << 31) - 1)


def _stickers(form: Form, body: Json) -> tuple[int, ...]:
    ids = body.get("sticker_ids") or []
    if not isinstance(ids, list):
        form.wrong(("sticker_ids",), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return ()
    form.longest_list(("sticker_ids",), ids, MOST_STICKERS)
    return tuple(form.snowflake(("sticker_ids", index), identifier) or 0 for index, identifier in enumerate(ids))


def _nonce(form: Form, body: Json) -> str | int | None:
    nonce: Any = body.get("nonce")
    if nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, str | int)):
        form.wrong(("nonce",), "NONCE_TYPE_INVALID_TYPE", "Nonces must be a string or integer")
        return None
    form.longest(("nonce",), nonce, MOST_NONCE)
    return nonce
