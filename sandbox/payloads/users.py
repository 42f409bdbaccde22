"""Users, members and roles as Discord's JSON."""

from sandbox.payloads.values import stamp
from sandbox.state import Member, Role, User, WebhookAuthor
from sandbox.store import Store
from sandbox.wire import Json


def user(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.display or user.name,
        # Bots still have the four digits; people lost them.
        "discriminator": "0001" if user.bot else "0",
        "avatar": user.avatar,
        "banner": user.banner,
        "accent_color": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def webhook_user(webhook_id: int, author: WebhookAuthor) -> Json:
    """What stands in a webhook's messages in the place of a user."""
    named = user(User(webhook_id, author.name, bot=True))
    return {**named, "discriminator": "0000", "avatar": author.avatar}


def own_user(own: User) -> Json:
    return {**user(own), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(member: Member) -> Json:
    """Without the user, as messages carry it."""
    return {
        "avatar": member.avatar,
        "banner": member.banner,
        "nick": member.nick,
        "roles": [str(role) for role in member.roles],
        "joined_at": stamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": stamp(member.silent_until) if member.silent_until else None,
        "pending": False,
        "flags": member.flags,
        "mute": False,
        "deaf": False,
    }


def full_member(store: Store, of: Member) -> Json:
    return {**member(of), "user": user(store.users[of.user_id])}


def role(role: Role) -> Json:
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": role.hoist,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": str(role.bot_id)}
    return body
