"""Worlds in which the bot may more, or less, than an ordinary one."""

from dataclasses import replace

from sandbox import Channel, Sandbox, World
from sandbox.actor import Person
from sandbox.building import BOT_PERMISSIONS
from sandbox.permissions import Permission
from sandbox.world import WORKSHOP
from tests.sandbox.raw import calling


def able(*more: Permission) -> World:
    """The workshop, with an announcement channel too, and a bot that has these permissions besides."""
    bits = BOT_PERMISSIONS
    for permission in more:
        bits |= permission
    (guild,) = WORKSHOP.guilds
    guild = replace(guild, channels=(*guild.channels, Channel("news", "announcements")))
    return replace(WORKSHOP, guilds=(guild,), bot_permissions=int(bits))


async def forbid(sandbox: Sandbox, *permissions: Permission, channel: str = "general", everyone: bool = False) -> None:
    """Lets ada take permissions in one channel, from the bot or from everyone but herself."""
    async with calling(sandbox) as api, Person.join(sandbox.url, "ada") as ada:
        whom = await api.guild_id() if everyone else (await api("GET", "/users/@me")).body["id"]
        bits = sum(int(permission) for permission in permissions)
        overwrite = {"id": whom, "type": 0 if everyone else 1, "allow": "0", "deny": str(bits)}
        await ada.change_channel(channel, permission_overwrites=[overwrite])
