"""What a session is told first: who it is, and the guilds of its shard."""

from sandbox import payloads
from sandbox.gateway.gateway import Gateway
from sandbox.gateway.handshake import Identify
from sandbox.gateway.intents import Intent, application_flags
from sandbox.gateway.session import Session
from sandbox.state import Guild, Member
from sandbox.wire import Json


def greet(gateway: Gateway, session: Session, identify: Identify, version: int) -> None:
    guilds = gateway.guilds_of(session)
    ready = _ready(gateway, session, guilds, version)
    if identify.sharded:
        ready["shard"] = list(session.shard)
    gateway.sessions.tell_one(session, "READY", ready)
    for guild in guilds:
        describe(gateway, session, guild)


def describe(gateway: Gateway, session: Session, guild: Guild) -> None:
    """A guild as the session may know it: it is there, or has an outage; where the bot is not, it knows of nothing."""
    if not session.intents & Intent.GUILDS or gateway.store.bot_id not in guild.members:
        return
    if guild.id in gateway.sessions.unavailable:
        gateway.sessions.tell_one(session, "GUILD_DELETE", unavailable(guild))
    else:
        gateway.sessions.tell_one(session, "GUILD_CREATE", _guild_create(gateway, session, guild))


def unavailable(guild: Guild) -> Json:
    return {"id": str(guild.id), "unavailable": True}


def _ready(gateway: Gateway, session: Session, guilds: list[Guild], version: int) -> Json:
    store = gateway.store
    flags = application_flags(gateway.privileged_intents)
    return {
        "v": version,
        "user": payloads.own_user(store.users[store.bot_id]),
        "guilds": [unavailable(guild) for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": gateway.url,
        "session_type": "normal",
        "application": {"id": str(store.application_id), "flags": flags},
        "private_channels": [],
        "relationships": [],
        "game_relationships": [],
        "presences": [],
        "guild_join_requests": [],
        "geo_ordered_rtc_regions": [],
        "user_settings": {},
        "auth": {},
        "_trace": ["sandbox"],
    }


def _guild_create(gateway: Gateway, session: Session, guild: Guild) -> Json:
    data = payloads.guild_create(gateway.store, guild, all_members=False)
    data["large"] = len(guild.members) > session.large_threshold
    if session.intents & Intent.GUILD_PRESENCES:
        seen = [each for each in guild.members.values() if not data["large"] or _outstanding(gateway, each)]
        data["members"] = [payloads.full_member(gateway.store, each) for each in seen]
        shown = [each.user_id for each in seen if gateway.presences.shown(each.user_id)]
        data["presences"] = [gateway.presences.of(user_id) for user_id in shown]
    return data


def _outstanding(gateway: Gateway, member: Member) -> bool:
    """Whether a large guild's list has this member: those who are online, have a role or a nickname."""
    return bool(member.roles or member.nick) or gateway.presences.shown(member.user_id)
