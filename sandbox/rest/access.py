"""What the bot may do and read where: Discord's 403, and the words that it may not see."""

from urllib.parse import unquote

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.gateway.events import hidden_variant
from sandbox.gateway.intents import Intent
from sandbox.guilds.audit import Deed
from sandbox.guilds.rights import need_in
from sandbox.permissions import Permission
from sandbox.state import Channel, Message
from sandbox.wire import Json


def require(core: Core, channel: Channel, needed: int) -> None:
    """Raises DiscordError: 50001 where the bot cannot look, 50013 where it may not act."""
    if channel.is_thread and needed == Permission.SEND_MESSAGES:
        needed = Permission.SEND_MESSAGES_IN_THREADS
    need_in(core.store.guild_of(channel), channel, core.store.bot_id, needed)


def deed(request: web.Request) -> Deed:
    """The bot does something, for the reason that the request gives."""
    reason = unquote(request.headers.get("X-Audit-Log-Reason", "")) or None
    return Deed(request.app[CORE].store.bot_id, reason)


def require_members_intent(core: Core) -> None:
    if not core.privileged_intents & Intent.GUILD_MEMBERS:
        raise DiscordError(Why.MISSING_ACCESS)


def shown(core: Core, channel: Channel, message: Message) -> Json:
    """A message as REST gives it: hidden by the application's intents, whatever the gateway was asked for."""
    data = payloads.message(core.store, message)
    if core.privileged_intents & Intent.MESSAGE_CONTENT:
        return data
    return hidden_variant(data, core.store, message, channel) or data
