"""What a bot that has a session asks the gateway for."""

import logging
from collections.abc import Callable
from typing import Any

from sandbox.gateway.codes import Close, CloseError, Op
from sandbox.gateway.gateway import Gateway
from sandbox.gateway.presences import read_presence
from sandbox.gateway.session import Session
from sandbox.snowflakes import read_snowflake
from sandbox.wire import Json

_log = logging.getLogger(__name__)
Fulfil = Callable[[Gateway, Session, Any], None]


def fulfil(gateway: Gateway, session: Session, op: int, data: Any) -> None:
    """Raises CloseError for an opcode that there is not, and for data that do not fit it."""
    if op not in _KNOWN:
        raise CloseError(Close.UNKNOWN_OPCODE, f"there is no opcode {op}")
    _KNOWN[op](gateway, session, data)


def _presence(gateway: Gateway, session: Session, data: Any) -> None:
    bot_id = gateway.store.bot_id
    gateway.presences.set(bot_id, read_presence(data))
    for guild in gateway.guilds_of(session):
        gateway.sessions.tell(gateway.presences.event(bot_id, guild.id))


def _voice_state(gateway: Gateway, session: Session, data: Any) -> None:
    """Nobody speaks here: a bot that wants to join waits in vain, as long as it has patience."""
    if not isinstance(data, dict) or read_snowflake(str(data.get("guild_id"))) is None:
        raise CloseError(Close.DECODE_ERROR, "a voice state names a guild")
    if data.get("channel_id") is not None:
        _log.warning("the sandbox has no voice servers: the bot cannot join the channel %s", data["channel_id"])


def _members(gateway: Gateway, session: Session, data: Any) -> None:
    for name, event in gateway.members.answer(session, data):
        gateway.sessions.tell_one(session, name, event)


def _soundboard_sounds(gateway: Gateway, session: Session, data: Any) -> None:
    """No guild has any."""
    ids = data.get("guild_ids") if isinstance(data, dict) else None
    if not isinstance(ids, list):
        raise CloseError(Close.DECODE_ERROR, "a request for soundboard sounds names guilds")
    for guild_id in _held(gateway, session, ids):
        sounds: Json = {"guild_id": guild_id, "soundboard_sounds": []}
        gateway.sessions.tell_one(session, "SOUNDBOARD_SOUNDS", sounds)


def _channel_info(gateway: Gateway, session: Session, data: Any) -> None:
    """It is only about voice channels."""
    ids = [data.get("guild_id")] if isinstance(data, dict) else []
    for guild_id in _held(gateway, session, ids):
        gateway.sessions.tell_one(session, "CHANNEL_INFO", {"guild_id": guild_id, "channels": []})


def _held(gateway: Gateway, session: Session, ids: list[Any]) -> list[str]:
    """Those guilds of the ids that the bot has on the session's shard."""
    held = {str(guild.id) for guild in gateway.guilds_of(session)}
    return [name for name in map(str, ids) if name in held]


_KNOWN: dict[int, Fulfil] = {
    Op.PRESENCE: _presence,
    Op.VOICE_STATE: _voice_state,
    Op.REQUEST_MEMBERS: _members,
    Op.REQUEST_SOUNDBOARD_SOUNDS: _soundboard_sounds,
    Op.REQUEST_CHANNEL_INFO: _channel_info,
}
