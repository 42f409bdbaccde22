"""A server for the tests of what bots and people do in servers, and a bot that remembers what it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import discord

from sandbox import Channel, Guild, ManualClock, Person, Role, Sandbox, Thread, World
from sandbox.gateway.intents import PRIVILEGED
from sandbox.permissions import ALL, Permission
from tests.sandbox.bots import TryBot
from tests.sandbox.raw import Api

MODERATOR = int(
    Permission.MANAGE_MESSAGES
    | Permission.MANAGE_THREADS
    | Permission.MANAGE_NICKNAMES
    | Permission.MODERATE_MEMBERS
    | Permission.KICK_MEMBERS
)
# Everything, but by its bits: an administrator would pass every check.
EVERYTHING_ELSE = ALL & ~int(Permission.ADMINISTRATOR)

# Olga owns it; Adam is an administrator, above the bot; Mona a moderator and Paul a guest, below it.
HOUSE = World(
    bot="Robo",
    owner="olga",
    people=(
        Person("olga"),
        Person("adam", ("chiefs",), display="Adam the First"),
        Person("mona", ("mods",), nick="Moe"),
        Person("paul"),
    ),
    guilds=(
        Guild(
            name="House",
            owner="olga",
            roles=(Role("mods", MODERATOR, color=0x112233), Role("Robo"), Role("chiefs", Permission.ADMINISTRATOR)),
            channels=(
                Channel("Rooms", "category"),
                Channel("hall", category="Rooms"),
                Channel("news", "announcements", written_by=("chiefs",)),
                Channel("help", "forum", tags=("open", "solved")),
                Channel("cellar", private_to=("chiefs",)),
                Channel("tower", "voice"),
                Channel("slow", slowmode=30),
            ),
            threads=(
                Thread("attic", parent="hall", by="paul"),
                Thread("plans", parent="hall", by="mona", private=True),
                Thread("how to", parent="help", by="paul", text="How do I?", tags=("open",)),
            ),
            system_channel="hall",
        ),
        Guild(name="Shed", owner="paul", channels=("bench",), members=("paul",), bot=False),
    ),
    bot_permissions=EVERYTHING_ELSE,
)


@asynccontextmanager
async def opened(clock: ManualClock, bot_permissions: int = EVERYTHING_ELSE) -> AsyncIterator[Sandbox]:
    """The house, with a bot that has all privileged intents and these permissions."""
    world = replace(HOUSE, bot_permissions=bot_permissions)
    async with Sandbox(clock=clock, world=world, privileged_intents=int(PRIVILEGED), limits=False) as sandbox:
        yield sandbox


class HouseBot(TryBot):
    """Remembers every event that discord.py dispatches."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents or discord.Intents.all())
        self.told: asyncio.Queue[tuple[str, tuple[Any, ...]]] = asyncio.Queue()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        super().dispatch(event, *args, **kwargs)
        self.told.put_nowait((event, args))

    async def on_message(self, message: discord.Message) -> None:
        pass

    async def until(self, event: str) -> Any:
        """What the next event of this name was told with: one thing, or several."""
        async with asyncio.timeout(5):
            while True:
                name, args = await self.told.get()
                if name == event:
                    return args[0] if len(args) == 1 else args

    @property
    def house(self) -> discord.Guild:
        return next(guild for guild in self.guilds if guild.name == "House")

    def channel(self, name: str) -> Any:
        found = discord.utils.get(self.house.channels, name=name)
        return found or discord.utils.get(self.house.threads, name=name)

    def member(self, name: str) -> discord.Member:
        """By the name of the user, from the cache."""
        member = discord.utils.get(self.house.members, name=name)
        assert member is not None
        return member


class HouseApi(Api):
    """Paths of what is in the house, by name."""

    async def guild_id(self) -> str:
        guilds = (await self("GET", "/users/@me/guilds")).body
        return next(guild["id"] for guild in guilds if guild["name"] == "House")

    async def guild(self, path: str = "") -> str:
        return f"/guilds/{await self.guild_id()}{path}"

    async def thread(self, name: str) -> str:
        threads = (await self("GET", await self.guild("/threads/active"))).body["threads"]
        return next(f"/channels/{thread['id']}" for thread in threads if thread["name"] == name)

    async def user(self, name: str) -> str:
        members = (await self("GET", await self.guild("/members"), params={"limit": 1000})).body
        return next(member["user"]["id"] for member in members if member["user"]["username"] == name)

    async def role(self, name: str) -> str:
        roles = (await self("GET", await self.guild("/roles"))).body
        return next(role["id"] for role in roles if role["name"] == name)
