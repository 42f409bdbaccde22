"""What people type as Discord's client sends it: names of people, roles, channels and emojis become references."""

import re
from collections.abc import Iterable

from sandbox.permissions import sees_channel
from sandbox.state import Channel, Guild
from sandbox.store import Store
from sandbox.views import channel_name


def as_sent(store: Store, channel: Channel, person_id: int, text: str) -> str:
    """With `<@id>` for `@name`, and alike; names that are nobody's and nothing's stay what they are."""
    guild = store.guild_of(channel)
    people = {user.name.casefold(): f"<@{user.id}>" for user in store.users.values()}
    roles = {} if guild is None else _roles(guild)
    text = _replaced(text, r"(?<![\w<])@", {**roles, **people}, r"(?!\w)")
    if guild is None:
        return text
    text = _replaced(text, r"(?<![\w<])#", _channels(store, guild, person_id), r"(?![\w-])")
    return _replaced(text, r"(?<![\w<]):", _emojis(guild), ":")


def _roles(guild: Guild) -> dict[str, str]:
    return {role.name.casefold(): f"<@&{role.id}>" for role in guild.roles.values() if role.id != guild.id}


def _channels(store: Store, guild: Guild, person_id: int) -> dict[str, str]:
    seen = (each for each in guild.channels.values() if sees_channel(guild, each, person_id))
    return {channel_name(store, each).casefold(): f"<#{each.id}>" for each in seen}


def _emojis(guild: Guild) -> dict[str, str]:
    return {
        each.name.casefold(): f"<{'a' if each.animated else ''}:{each.name}:{each.id}>"
        for each in guild.emojis.values()
    }


def _replaced(text: str, before: str, references: dict[str, str], after: str) -> str:
    if not references:
        return text
    pattern = re.compile(f"{before}({_any_of(references)}){after}", re.IGNORECASE)
    return pattern.sub(lambda found: references.get(found[1].casefold(), found[0]), text)


def _any_of(names: Iterable[str]) -> str:
    """The longest first, so that `@ada lovelace` is not `@ada`."""
    return "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
