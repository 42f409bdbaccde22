"""What the bot may do and read where: Discord's 403, and the words that it may not see."""

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.gateway.events import hidden_variant
from sandbox.gateway.intents import Intent
from sandbox.permissions import Permission, allows, in_channel, sees_channel
from sandbox.state import Channel, Message
from sandbox.wire import Json


def require(core: Core, channel: Channel, needed: int) -> None:
    """Raises DiscordError: 50001 where the bot cannot look, 50013 where it may not act."""
    guild = core.store.guild_of(channel)
    bits = in_channel(guild, channel, core.store.bot_id)
    if not sees_channel(guild, channel, core.store.bot_id):
        raise DiscordError(Why.MISSING_ACCESS)
    if channel.is_thread and needed == Permission.SEND_MESSAGES:
        needed = Permission.SEND_MESSAGES_IN_THREADS
    if not allows(bits, needed):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def shown(core: Core, channel: Channel, message: Message) -> Json:
    """A message as REST gives it: hidden by the application's intents, whatever the gateway was asked for."""
    data = payloads.message(core.store, message)
    if core.privileged_intents & Intent.MESSAGE_CONTENT:
        return data
    return hidden_variant(data, core.store, message, channel) or data
