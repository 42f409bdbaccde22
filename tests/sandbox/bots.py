"""A small real bot on discord.py for the tests of the sandbox, and what runs one inside a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from sandbox import Sandbox

Command = app_commands.Command[Any, ..., Any] | app_commands.ContextMenu | app_commands.Group
AnyBot = TypeVar("AnyBot", bound="Echoing")
OPEN_GUILD = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, guild_typing=True)


class Echoing(discord.Client):
    """Echoes what mentions it."""

    def __init__(self, intents: discord.Intents = OPEN_GUILD, **options: Any) -> None:
        super().__init__(intents=intents, guild_ready_timeout=0.01, max_messages=None, **options)
        self.heard: asyncio.Queue[discord.Message] = asyncio.Queue()
        self.resumed = asyncio.Event()
        self.identified = 0
        self.on_heard: Callable[[discord.Message], Awaitable[None]] | None = None
        self.on_identify: Callable[[], None] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the five seconds that discord.py waits between identifies."""
        self.identified += 1
        if self.on_identify is not None:
            self.on_identify()

    async def on_message(self, message: discord.Message) -> None:
        if message.author == self.user:
            return
        self.heard.put_nowait(message)
        if self.on_heard is not None:
            await self.on_heard(message)
        elif self.user in message.mentions:
            await message.reply(f"you said {message.clean_content}")

    async def on_resumed(self) -> None:
        self.resumed.set()

    async def next_heard(self) -> discord.Message:
        async with asyncio.timeout(5):
            return await self.heard.get()


class ShardedBot(Echoing, discord.AutoShardedClient):
    """As many shards as the sandbox recommends."""


class TryBot(Echoing):
    """Has one command of each kind of answer."""

    def __init__(self, intents: discord.Intents = OPEN_GUILD, **options: Any) -> None:
        super().__init__(intents, **options)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        add_commands(self.tree)
        await self.tree.sync()


class OwnBot(TryBot):
    """With the commands that a test gives it; `failed` are the errors of its commands and of what hangs on messages."""

    def __init__(self, *commands: Command, **options: Any) -> None:
        super().__init__(**options)
        self.failed: asyncio.Queue[Exception] = asyncio.Queue()
        self.tree.on_error = self._note  # type: ignore[method-assign]  # as discord.py documents it
        for command in commands:
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def _note(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError, /) -> None:
        cause = error.__cause__
        self.failed.put_nowait(cause if isinstance(cause, Exception) else error)

    async def next_failure(self) -> Exception:
        async with asyncio.timeout(5):
            return await self.failed.get()


class StopView(discord.ui.View):
    @discord.ui.button(label="Stop", style=discord.ButtonStyle.danger)
    async def stop_it(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.edit_message(content="stopped", view=None)

    @discord.ui.button(label="Quietly")
    async def quietly(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.defer()

    @discord.ui.button(label="Tell")
    async def tell(self, interaction: discord.Interaction, button: discord.ui.Button[Any]) -> None:
        await interaction.response.send_message("told you", ephemeral=True)

    @discord.ui.select(options=[discord.SelectOption(label=name) for name in ("small", "large")])
    async def choose(self, interaction: discord.Interaction, select: discord.ui.Select[Any]) -> None:
        await interaction.response.send_message(f"picked {select.values[0]}")


class Feedback(discord.ui.Modal, title="Feedback"):
    text: discord.ui.TextInput["Feedback"] = discord.ui.TextInput(label="What", custom_id="what")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"thanks for {self.text.value}")


def add_commands(tree: "app_commands.CommandTree[TryBot]") -> None:
    @tree.command(description="switch the model")
    async def model(interaction: discord.Interaction, name: str) -> None:
        await interaction.response.send_message(f"{interaction.user.name} chose {name}")

    @model.autocomplete("name")
    async def names(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        known = ("large", "larger", "small")
        return [app_commands.Choice(name=f"the {name}", value=name) for name in known if name.startswith(current)]

    @tree.command(description="takes its time")
    async def slow(interaction: discord.Interaction, private: bool = False) -> None:
        await interaction.response.defer(ephemeral=private)
        await interaction.followup.send("here at last")

    @tree.command(description="shows buttons")
    async def buttons(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("running", view=StopView())

    @tree.command(description="says nothing")
    async def silent(interaction: discord.Interaction) -> None:
        pass

    @tree.command(description="opens a modal")
    async def feedback(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Feedback())

    @tree.command(description="every kind of option")
    async def options(
        interaction: discord.Interaction,
        who: discord.Member,
        where: discord.TextChannel,
        role: discord.Role,
        count: app_commands.Range[int, 0, 10],
        share: float,
        sure: bool,
    ) -> None:
        text = f"{who.name} {where.name} {role.name} {count} {share} {sure}"
        await interaction.response.send_message(text)

    tree.add_command(settings_group())
    add_menus(tree)


def settings_group() -> app_commands.Group:
    settings = app_commands.Group(
        name="settings", description="settings", default_permissions=discord.Permissions(manage_guild=True)
    )

    @settings.command(name="model", description="the default")
    async def settings_model(interaction: discord.Interaction, name: str) -> None:
        allowed = interaction.permissions.manage_guild
        await interaction.response.send_message(f"default {name} {allowed}", ephemeral=True)

    return settings


def add_menus(tree: "app_commands.CommandTree[TryBot]") -> None:
    @tree.context_menu(name="Ask about this")
    async def ask_about(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"it says {message.content!r}")

    @tree.context_menu(name="Who is it")
    async def who_is_it(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(f"that is {user.name}")


@asynccontextmanager
async def living(bot: AnyBot, sandbox: Sandbox) -> AsyncIterator[AnyBot]:
    """The bot on this sandbox, logged in and ready; closed at the end, whatever happened."""
    point_at(sandbox)
    async with bot:
        await bot.login(sandbox.token)
        connection = asyncio.create_task(bot.connect())
        ready = asyncio.create_task(bot.wait_until_ready())
        try:
            async with asyncio.timeout(10):
                await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
            if connection.done():
                connection.result()
            yield bot
        finally:
            ready.cancel()
            await bot.close()
            await asyncio.gather(connection, ready, return_exceptions=True)


def point_at(sandbox: Sandbox) -> None:
    Route.BASE = f"{sandbox.api}/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(sandbox.gateway)
