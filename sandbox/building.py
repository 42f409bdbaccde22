"""Turns the description of a world into the things it consists of."""

from sandbox import world as described
from sandbox.permissions import EVERYONE, Permission
from sandbox.rooms import add_channels, add_threads
from sandbox.snowflakes import snowflake
from sandbox.state import Channel, ChannelKind, Guild, Member, Role, User
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
    people = [User(ids.next(), person.name, display=person.display) for person in world.people]
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
        if role.name == world.bot:
            continue  # the place of the bot's own role
        role_id = ids.next()
        made.roles[role_id] = Role(
            role_id,
            role.name,
            role.permissions,
            position,
            color=role.color,
            hoist=role.hoist,
            mentionable=role.mentionable,
        )
    _add_members(store, world, guild, made, people, ids)
    add_channels(store, guild, made, ids.next)
    add_threads(store, guild, made, ids.next, _BORN)


def _add_members(
    store: Store, world: described.World, guild: described.Guild, made: Guild, people: dict[str, User], ids: _Ids
) -> None:
    by_name = {role.name: role.id for role in made.roles.values()}
    present = set(people) if guild.members is None else {guild.owner, *guild.members}
    _require(present <= set(people), f"{guild.name} has members who are not among the people")
    for person in world.people:
        if person.name in present:
            roles = tuple(by_name[name] for name in person.roles if name in by_name)
            member = Member(people[person.name].id, _BORN, roles, person.nick)
            made.members[member.user_id] = member
    if guild.bot:
        _add_bot(store, world, guild, made, ids.next())


def _add_bot(store: Store, world: described.World, guild: described.Guild, made: Guild, role_id: int) -> None:
    """With the role that comes with it."""
    bits = BOT_PERMISSIONS if world.bot_permissions is None else world.bot_permissions
    names = [role.name for role in guild.roles]
    position = names.index(world.bot) + 1 if world.bot in names else len(made.roles)
    made.roles[role_id] = Role(role_id, world.bot, bits, position, managed=True, bot_id=store.bot_id)
    made.members[store.bot_id] = Member(store.bot_id, _BORN, (role_id,))


def _require(true: bool, sentence: str) -> None:
    if not true:
        raise ValueError(sentence)
