"""What a bot says to begin: the query of its connection, and the identify payload; refused as Discord does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.gateway.codes import Close, CloseError
from sandbox.gateway.intents import KNOWN, PRIVILEGED
from sandbox.gateway.presences import ONLINE, Presence, read_first_presence
from sandbox.gateway.session import DEFAULT_LARGE_THRESHOLD
from sandbox.wire import Json, is_whole

# 10 and 9 are available, the others deprecated or discontinued. Without a version Discord takes an old one, whose
# events the sandbox does not have; it takes 10 then.
DEFAULT_VERSION = 10
_VERSIONS = (9, 10)


@dataclass(frozen=True, slots=True)
class Identify:
    """`sharded` says whether the bot named its shard at all."""

    intents: int
    shard: tuple[int, int] = (0, 1)
    sharded: bool = False
    compress: bool = False
    large_threshold: int = DEFAULT_LARGE_THRESHOLD
    presence: Presence = ONLINE


def read_version(query: Mapping[str, str]) -> int:
    """Raises CloseError for a version that the gateway does not speak."""
    version = query.get("v", str(DEFAULT_VERSION))
    if not version.isdecimal() or int(version) not in _VERSIONS:
        raise CloseError(Close.INVALID_VERSION, f"there is no version {version} of the gateway, only {_VERSIONS}")
    return int(version)


def read_identify(data: Json, privileged: int) -> Identify:
    """`privileged` are the intents that the application has enabled. Raises CloseError."""
    if not isinstance(data.get("properties"), dict):
        raise CloseError(Close.DECODE_ERROR, "an identify has properties")
    presence = data.get("presence")
    return Identify(
        intents=_intents(data.get("intents"), privileged),
        shard=_shard(data.get("shard", [0, 1])),
        sharded="shard" in data,
        compress=data.get("compress") is True,
        large_threshold=_large_threshold(data.get("large_threshold", DEFAULT_LARGE_THRESHOLD)),
        presence=ONLINE if presence is None else read_first_presence(presence),
    )


def _intents(wanted: Any, privileged: int) -> int:
    if not is_whole(wanted) or wanted & ~KNOWN:
        raise CloseError(Close.INVALID_INTENTS, f"{wanted!r} are not intents")
    refused = wanted & PRIVILEGED & ~privileged
    if refused:
        raise CloseError(Close.DISALLOWED_INTENTS, f"the application has not enabled {refused:#x}")
    return int(wanted)


def _shard(shard: Any) -> tuple[int, int]:
    if not (isinstance(shard, list) and len(shard) == 2 and all(is_whole(part) for part in shard)):
        raise CloseError(Close.INVALID_SHARD, f"{shard!r} is not a shard")
    index, count = shard
    if not 0 <= index < count:
        raise CloseError(Close.INVALID_SHARD, f"there is no shard {index} of {count}")
    return index, count


def _large_threshold(wanted: Any) -> int:
    if not is_whole(wanted):
        raise CloseError(Close.DECODE_ERROR, f"large_threshold is a number, not {wanted!r}")
    return int(min(max(wanted, 50), 250))
