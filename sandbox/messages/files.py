"""Files: what an upload becomes, and which of the old ones an edit keeps."""

from collections.abc import Iterable
from dataclasses import replace

from sandbox.errors import DiscordError, Why
from sandbox.messages.pictures import picture
from sandbox.rules.attachments import MOST_FILES, Entry, Upload, clean_name, content_type, stem
from sandbox.rules.form import Form
from sandbox.rules.messages import Draft
from sandbox.snowflakes import Snowflakes
from sandbox.state import Attachment


def attached(draft: Draft, present: Iterable[Attachment], snowflakes: Snowflakes) -> list[Attachment] | None:
    """All files that there will be; None if the draft says nothing about them. Raises DiscordError.

    A list of `attachments` names the old and the new ones, in its order; without one, new files are appended.
    """
    if draft.attachments is None and not draft.uploads:
        return None
    if draft.attachments is None:
        files = [*present, *(stored(upload, Entry(0), snowflakes) for upload in draft.uploads)]
    else:
        files = _listed(draft, draft.attachments, present, snowflakes)
    if len(files) > MOST_FILES:
        raise DiscordError(Why.TOO_MANY_ATTACHMENTS)
    return files


def _listed(
    draft: Draft, entries: tuple[Entry, ...], present: Iterable[Attachment], snowflakes: Snowflakes
) -> list[Attachment]:
    old = {attachment.id: attachment for attachment in present}
    new = {upload.index: upload for upload in draft.uploads}
    form, files = Form(draft.base), []
    for index, entry in enumerate(entries):
        if entry.id in new:
            files.append(stored(new[entry.id], entry, snowflakes))
        elif entry.id in old:
            files.append(_changed(old[entry.id], entry))
        else:
            form.wrong(("attachments", index, "id"), "ATTACHMENT_NOT_FOUND", "Attachment data not found")
    form.done()
    return files


def stored(upload: Upload, entry: Entry, snowflakes: Snowflakes) -> Attachment:
    given = entry.filename or upload.filename
    name = clean_name(given)
    seen = picture(upload.content)
    return Attachment(
        id=snowflakes.next(),
        filename=name,
        content=upload.content,
        content_type=content_type(name, upload.content_type),
        description=entry.description or None,
        title=entry.title or (None if name == given else stem(given)),
        width=None if seen is None else seen.width,
        height=None if seen is None else seen.height,
        spoiler=bool(entry.spoiler),
        duration=entry.duration,
        waveform=entry.waveform,
    )


def _changed(attachment: Attachment, entry: Entry) -> Attachment:
    description = attachment.description if entry.description is None else entry.description or None
    spoiler = attachment.spoiler if entry.spoiler is None else entry.spoiler
    return replace(attachment, description=description, spoiler=spoiler)
