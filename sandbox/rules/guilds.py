"""Reads what a guild, an invite or an emoji is to be like, or what Discord would say is wrong with it."""

import re
from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.rules.form import Form
from sandbox.rules.pictures import read_picture, read_pictures
from sandbox.rules.settings import Changes, Settings
from sandbox.state import VOICES, ChannelKind, Guild
from sandbox.wire import Json

LEAST_NAME, MOST_NAME = 2, 100
MOST_DESCRIPTION = 300
LONGEST_INVITE = 604_800
MOST_USES = 100
MOST_EMOJI_BYTES = 256 * 1024
LEAST_USER_NAME, MOST_USER_NAME = 2, 32

_AFK_SECONDS = (60, 300, 900, 1800, 3600)
_TEXTS = ("system_channel_id", "rules_channel_id", "public_updates_channel_id", "safety_alerts_channel_id")
# What can be switched; other features come from Discord.
_SWITCHES = ("COMMUNITY", "DISCOVERABLE", "INVITES_DISABLED", "RAID_ALERTS_DISABLED")
_EMOJI_NAME = re.compile(r"\w{2,32}", re.ASCII)


def read_guild_changes(guild: Guild, body: Json) -> Changes:
    """By the names of a guild's fields, and for its settings by Discord's. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("name", LEAST_NAME, MOST_NAME)
    fields.text("description", 0, MOST_DESCRIPTION, empty=None)
    fields.one_of("verification_level", (0, 1, 2, 3, 4), empty=0)
    fields.one_of("default_message_notifications", (0, 1), empty=0)
    fields.one_of("explicit_content_filter", (0, 1, 2), empty=0)
    fields.text("preferred_locale", 2, 10, empty="en-US")
    fields.one_of("afk_timeout", _AFK_SECONDS, empty=300)
    fields.number("system_channel_flags", 0, empty=0)
    fields.flag("premium_progress_bar_enabled", empty=False)
    for key in (*_TEXTS, "afk_channel_id"):
        fields.identifier(key, empty=None)
    # Discord takes the others only from guilds that are boosted so far that they have these features.
    boosted = (("splash", "INVITE_SPLASH"), ("banner", "BANNER"), ("discovery_splash", "DISCOVERABLE"))
    pictures = ("icon", *(name for name, feature in boosted if feature in guild.features))
    found = {**fields.found, **read_pictures(form, body, pictures)}
    form.done()
    _check_channels(guild, found)
    if isinstance(body.get("features"), list):
        found["features"] = _features(guild, body["features"])
    return found


def _check_channels(guild: Guild, found: Changes) -> None:
    """What Discord only keeps is kept as Discord writes it."""
    for key in (*_TEXTS, "afk_channel_id"):
        channel_id = found.get(key)
        if channel_id is None:
            continue
        channel = guild.channels.get(channel_id)
        wanted = VOICES if key == "afk_channel_id" else (ChannelKind.TEXT, ChannelKind.NEWS)
        if channel is None:
            raise DiscordError(Why.UNKNOWN_CHANNEL)
        if channel.kind not in wanted:
            raise DiscordError(Why.WRONG_CHANNEL_TYPE)
        if key != "system_channel_id":
            found[key] = str(channel_id)


def _features(guild: Guild, given: list[Any]) -> tuple[str, ...]:
    """A community has announcement channels."""
    kept = [each for each in guild.features if each not in (*_SWITCHES, "NEWS")]
    switched = [each for each in _SWITCHES if each in given]
    return (*kept, *switched, *(["NEWS"] if "COMMUNITY" in switched else []))


def read_invite(body: Json) -> Changes:
    """By the names of an invite's fields, and `unique`. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.number("max_age", 0, LONGEST_INVITE, empty=86_400)
    fields.number("max_uses", 0, MOST_USES, empty=0)
    fields.flag("temporary", empty=False)
    fields.flag("unique", empty=False)
    form.done()
    return {"max_age": 86_400, "max_uses": 0, "temporary": False, "unique": False, **fields.found}


def read_emoji(body: Json, *, new: bool, guild: Guild | None = None) -> Changes:
    """With `image`, for a new one. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    if new:
        fields.require("name")
        fields.require("image")
    fields.text("name", 2, 32)
    fields.identifiers("roles", 250, empty=())
    found = fields.found
    if "name" in found and not _EMOJI_NAME.fullmatch(found["name"]):
        form.wrong(("name",), "STRING_TYPE_REGEX", "String value did not match validation regex.")
    image = _image(form, body["image"]) if new and body.get("image") is not None else None
    form.done()
    if guild is not None and any(role_id not in guild.roles for role_id in found.get("roles", ())):
        raise DiscordError(Why.UNKNOWN_ROLE)
    return {**found, "image": image} if new else found


def _image(form: Form, given: Any) -> bytes | None:
    content = read_picture(form, ("image",), given)
    if content is not None and len(content) > MOST_EMOJI_BYTES:
        form.wrong(("image",), "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 256.0 kb.")
    return content


def read_own_changes(body: Json) -> Changes:
    """What the bot's user is to be like, by the names of a user's fields. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("username", LEAST_USER_NAME, MOST_USER_NAME, to="name")
    found = {**fields.found, **read_pictures(form, body, ("avatar", "banner"))}
    form.done()
    return found
