"""Reads what a member is to be like, or what Discord would say is wrong with it."""

from sandbox.rules.form import Form
from sandbox.rules.pictures import read_pictures
from sandbox.rules.settings import Changes, Settings
from sandbox.wire import Json

MOST_NICK = 32
MOST_ROLES = 350
# A timeout ends within 28 days.
LONGEST_TIMEOUT = 28 * 24 * 3600.0
MOST_FORGOTTEN = 604_800  # seconds of messages that a ban may delete
VOICE = ("mute", "deaf", "channel_id")


def read_member_changes(body: Json, now: float) -> Changes:
    """By the names of a member's fields, and those of `VOICE`. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("nick", 0, MOST_NICK, empty=None)
    fields.identifiers("roles", MOST_ROLES, empty=())
    fields.flag("mute", empty=False)
    fields.flag("deaf", empty=False)
    fields.identifier("channel_id", empty=None)
    fields.moment("communication_disabled_until", to="silent_until", empty=0.0)
    fields.number("flags", 0, empty=0)
    if fields.found.get("silent_until", 0.0) > now + LONGEST_TIMEOUT:
        message = "Invalid communication disabled timestamp"
        form.wrong(("communication_disabled_until",), "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", message)
    form.done()
    return _named(fields.found)


def read_nick(body: Json) -> Changes:
    """Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("nick", 0, MOST_NICK, empty=None)
    form.done()
    return _named(fields.found)


def read_own_member(body: Json) -> Changes:
    """What one may change of oneself. Raises DiscordError."""
    form = Form()
    pictures = read_pictures(form, body, ("avatar", "banner"))
    form.done()
    return {**read_nick(body), **pictures}


def _named(found: Changes) -> Changes:
    """An empty nickname is none."""
    return {**found, "nick": (found["nick"] or "").strip() or None} if "nick" in found else found


def read_forgotten(body: Json) -> int:
    """How many seconds of messages a ban deletes. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.number("delete_message_seconds", 0, MOST_FORGOTTEN)
    fields.number("delete_message_days", 0, 7)
    form.done()
    seconds: int = fields.found.get("delete_message_seconds", fields.found.get("delete_message_days", 0) * 86_400)
    return seconds
