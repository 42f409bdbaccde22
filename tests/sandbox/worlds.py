"""Worlds in which the bot may more, or less, than an ordinary one."""

from dataclasses import replace

from sandbox import Sandbox, World
from sandbox.building import BOT_PERMISSIONS
from sandbox.permissions import Permission
from sandbox.state import Overwrite
from sandbox.world import WORKSHOP


def able(*more: Permission) -> World:
    """The workshop with a bot that has these permissions besides."""
    bits = BOT_PERMISSIONS
    for permission in more:
        bits |= permission
    return replace(WORKSHOP, bot_permissions=int(bits))


def forbid(sandbox: Sandbox, *permissions: Permission, channel: str = "general") -> None:
    """Takes permissions from the bot in one channel."""
    store = sandbox._core.store
    found = next(each for each in store.channels.values() if each.name == channel)
    denied = sum(int(permission) for permission in permissions)
    found.overwrites[store.bot_id] = Overwrite(store.bot_id, of_member=True, deny=denied)
