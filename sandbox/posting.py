"""Writes, changes and deletes messages, and tells everybody who can see it."""

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.feeds import Feeds
from sandbox.gateway.events import deleted_event, message_event, typing_event
from sandbox.gateway.sessions import Sessions
from sandbox.permissions import Permission, audience, in_channel, sees_channel
from sandbox.rules.form import Form
from sandbox.rules.media import check_references
from sandbox.rules.mentions import EVERYTHING, pings
from sandbox.rules.messages import Draft, check_alone, says_nothing
from sandbox.rules.shapes import texts
from sandbox.snowflakes import Snowflakes
from sandbox.state import Attachment, Channel, Message, MessageFlag, MessageKind, Origin, Pings, Pointer, Revision
from sandbox.store import Store
from sandbox.threads import Threads

# "The past few minutes" in which Discord recognises a nonce.
NONCE_SECONDS = 300.0
_KEPT_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2 | MessageFlag.SUPPRESS_NOTIFICATIONS
_NOBODY = Pings()


class Posting:
    """The only writer of messages."""

    def __init__(
        self, store: Store, clock: Clock, snowflakes: Snowflakes, sessions: Sessions, feeds: Feeds, threads: Threads
    ) -> None:
        self._store = store
        self._clock = clock
        self._snowflakes = snowflakes
        self._sessions = sessions
        self._feeds = feeds
        self._threads = threads
        self._nonces: dict[tuple[int, int, str], tuple[float, Message]] = {}

    def create(
        self,
        channel: Channel,
        author_id: int,
        draft: Draft,
        *,
        kind: MessageKind = MessageKind.DEFAULT,
        origin: Origin | None = None,
        seen_by: int | None = None,
        loading: bool = False,
        reply_to: int | None = None,
        message_id: int | None = None,
    ) -> Message:
        """Raises DiscordError for an empty message and for a reply to nothing. `reply_to` pings nobody.

        `message_id` is the one of the thread that begins with this message.
        """
        same = self._sent_before(channel, author_id, draft)
        if same is not None:
            return same
        if not loading and says_nothing(draft):
            raise DiscordError(Why.EMPTY_MESSAGE)
        answered = self._answered(channel, draft)
        if channel.thread is not None and seen_by is None:
            self._threads.wake(channel, author_id, _invited(draft))
        message = Message(
            id=message_id or self._snowflakes.next(),
            channel_id=channel.id,
            author_id=author_id,
            created_at=self._clock.now(),
            kind=kind if answered is None else MessageKind.REPLY,
            flags=(draft.flags or 0) & _KEPT_FLAGS,
            tts=draft.tts,
            reply_to=reply_to if answered is None else answered.id,
            nonce=draft.nonce,
            origin=origin,
            seen_by=seen_by,
        )
        message.flags |= (MessageFlag.LOADING if loading else 0) | (MessageFlag.EPHEMERAL if seen_by else 0)
        self._fill(message, channel, draft)
        self._file(message, channel)
        return message

    def announce(
        self,
        channel: Channel,
        author_id: int,
        kind: MessageKind,
        *,
        content: str = "",
        about: Pointer | None = None,
        pings: Pings = _NOBODY,
    ) -> Message:
        """What Discord itself says of something that somebody did."""
        now = self._clock.now()
        message = Message(self._snowflakes.next(), channel.id, author_id, now, kind, content, about=about, pings=pings)
        message.revisions.append(Revision(now, content))
        self._file(message, channel)
        return message

    def mark_thread(self, message: Message) -> None:
        """The message now has a thread that was started from it."""
        message.flags |= MessageFlag.HAS_THREAD
        self._tell("MESSAGE_UPDATE", "edited", message, self._store.channels[message.channel_id])

    def unmark_thread(self, message: Message) -> None:
        message.flags &= ~MessageFlag.HAS_THREAD
        self._tell("MESSAGE_UPDATE", "edited", message, self._store.channels[message.channel_id])

    def edit(self, message: Message, draft: Draft) -> Message:
        """Changes what the draft names. Raises DiscordError if nothing would be left."""
        channel = self._store.channels[message.channel_id]
        left = Draft(
            content=message.content if draft.content is None else draft.content,
            embeds=message.embeds if draft.embeds is None else draft.embeds,
            components=message.components if draft.components is None else draft.components,
            attachments=_kept(message) if draft.attachments is None else draft.attachments,
            uploads=draft.uploads,
        )
        if says_nothing(left):
            raise DiscordError(Why.EMPTY_MESSAGE)
        check_alone(message.flags | (draft.flags or 0), left)
        self._fill(message, channel, draft)
        if not message.loading:  # the first words in place of "thinking" are no edit
            message.edited_at = self._clock.now()
        if draft.flags is not None:
            message.flags = message.flags & ~MessageFlag.SUPPRESS_EMBEDS | draft.flags & _KEPT_FLAGS
        message.flags &= ~MessageFlag.LOADING
        self._tell("MESSAGE_UPDATE", "edited", message, channel)
        return message

    def delete(self, message: Message) -> None:
        message.deleted = True
        channel = self._store.channels[message.channel_id]
        if _counts(message):
            channel.message_count -= 1
        if message.seen_by is None and self._bot_sees(channel):
            self._sessions.tell(deleted_event(message, channel))
        self._feeds.tell_message(message, "deleted")

    def type(self, channel: Channel, user_id: int) -> None:
        if user_id != self._store.bot_id and self._bot_sees(channel):
            self._sessions.tell(typing_event(self._store, channel, user_id, self._clock.now()))
        self._feeds.tell_typing(channel, user_id)

    def _fill(self, message: Message, channel: Channel, draft: Draft) -> None:
        """Raises DiscordError, and has changed nothing, if components show files that are not there."""
        attachments = message.attachments
        if draft.attachments is not None or draft.uploads:
            attachments = self._attachments(message, draft)
        check_references(draft.components or [], {attachment.filename for attachment in attachments})
        message.attachments = attachments
        if draft.embeds is not None:
            message.embeds = draft.embeds
        if draft.components is not None:
            message.components = draft.components
        if draft.content is not None or draft.mentions is not None or draft.components is not None:
            message.pings = self._pings(message, channel, draft)
        if draft.content is not None and (draft.content != message.content or not message.revisions):
            message.content = draft.content
            message.revisions.append(Revision(self._clock.now(), draft.content))

    def _attachments(self, message: Message, draft: Draft) -> list[Attachment]:
        """Those that an edit keeps, by id, and the new files with the description that their entry gives."""
        listed = draft.attachments
        entries = {str(entry.get("id")): entry for entry in listed or []}
        kept = [each for each in message.attachments if listed is None or str(each.id) in entries]
        for upload in draft.uploads:
            entry = entries.get(str(upload.index), {})
            kept.append(
                Attachment(
                    id=self._snowflakes.next(),
                    filename=str(entry.get("filename") or upload.filename),
                    content=upload.content,
                    content_type=upload.content_type,
                    description=entry.get("description"),
                )
            )
        return kept

    def _pings(self, message: Message, channel: Channel, draft: Draft) -> Pings:
        text = "\n".join((message.content if draft.content is None else draft.content, *texts(message.components)))
        reply_to = message.reply_to if message.origin is None else None  # an answer to an interaction pings nobody
        answered = None if reply_to is None else self._store.message(channel.id, reply_to)
        bits = in_channel(self._store.guild_of(channel), channel, message.author_id)
        found = pings(
            text,
            EVERYTHING if draft.mentions is None else draft.mentions,
            replied_to=None if answered is None else answered.author_id,
            may_ping_everyone=bool(bits & Permission.MENTION_EVERYONE),
        )
        present = audience(self._store.guild_of(channel), channel)
        return Pings(
            tuple(user for user in found.users if user in present),
            tuple(role for role in found.roles if self._pingable(channel, role, bits)),
            found.everyone and channel.guild_id is not None,
        )

    def _pingable(self, channel: Channel, role_id: int, bits: int) -> bool:
        guild = self._store.guild_of(channel)
        role = None if guild is None else guild.roles.get(role_id)
        return role is not None and (role.mentionable or bool(bits & Permission.MENTION_EVERYONE))

    def _sent_before(self, channel: Channel, author_id: int, draft: Draft) -> Message | None:
        if draft.nonce is None or not draft.enforce_nonce:
            return None
        at, message = self._nonces.get((channel.id, author_id, str(draft.nonce)), (0.0, None))
        if message is None or message.deleted or self._clock.now() - at > NONCE_SECONDS:
            return None
        return message

    def _answered(self, channel: Channel, draft: Draft) -> Message | None:
        if draft.reference is None:
            return None
        form = Form()
        if draft.reference.channel_id not in (None, channel.id):
            message = "Cannot reply to a message in a different channel"
            form.wrong(("message_reference",), "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", message)
        found = self._store.message(channel.id, draft.reference.message_id)
        if found is None and draft.reference.required:
            form.wrong(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        form.done()
        return found

    def _file(self, message: Message, channel: Channel) -> None:
        self._store.shelves[channel.id].add(message)
        if message.seen_by is None:  # what one person sees is not in the channel
            channel.last_message_id = message.id
        if _counts(message):
            channel.message_count += 1
            if channel.thread is not None:
                channel.thread.sent += 1
        if message.nonce is not None:
            self._remember_nonce(channel, message)
        self._tell("MESSAGE_CREATE", "created", message, channel)

    def _remember_nonce(self, channel: Channel, message: Message) -> None:
        now = self._clock.now()
        for key, (at, _) in list(self._nonces.items()):
            if now - at <= NONCE_SECONDS:
                break  # they are in order of time
            del self._nonces[key]
        key = (channel.id, message.author_id, str(message.nonce))
        self._nonces.pop(key, None)
        self._nonces[key] = (now, message)

    def _bot_sees(self, channel: Channel) -> bool:
        return sees_channel(self._store.guild_of(channel), channel, self._store.bot_id)

    def _tell(self, name: str, change: str, message: Message, channel: Channel) -> None:
        if message.seen_by is None and self._bot_sees(channel):  # the gateway never carries ephemeral messages
            self._sessions.tell(message_event(name, self._store, message, channel))
        self._feeds.tell_message(message, change)


def _counts(message: Message) -> bool:
    """Whether it is one of a thread's messages, which the one that began the thread is not."""
    if message.seen_by is not None:
        return False
    return message.kind != MessageKind.THREAD_STARTER and message.id != message.channel_id


def _invited(draft: Draft) -> tuple[int, ...]:
    """Whom the text mentions and pings."""
    allowed = EVERYTHING if draft.mentions is None else draft.mentions
    return pings(draft.content or "", allowed, replied_to=None, may_ping_everyone=False).users


def _kept(message: Message) -> list[dict[str, str]]:
    return [{"id": str(attachment.id)} for attachment in message.attachments]
