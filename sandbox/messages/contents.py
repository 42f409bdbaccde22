"""What a draft puts into a message, worked out before anything is changed, because it may be refused."""

from dataclasses import dataclass

from sandbox.errors import DiscordError, Why
from sandbox.expressions import Sticker
from sandbox.messages.ballots import opened
from sandbox.messages.embedded import with_own_files
from sandbox.messages.files import attached
from sandbox.rules.form import Form
from sandbox.rules.media import check_references
from sandbox.rules.messages import Draft, check_parts_alone
from sandbox.snowflakes import Snowflakes
from sandbox.state import Attachment, Message, MessageFlag, Poll
from sandbox.store import Store
from sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Contents:
    content: str
    embeds: list[Json]
    components: list[Json]
    attachments: list[Attachment]
    poll: Poll | None
    stickers: tuple[Sticker, ...]

    def is_empty(self) -> bool:
        return not (self.content or self.embeds or self.components or self.attachments or self.poll or self.stickers)


def contents(store: Store, snowflakes: Snowflakes, message: Message, draft: Draft, now: float) -> Contents:
    """What the message will hold: its own, where the draft leaves a part out. Raises DiscordError."""
    changed = attached(draft, message.attachments, snowflakes)
    files = list(message.attachments if changed is None else changed)
    found = Contents(
        content=message.content if draft.content is None else draft.content,
        embeds=message.embeds if draft.embeds is None else with_own_files(draft.embeds, files),
        components=message.components if draft.components is None else draft.components,
        attachments=files,
        poll=message.poll if draft.poll is None else opened(store, draft.poll, now),
        stickers=message.stickers,
    )
    check_references(draft.components or [], {file.filename for file in files})
    if message.flags & MessageFlag.VOICE_MESSAGE:
        check_voice(found)
    return found


def chosen_stickers(store: Store, draft: Draft) -> tuple[Sticker, ...]:
    """Those of the servers that the bot is in. Raises DiscordError for any other."""
    if not draft.stickers:
        return ()
    known = {key: sticker for guild in store.bots_guilds() for key, sticker in guild.stickers.items()}
    if any(each not in known for each in draft.stickers):
        raise DiscordError(Why.INVALID_STICKER)
    return tuple(known[each] for each in draft.stickers)


def check_alone(flags: int, contents: Contents) -> None:
    """Beside a layout of components there is nothing else. Raises DiscordError."""
    form = Form()
    if flags & MessageFlag.COMPONENTS_V2:
        check_parts_alone(form, contents.content, contents.embeds, contents.poll)
    form.done()


def check_voice(contents: Contents) -> None:
    """A voice message is one audio file with its length and its shape, and nothing else. Raises DiscordError."""
    if contents.content or contents.embeds or contents.components or contents.poll:
        raise DiscordError(Why.VOICE_HAS_CONTENT)
    if len(contents.attachments) != 1 or not (contents.attachments[0].content_type or "").startswith("audio/"):
        raise DiscordError(Why.VOICE_NEEDS_AUDIO)
    if contents.attachments[0].duration is None or contents.attachments[0].waveform is None:
        raise DiscordError(Why.VOICE_NEEDS_METADATA)
