"""Worlds in which the bot may more, or less, than an ordinary one."""

from dataclasses import replace

from sandbox import World
from sandbox.building import BOT_PERMISSIONS
from sandbox.permissions import Permission
from sandbox.world import WORKSHOP


def able(*more: Permission) -> World:
    """The workshop with a bot that has these permissions besides."""
    bits = BOT_PERMISSIONS
    for permission in more:
        bits |= permission
    return replace(WORKSHOP, bot_permissions=int(bits))
