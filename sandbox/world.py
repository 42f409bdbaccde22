"""Who and what there is when the sandbox opens, as a description that callers may replace."""

from dataclasses import dataclass

# Discord's permission bits; described here as numbers, so that a description needs nothing else of the sandbox.
KICK_MEMBERS = 1 << 1
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
MANAGE_MESSAGES = 1 << 13
MANAGE_ROLES = 1 << 28
MANAGE_THREADS = 1 << 34
MODERATE_MEMBERS = 1 << 40


@dataclass(frozen=True, slots=True)
class Person:
    """`display` is the name that they show everywhere, `nick` the one that they show in guilds."""

    name: str
    roles: tuple[str, ...] = ()
    display: str | None = None
    nick: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """Later ones are higher; one with the bot's name is the place of the bot's own role, which else is the highest.

    `hoist` lists its members by themselves.
    """

    name: str
    permissions: int = 0
    color: int = 0
    hoist: bool = False
    mentionable: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """`kind` is text, announcements, forum, voice, stage or category.

    Without `private_to` everybody sees it, without `written_by` everybody writes there; else only those with one of
    these roles do, a bot's own role having the bot's name. `tags` are what a forum's posts can be marked with.
    """

    name: str
    kind: str = "text"
    category: str | None = None
    topic: str | None = None
    nsfw: bool = False
    slowmode: int = 0
    private_to: tuple[str, ...] | None = None
    written_by: tuple[str, ...] | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """Started by the guild's owner or `by` somebody else, from a message with this `text` if there is one.

    In a forum it is a post, which needs a text and may have tags. A private one has these `members` besides.
    """

    name: str
    parent: str
    by: str | None = None
    text: str | None = None
    private: bool = False
    members: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guild:
    """Every person, or those in `members`, are in it, and unless `bot` is false the bot; `owner` is a person's name.

    `system_channel` is where Discord says who has joined.
    """

    name: str
    owner: str
    channels: tuple[str | Channel, ...]
    threads: tuple[Thread, ...] = ()
    roles: tuple[Role, ...] = ()
    members: tuple[str, ...] | None = None
    system_channel: str | None = None
    bot: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """`owner` is the person who owns the application; each person has a direct message with the bot.

    `bot_permissions` are those of the role that the bot has in every guild, if not what a chat bot is invited with.
    """

    bot: str
    owner: str
    people: tuple[Person, ...]
    guilds: tuple[Guild, ...]
    bot_permissions: int | None = None


WORKSHOP = World(
    bot="TinyLLM",
    owner="ada",
    people=(Person("ada"), Person("ben"), Person("cleo", roles=("managers",))),
    guilds=(
        Guild(
            name="Workshop",
            owner="ada",
            channels=("general", "random", "quiet"),
            threads=(Thread("ideas", parent="general"),),
            roles=(Role("managers", MANAGE_GUILD),),
            system_channel="general",
        ),
    ),
)

_RIVERSIDE = Guild(
    name="Riverside",
    owner="ada",
    roles=(
        Role("gardeners", color=0x2ECC71, mentionable=True),
        Role(
            "librarians",
            KICK_MEMBERS | MANAGE_MESSAGES | MANAGE_THREADS | MODERATE_MEMBERS,
            color=0x3498DB,
            hoist=True,
            mentionable=True,
        ),
        Role("council", ADMINISTRATOR, color=0xE67E22, hoist=True),
    ),
    channels=(
        Channel("Town hall", "category"),
        Channel("announcements", "announcements", "Town hall", "What everybody should know", written_by=("council",)),
        Channel("council", category="Town hall", topic="For the council only", private_to=("council",)),
        Channel("Square", "category"),
        Channel("general", category="Square", topic="Talk about anything"),
        Channel("garden", category="Square", topic="Seeds, harvests and the weather"),
        Channel("questions", "forum", "Square", "One question a post", tags=("open", "solved", "software")),
        Channel("night-walks", category="Square", topic="One message every ten seconds", slowmode=10),
        Channel("Rooms", "category"),
        Channel("Reading room", "voice", "Rooms"),
    ),
    threads=(
        Thread("Saturday's market", parent="general", by="ben", text="Who has a table at Saturday's market?"),
        Thread(
            "Which model for short answers?",
            parent="questions",
            by="emil",
            text="I want quick answers of two or three sentences. Which model would you take?",
            tags=("open", "software"),
        ),
    ),
    system_channel="general",
)

_BOOK_CLUB = Guild(
    name="Book club",
    owner="dora",
    channels=(
        Channel("reading", topic="What we read this month"),
        Channel("suggestions", topic="What we could read next"),
    ),
    members=("ada", "dora", "emil"),
    system_channel="reading",
)

TOWN = World(
    bot="TinyLLM",
    owner="ada",
    people=(
        Person("ada", display="Ada"),
        Person("ben", roles=("gardeners",), display="Ben", nick="Ben of the beans"),
        Person("cleo", roles=("council",), display="Cleo"),
        Person("dora", roles=("librarians", "gardeners"), display="Dora"),
        Person("emil", display="Emil"),
    ),
    guilds=(_RIVERSIDE, _BOOK_CLUB),
)
