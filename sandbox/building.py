"""Turns the description of a world into the things it consists of."""

from sandbox import world as described
from sandbox.permissions import EVERYONE, Permission
from sandbox.snowflakes import snowflake
from sandbox.state import Channel, ChannelKind, Guild, Member, Role, ThreadState, User
from sandbox.store import Store

# The world is as old as this, whenever it is opened: the same description always gets the same ids, so a bot
# that kept its database finds its channels again.
_BORN = 1_704_067_200.0

# What an ordinary chat bot is invited with.
BOT_PERMISSIONS = int(
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.ADD_REACTIONS
)


class _Ids:
    """One id for each millisecond after the beginning, so that guilds spread over shards."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> int:
        self._count += 1
        return snowflake(_BORN) + (self._count << 22)


def build(world: described.World) -> Store:
    """Raises ValueError for a description that names somebody or something it does not have."""
    ids = _Ids()
    bot = User(ids.next(), world.bot, bot=True)
    people = [User(ids.next(), person.name) for person in world.people]
    named = {user.name: user for user in people}
    _require(world.owner in named, f"the application's owner {world.owner!r} is not among the people")
    store = Store(bot_id=bot.id, owner_id=named[world.owner].id, application_id=bot.id)
    store.users = {user.id: user for user in (bot, *people)}
    for guild in world.guilds:
        _add_guild(store, world, guild, named, ids)
    for user in people:
        channel = Channel(ids.next(), ChannelKind.DIRECT, "", recipients=(store.bot_id, user.id))
        store.directs[user.id] = channel
        store.add_channel(channel)
    return store


def _add_guild(
    store: Store, world: described.World, guild: described.Guild, people: dict[str, User], ids: _Ids
) -> None:
    _require(guild.owner in people, f"{guild.name}'s owner {guild.owner!r} is not among the people")
    made = Guild(ids.next(), guild.name, people[guild.owner].id, joined_at=_BORN)
    store.guilds[made.id] = made
    made.roles[made.id] = Role(made.id, "@everyone", EVERYONE, position=0)
    for position, role in enumerate(guild.roles, start=1):
        role_id = ids.next()
        made.roles[role_id] = Role(role_id, role.name, role.permissions, position)
    _add_members(store, world, made, people, ids)
    _add_channels(store, guild, made, ids)


def _add_members(store: Store, world: described.World, guild: Guild, people: dict[str, User], ids: _Ids) -> None:
    by_name = {role.name: role.id for role in guild.roles.values()}
    for person in world.people:
        roles = tuple(by_name[name] for name in person.roles if name in by_name)
        guild.members[people[person.name].id] = Member(people[person.name].id, _BORN, roles)
    role_id = ids.next()
    bits = BOT_PERMISSIONS if world.bot_permissions is None else world.bot_permissions
    guild.roles[role_id] = Role(role_id, world.bot, bits, position=len(guild.roles), managed=True, bot_id=store.bot_id)
    guild.members[store.bot_id] = Member(store.bot_id, _BORN, (role_id,))


def _add_channels(store: Store, guild: described.Guild, made: Guild, ids: _Ids) -> None:
    for position, name in enumerate(guild.channels):
        store.add_channel(Channel(ids.next(), ChannelKind.TEXT, name, made.id, position=position))
    by_name = {channel.name: channel.id for channel in made.channels.values()}
    for thread in guild.threads:
        _require(thread.parent in by_name, f"the thread {thread.name!r} has no channel {thread.parent!r}")
        store.add_channel(
            Channel(
                ids.next(),
                ChannelKind.THREAD,
                thread.name,
                made.id,
                parent_id=by_name[thread.parent],
                owner_id=made.owner_id,
                thread=ThreadState(_BORN, members={made.owner_id: _BORN}),
            )
        )


def _require(true: bool, sentence: str) -> None:
    if not true:
        raise ValueError(sentence)
