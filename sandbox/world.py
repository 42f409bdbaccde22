"""Who and what there is when the sandbox opens, as a description that callers may replace."""

from dataclasses import dataclass

# Discord's permission bit; described here as a number, so that a description needs nothing else of the sandbox.
MANAGE_GUILD = 1 << 5


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    name: str
    permissions: int


@dataclass(frozen=True, slots=True)
class Thread:
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class Guild:
    """Every person and the bot are members; `owner` is a person's name."""

    name: str
    owner: str
    channels: tuple[str, ...]
    threads: tuple[Thread, ...] = ()
    roles: tuple[Role, ...] = ()


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
        ),
    ),
)
