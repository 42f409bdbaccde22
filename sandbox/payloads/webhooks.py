"""Webhooks of channels as Discord's JSON."""

from sandbox.payloads.users import user
from sandbox.payloads.values import optional
from sandbox.state import Webhook
from sandbox.store import Store
from sandbox.wire import Json

_INCOMING = 1


def webhook(store: Store, webhook: Webhook, *, by_token: bool = False) -> Json:
    """Whoever shows only its token is not told who made it."""
    body: Json = {
        "id": str(webhook.id),
        "type": _INCOMING,
        "name": webhook.name,
        "avatar": webhook.avatar,
        "channel_id": str(webhook.channel_id),
        "guild_id": str(webhook.guild_id),
        "application_id": optional(webhook.application_id),
        "token": webhook.token,
        "url": f"{store.address}/api/webhooks/{webhook.id}/{webhook.token}",
    }
    return body if by_token else {**body, "user": user(store.users[webhook.creator_id])}
