"""Reads what a role is to be like, or what Discord would say is wrong with it."""

from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.permissions import ALL
from sandbox.rules.fields import MOST_BITS
from sandbox.rules.form import Form
from sandbox.rules.settings import Changes, Settings
from sandbox.state import Guild
from sandbox.wire import Json

MOST_NAME = 100
MOST_COLOR = 0xFFFFFF
MOST_IN_GUILD = 250


def read_role(guild: Guild, body: Json) -> Changes:
    """By the names of a role's fields. Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    fields.text("name", 1, MOST_NAME, empty="new role")
    fields.number("permissions", 0, MOST_BITS, empty=guild.roles[guild.id].permissions)
    fields.number("color", 0, MOST_COLOR, empty=0)
    fields.flag("hoist", empty=False)
    fields.flag("mentionable", empty=False)
    colors = body.get("colors")
    if isinstance(colors, dict):
        primary = Settings(form, colors, ("colors",))
        primary.require("primary_color")
        primary.number("primary_color", 0, MOST_COLOR, to="color")
        fields.found |= primary.found
    form.done()
    if "permissions" in fields.found:
        fields.found["permissions"] &= ALL
    return fields.found


def read_positions(guild: Guild, items: list[Json]) -> dict[int, int]:
    """Where each role goes; everyone's stays at 0. Raises DiscordError."""
    positions: dict[int, int] = {}
    for index, item in enumerate(items):
        form = Form((index,))
        fields = Settings(form, item)
        fields.require("id")
        fields.identifier("id")
        fields.number("position", 0)
        form.done()
        role_id: Any = fields.found["id"]
        if role_id not in guild.roles:
            raise DiscordError(Why.UNKNOWN_ROLE)
        if role_id != guild.id and "position" in fields.found:
            positions[role_id] = max(1, fields.found["position"])
    return positions
