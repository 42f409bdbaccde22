"""Reads what a channel is to be like, or what Discord would say is wrong with it."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.rules.fields import MOST_BITS, model
from sandbox.rules.form import Form
from sandbox.rules.settings import Changes, Settings, snowflake
from sandbox.state import FORUMS, VOICES, Channel, ChannelKind, Guild, Overwrite, Tag
from sandbox.wire import Json

MOST_NAME = 100
MOST_TOPIC = 1024
MOST_GUIDELINES = 4096
MOST_SLOWMODE = 21_600
MOST_OVERWRITES = 100
MOST_TAGS = 20
MOST_TAG_NAME = 50
MOST_IN_CATEGORY = 50
MOST_CHANNELS = 500
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
_LEAST_BITRATE, _MOST_BITRATE, _MOST_STAGE_BITRATE = 8000, 96_000, 64_000
_MOST_USERS, _MOST_LISTENERS = 99, 10_000

_TALKS = (ChannelKind.TEXT, ChannelKind.NEWS)
_DASHED = (*_TALKS, *FORUMS)  # whose names are written in small letters, without spaces
_CREATED = (ChannelKind.TEXT, ChannelKind.VOICE, ChannelKind.CATEGORY, ChannelKind.STAGE, *sorted(FORUMS))
_MARKS = re.compile(r"[!\"#$%&'()*+,./:;<=>?@\[\\\]^`{|}~]")

NewId = Callable[[], int]


def read_new_channel(guild: Guild, body: Json, new_id: NewId) -> Changes:
    """With its `kind` and `name`. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    allowed = [int(kind) for kind in _CREATED]
    if "NEWS" in guild.features:
        allowed = sorted([*allowed, int(ChannelKind.NEWS)])
    fields.one_of("type", allowed, to="kind", empty=int(ChannelKind.TEXT))
    kind = ChannelKind(fields.found.setdefault("kind", ChannelKind.TEXT))
    if kind == ChannelKind.STAGE and "COMMUNITY" not in guild.features:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    fields.require("name")
    found = _read(form, fields, guild, None, kind, body, new_id)
    form.done()
    return {**found, "kind": kind}


def read_channel_changes(guild: Guild, channel: Channel, body: Json, new_id: NewId) -> Changes:
    """Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    kind = channel.kind
    if channel.kind in _TALKS and "NEWS" in guild.features:
        fields.one_of("type", [int(kind) for kind in _TALKS], to="kind")
        kind = ChannelKind(fields.found.get("kind", kind))
        fields.found |= {"kind": kind} if "kind" in fields.found else {}
    elif body.get("type") not in (None, int(channel.kind)):
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    found = _read(form, fields, guild, channel, kind, body, new_id)
    form.done()
    return found


def _read(
    form: Form, fields: Settings, guild: Guild, present: Channel | None, kind: ChannelKind, body: Json, new_id: NewId
) -> Changes:
    fields.text("name", 1, MOST_NAME)
    fields.number("position", 0, empty=0)
    if kind != ChannelKind.CATEGORY:
        fields.identifier("parent_id", empty=None)
        fields.flag("nsfw", empty=False)
    if kind in VOICES:
        _read_voice(fields, kind)
    elif kind != ChannelKind.CATEGORY:
        _read_talk(fields, kind)
    if kind in FORUMS:
        _read_forum(form, fields, () if present is None else present.tags, body, new_id)
    found = fields.found
    if kind in _DASHED and "name" in found:
        found["name"] = dashed(found["name"])
    if body.get("permission_overwrites") is not None:
        found["overwrites"] = _overwrites(form, guild, body["permission_overwrites"])
    _check_parent(form, guild, found, present)
    return found


def _read_talk(fields: Settings, kind: ChannelKind) -> None:
    fields.text("topic", 0, MOST_GUIDELINES if kind in FORUMS else MOST_TOPIC, empty=None)
    if fields.found.get("topic") == "":
        fields.found["topic"] = None
    if kind != ChannelKind.NEWS:
        fields.number("rate_limit_per_user", 0, MOST_SLOWMODE, to="slowmode", empty=0)
    fields.one_of("default_auto_archive_duration", ARCHIVE_MINUTES, to="auto_archive_minutes", empty=None)
    fields.number("default_thread_rate_limit_per_user", 0, MOST_SLOWMODE, to="thread_slowmode", empty=0)
    fields.number("flags", 0, empty=0)


def _read_voice(fields: Settings, kind: ChannelKind) -> None:
    stage = kind == ChannelKind.STAGE
    fields.number("bitrate", _LEAST_BITRATE, _MOST_STAGE_BITRATE if stage else _MOST_BITRATE, empty=64000)
    fields.number("user_limit", 0, _MOST_LISTENERS if stage else _MOST_USERS, empty=0)
    fields.number("rate_limit_per_user", 0, MOST_SLOWMODE, to="slowmode", empty=0)
    fields.text("rtc_region", 1, 50, to="region", empty=None)
    fields.one_of("video_quality_mode", (1, 2), to="video_quality", empty=1)


def _read_forum(form: Form, fields: Settings, tags: tuple[Tag, ...], body: Json, new_id: NewId) -> None:
    fields.one_of("default_sort_order", (0, 1), to="sort_order", empty=None)
    fields.one_of("default_forum_layout", (0, 1, 2), to="layout", empty=0)
    if "default_reaction_emoji" in body:
        fields.found["reaction"] = _reaction(form, body["default_reaction_emoji"] or None)
    if body.get("available_tags") is not None:
        fields.found["tags"] = _tags(form, tags, body["available_tags"], new_id)


def _reaction(form: Form, given: Any) -> Json | None:
    """The emoji that reactions begin with; nothing else of it is kept."""
    path = ("default_reaction_emoji",)
    emoji = None if given is None else model(form, path, given)
    if emoji is None:
        return None
    fields = Settings(form, emoji, path)
    fields.identifier("emoji_id")
    fields.text("emoji_name", 0, 100)
    return {key: emoji.get(key) for key in ("emoji_id", "emoji_name")}


def _tags(form: Form, known: tuple[Tag, ...], given: Any, new_id: NewId) -> tuple[Tag, ...]:
    listed = form.listed(("available_tags",), given)
    form.longest_list(("available_tags",), listed, MOST_TAGS)
    ids = {tag.id for tag in known}
    tags: list[Tag] = []
    for index, item in enumerate(listed):
        fields = Settings(form, item, ("available_tags", index))
        fields.require("name")
        fields.text("name", 0, MOST_TAG_NAME)
        fields.flag("moderated")
        fields.identifier("emoji_id")
        fields.text("emoji_name", 0, 100)
        tag_id = snowflake(item.get("id")) or new_id()
        if item.get("id") is not None and tag_id not in ids:
            raise DiscordError(Why.UNKNOWN_TAG)
        tags.append(Tag(tag_id, **{"name": "", **fields.found}))
    if len({tag.name for tag in tags}) < len(tags):
        raise DiscordError(Why.TAGS_NOT_UNIQUE)
    return tuple(tags)


def _overwrites(form: Form, guild: Guild, given: Any) -> dict[int, Overwrite]:
    listed = form.listed(("permission_overwrites",), given)
    form.longest_list(("permission_overwrites",), listed, MOST_OVERWRITES)
    found: dict[int, Overwrite] = {}
    for index, item in enumerate(listed):
        fields = Settings(form, item, ("permission_overwrites", index))
        fields.require("id")
        fields.identifier("id")
        overwrite = read_overwrite(fields, guild, fields.found.get("id", 0))
        found[overwrite.id] = overwrite
    return found


def read_overwrite(fields: Settings, guild: Guild, overwrite_id: int) -> Overwrite:
    """`allow` and `deny` are bits, written as a number or as a text."""
    fields.one_of("type", (0, 1))
    fields.number("allow", 0, MOST_BITS)
    fields.number("deny", 0, MOST_BITS)
    of_member = fields.found.get("type", int(overwrite_id not in guild.roles)) == 1
    return Overwrite(overwrite_id, of_member, fields.found.get("allow", 0), fields.found.get("deny", 0))


def _check_parent(form: Form, guild: Guild, found: Changes, present: Channel | None) -> None:
    """Where a channel is already is no change."""
    if present is not None and found.get("parent_id") == present.parent_id:
        found.pop("parent_id", None)
    parent_id = found.get("parent_id")
    if parent_id is None:
        return
    parent = guild.channels.get(parent_id)
    inside = sum(each.parent_id == parent_id and not each.is_thread for each in guild.channels.values())
    if parent is None:
        form.wrong(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist")
    elif parent.kind != ChannelKind.CATEGORY:
        form.wrong(("parent_id",), "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
    elif inside >= MOST_IN_CATEGORY:
        message = f"Maximum number of channels in category reached ({MOST_IN_CATEGORY})"
        form.wrong(("parent_id",), "CHANNEL_PARENT_MAX_CHANNELS", message)


def dashed(name: str) -> str:
    """A name as text channels have it: small letters, dashes for spaces, and few marks."""
    plain = _MARKS.sub("", re.sub(r"\s+", "-", name.strip().lower()))
    return re.sub(r"-{2,}", "-", plain) or "-"


def read_moves(guild: Guild, items: list[Json]) -> list[tuple[Channel, Changes]]:
    """Where channels go: `position`, a new `parent_id`, and `lock` to take over the category's overwrites."""
    moves: list[tuple[Channel, Changes]] = []
    for index, item in enumerate(items):
        form = Form((index,))
        fields = Settings(form, item)
        fields.require("id")
        fields.identifier("id")
        fields.number("position", 0)
        fields.identifier("parent_id", empty=None)
        fields.flag("lock_permissions", to="lock")
        form.done()
        channel = guild.channels.get(fields.found.pop("id", 0))
        if channel is None:
            raise DiscordError(Why.UNKNOWN_CHANNEL)
        _check_parent(form, guild, fields.found, channel)
        form.done()
        moves.append((channel, fields.found))
    return moves
