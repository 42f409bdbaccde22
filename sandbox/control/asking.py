"""Opens interactions and sends them to the bot, with everything that Discord puts into the event."""

from aiohttp import web

from sandbox import payloads
from sandbox.commands.interactions import Interaction, Opening
from sandbox.control.asked import Asked
from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.gateway.events import Event
from sandbox.permissions import Permission, in_channel
from sandbox.rules.attachments import MOST_FILE
from sandbox.rules.commands import Place
from sandbox.rules.names import LOCALES
from sandbox.state import Channel, Guild, Message
from sandbox.wire import Json, answer

_DEFAULT_LOCALE = "en-US"
# What an application may do in the direct message with its bot. Source: "Interaction Structure" of the documentation.
_IN_DIRECT = int(
    Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE | Permission.USE_EXTERNAL_EMOJIS
)


def ask(who: Asked, opening: Opening, data: Json, message: Message | None = None) -> web.Response:
    """Tells what the person who waits needs to know. Raises ControlError if no bot hears it."""
    core = who.core
    channel = _channel(core, opening)
    interaction = core.ledger.open(opening)
    payload = _payload(core, interaction, channel, locale_of(who.body.get("locale")))
    payload["data"] = data
    if message is not None:
        payload["message"] = payloads.message(core.store, message)
    before = core.feeds.sequence
    if not core.sessions.tell(Event("INTERACTION_CREATE", payload, channel.guild_id)):
        core.ledger.withdraw(interaction)
        raise ControlError(Problem.NO_BOT, "no bot is connected that could answer")
    return answer({"interaction": str(interaction.id), "sequence": before})


def _channel(core: Core, opening: Opening) -> Channel:
    """Where it happens. Raises ControlError for somebody who is not there any more, or a channel that is not."""
    channel = core.store.channels.get(opening.channel_id)
    guild = None if channel is None else core.store.guild_of(channel)
    if channel is None or (guild is not None and opening.user_id not in guild.members):
        raise ControlError(Problem.UNKNOWN, f"{core.store.users[opening.user_id].name} is not there any more")
    return channel


def locale_of(asked: object) -> str:
    """The language that a person has set. Raises ControlError for one that Discord has not."""
    locale = _DEFAULT_LOCALE if asked is None else str(asked)
    if locale not in LOCALES:
        raise ControlError(Problem.REFUSED, f"Discord has no language {locale!r}")
    return locale


def _payload(core: Core, interaction: Interaction, channel: Channel, locale: str) -> Json:
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
        "app_permissions": str(_IN_DIRECT if guild is None else in_channel(guild, channel, store.bot_id)),
        "locale": locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": MOST_FILE,
        "authorizing_integration_owners": interaction.origin.owners,
    }
    if guild is None:
        user = payloads.user(store.users[interaction.user_id])
        return payload | {"user": user, "context": int(Place.BOT_DIRECT)}
    return payload | _in_guild(core, interaction, channel, guild)


def _in_guild(core: Core, interaction: Interaction, channel: Channel, guild: Guild) -> Json:
    member = payloads.full_member(core.store, guild.members[interaction.user_id])
    bits = in_channel(guild, channel, interaction.user_id)
    return {
        "guild_id": str(guild.id),
        "guild": {"id": str(guild.id), "locale": _DEFAULT_LOCALE, "features": []},
        "guild_locale": _DEFAULT_LOCALE,
        "member": {**member, "permissions": str(bits)},
        "context": int(Place.GUILD),
    }
