"""The webhooks of channels: who made them, and the token that lets anybody write through one."""

import secrets

from sandbox.errors import DiscordError, Why
from sandbox.gateway.message_events import webhooks_event
from sandbox.gateway.sessions import Sessions
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.payloads.values import optional
from sandbox.rules.webhooks import WebhookDraft
from sandbox.snowflakes import Snowflakes
from sandbox.state import Channel, ChannelKind, Webhook
from sandbox.store import Store
from sandbox.wire import Json

MOST_IN_A_CHANNEL = 15
_LOGGED = ("name", "type", "channel_id", "avatar_hash", "application_id")
HOME = frozenset(
    {ChannelKind.TEXT, ChannelKind.NEWS, ChannelKind.VOICE, ChannelKind.STAGE, ChannelKind.FORUM, ChannelKind.MEDIA}
)


class Webhooks:
    """The only writer of webhooks."""

    def __init__(self, store: Store, snowflakes: Snowflakes, sessions: Sessions, audit: Audit) -> None:
        self._store = store
        self._snowflakes = snowflakes
        self._sessions = sessions
        self._audit = audit

    def create(self, channel: Channel, draft: WebhookDraft, application_id: int | None, deed: Deed) -> Webhook:
        """Raises DiscordError where no webhook can be, and for one too many."""
        guild_id = self._home(channel)
        webhook = Webhook(
            id=self._snowflakes.next(),
            channel_id=channel.id,
            guild_id=guild_id,
            name=draft.name or "",
            token=secrets.token_urlsafe(51),
            creator_id=deed.by,
            application_id=application_id,
            avatar=self._store.keep_picture(draft.avatar),
        )
        self._store.webhooks[webhook.id] = webhook
        self._tell(channel)
        self._record(webhook, Action.WEBHOOK_CREATED, {}, _logged(webhook), deed)
        return webhook

    def change(self, webhook: Webhook, draft: WebhookDraft, deed: Deed, channel: Channel | None = None) -> None:
        """What the draft names, and the channel if it moves. Raises DiscordError."""
        before = _logged(webhook)
        if channel is not None and channel.id != webhook.channel_id:
            if channel.guild_id != webhook.guild_id:
                raise DiscordError(Why.UNKNOWN_CHANNEL)
            self._home(channel)
            self._tell(self._store.channels[webhook.channel_id])
            webhook.channel_id = channel.id
        webhook.name = draft.name or webhook.name
        if draft.names_avatar:
            webhook.avatar = self._store.keep_picture(draft.avatar)
        self._tell(self._store.channels[webhook.channel_id])
        self._record(webhook, Action.WEBHOOK_CHANGED, before, _logged(webhook), deed)

    def delete(self, webhook: Webhook, deed: Deed) -> None:
        del self._store.webhooks[webhook.id]
        self._tell(self._store.channels[webhook.channel_id])
        self._record(webhook, Action.WEBHOOK_DELETED, _logged(webhook), {}, deed)

    def of(self, channel: Channel) -> list[Webhook]:
        return [webhook for webhook in self._store.webhooks.values() if webhook.channel_id == channel.id]

    def find(self, webhook_id: int, token: str | None = None) -> Webhook:
        """With its token, or by its id alone. Raises DiscordError."""
        webhook = self._store.webhooks.get(webhook_id)
        if webhook is None:
            raise DiscordError(Why.UNKNOWN_WEBHOOK)
        if token is not None and not secrets.compare_digest(token.encode(), webhook.token.encode()):
            raise DiscordError(Why.INVALID_WEBHOOK_TOKEN)
        return webhook

    def _home(self, channel: Channel) -> int:
        if channel.guild_id is None or channel.kind not in HOME:
            raise DiscordError(Why.WRONG_CHANNEL_TYPE)
        if len(self.of(channel)) >= MOST_IN_A_CHANNEL:
            raise DiscordError(Why.TOO_MANY_WEBHOOKS)
        return channel.guild_id

    def _record(self, webhook: Webhook, action: Action, before: Json, after: Json, deed: Deed) -> None:
        changes = difference(before, after, _LOGGED)
        self._audit.record_changes(self._store.guilds[webhook.guild_id], deed, action, webhook.id, changes)

    def _tell(self, channel: Channel) -> None:
        if self._store.bot_sees(channel):
            self._sessions.tell(webhooks_event(channel))


def _logged(webhook: Webhook) -> Json:
    return {
        "name": webhook.name,
        "type": 1,
        "channel_id": str(webhook.channel_id),
        "avatar_hash": webhook.avatar,
        "application_id": optional(webhook.application_id),
    }
