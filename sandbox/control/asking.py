"""Opens interactions and sends them to the bot, with everything that Discord puts into the event."""

from sandbox import payloads
from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.gateway.events import Event
from sandbox.interactions import Interaction
from sandbox.permissions import in_channel
from sandbox.state import Channel, Guild, Message
from sandbox.wire import Json

_MOST_UPLOAD = 10 * 1024 * 1024


def ask(core: Core, interaction: Interaction, data: Json, message: Message | None = None) -> Json:
    """What the person who waits needs to know. Raises ControlError if no bot hears it."""
    channel = core.store.channels[interaction.channel_id]
    payload = _payload(core, interaction, channel)
    payload["data"] = data
    if message is not None:
        payload["message"] = payloads.message(core.store, message)
    before = core.feeds.sequence
    if not core.sessions.tell(Event("INTERACTION_CREATE", payload, channel.guild_id)):
        raise ControlError(Problem.NO_BOT, "no bot is connected that could answer")
    return {"interaction": str(interaction.id), "sequence": before}


def _payload(core: Core, interaction: Interaction, channel: Channel) -> Json:
    store = core.store
    guild = store.guild_of(channel)
    payload: Json = {
        "id": str(interaction.id),
        "application_id": str(store.application_id),
        "type": int(interaction.kind),
        "token": interaction.token,
        "version": 1,
        "channel": payloads.interaction_channel(store, channel, interaction.user_id),
        "channel_id": str(channel.id),
        "app_permissions": str(in_channel(guild, channel, store.bot_id)),
        "locale": "en-US",
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": _MOST_UPLOAD,
    }
    if guild is None:
        user = payloads.user(store.users[interaction.user_id])
        return payload | {"user": user, "context": 1, "authorizing_integration_owners": {"0": "0"}}
    return payload | _in_guild(core, interaction, channel, guild)


def _in_guild(core: Core, interaction: Interaction, channel: Channel, guild: Guild) -> Json:
    member = payloads.full_member(core.store, guild.members[interaction.user_id])
    bits = in_channel(guild, channel, interaction.user_id)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": "en-US", "features": []},
        "guild_locale": "en-US",
        "member": {**member, "permissions": str(bits)},
        "context": 0,
        "authorizing_integration_owners": {"0": str(guild.id)},
    }
