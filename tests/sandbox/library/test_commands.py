"""Commands of real bots: every kind of option, completion, groups, menus, languages, and who may use them."""

import asyncio
import enum
from typing import Any, Literal

import discord
import pytest
from discord import app_commands

from sandbox import Sandbox
from sandbox.actor import BadOption, File, NotAllowed, Person
from tests.sandbox.bots import OwnBot, living
from tests.sandbox.raw import soon


class Size(enum.Enum):
    small = 1
    large = 2


@app_commands.command(description="plain options")
async def plain(
    interaction: discord.Interaction,
    text: app_commands.Range[str, 2, 5],
    count: app_commands.Range[int, 0, 10],
    share: app_commands.Range[float, 0.0, 1.0],
    sure: bool,
    kind: Literal["a", "b"],
    size: Size = Size.small,
) -> None:
    await interaction.response.send_message(f"{text!r} {count!r} {share!r} {sure} {kind} {size}")


@app_commands.command(description="options that are resolved")
async def things(
    interaction: discord.Interaction,
    member: discord.Member,
    channel: app_commands.AppCommandChannel,
    thread: app_commands.AppCommandThread,
    role: discord.Role,
    first: discord.Member | discord.Role,
    second: discord.Member | discord.Role,
    file: discord.Attachment,
) -> None:
    assert isinstance(channel.resolve(), discord.TextChannel)
    text = (await file.read()).decode()
    names = (member, channel, thread, role, first, second)
    said = [f"{type(each).__name__} {each.name}" for each in names]
    await interaction.response.send_message("; ".join([*said, f"{file.filename} {text} {file.ephemeral}"]))


async def test_plain_options_arrive_typed(sandbox: Sandbox, ada: Person) -> None:
    async with living(OwnBot(plain), sandbox):
        given: dict[str, Any] = {"text": "four", "count": 10, "share": 1, "sure": True, "kind": "b"}
        answer = await ada.run("/plain", "general", **given, size="large")
        assert answer.content == "'four' 10 1.0 True b Size.large"
        for wrong in ({"text": "x"}, {"text": "x" * 6}, {"count": 11}, {"share": 1.1}, {"kind": "c"}):
            with pytest.raises(BadOption):
                await ada.run("/plain", "general", **{**given, **wrong})


async def test_resolved_options_arrive_as_what_they_are(sandbox: Sandbox, ada: Person) -> None:
    async with living(OwnBot(things), sandbox):
        answer = await ada.run(
            "/things",
            "general",
            member="ben",
            channel="random",
            thread="ideas",
            role="managers",
            first="cleo",
            second="managers",
            file=File("notes.txt", b"my notes"),
        )
    assert answer.content == (
        "Member ben; AppCommandChannel random; AppCommandThread ideas; Role managers; "
        "Member cleo; Role managers; notes.txt my notes True"
    )


async def test_a_direct_message_has_a_user_and_its_own_context(sandbox: Sandbox, ben: Person) -> None:
    @app_commands.command(description="says where")
    async def where(interaction: discord.Interaction) -> None:
        user, context = type(interaction.user).__name__, interaction.context
        rights = interaction.app_permissions.attach_files
        here = (user, interaction.guild is None, context.guild, context.dm_channel, rights)
        await interaction.response.send_message(f"{here} {interaction.is_user_integration()} {interaction.locale}")

    async with living(OwnBot(where), sandbox):
        direct = await ben.run("/where", "@TinyLLM")
        assert direct.content == "('User', True, False, True, True) False en-US"
        public = await ben.run("/where", "general")
        assert public.content == "('Member', False, True, False, True) False en-US"


async def test_completion_sees_what_else_is_filled_in(sandbox: Sandbox, ben: Person) -> None:
    @app_commands.command(description="d")
    async def order(interaction: discord.Interaction, who: discord.Member, dish: str, number: int = 1) -> None:
        await interaction.response.send_message(f"{dish} for {who.name}")

    @order.autocomplete("dish")
    async def dishes(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        who, number = interaction.namespace.who, interaction.namespace.number
        names = (f"{current}ake", f"{type(who).__name__}", f"{number}")
        return [app_commands.Choice(name=name, value=name.lower()) for name in names]

    @order.autocomplete("number")
    async def numbers(interaction: discord.Interaction, current: int) -> list[app_commands.Choice[int]]:
        return [app_commands.Choice(name=f"{current!r} dishes", value=7)]

    async with living(OwnBot(order), sandbox):
        choices = await ben.complete("/order", "general", number=3, who="ada", dish="c")
        assert [(choice.name, choice.value) for choice in choices] == [
            ("cake", "cake"),
            ("Object", "object"),  # Discord resolves nothing for a completion
            ("3", "3"),
        ]
        (choice,) = await ben.complete("/order", "general", dish="cake", number="1")
        assert (choice.name, choice.value) == ("'1' dishes", 7)
        assert (await ben.run("/order", "general", who="ada", dish="anything")).content == "anything for ada"


async def test_groups_hold_groups_that_hold_commands(sandbox: Sandbox, ben: Person) -> None:
    settings = app_commands.Group(name="settings", description="d")
    model = app_commands.Group(name="model", description="d", parent=settings)

    @model.command(name="set", description="d")
    async def set_model(interaction: discord.Interaction, name: str) -> None:
        assert interaction.command is not None
        await interaction.response.send_message(f"{interaction.command.qualified_name} {name}")

    @settings.command(description="d")
    async def show(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("shown")

    async with living(OwnBot(settings), sandbox):
        assert (await ben.run("/settings model set", "general", name="x")).content == "settings model set x"
        assert (await ben.run("/settings show", "general")).content == "shown"


async def test_menus_get_members_and_messages(sandbox: Sandbox, ada: Person, ben: Person) -> None:
    @app_commands.context_menu(name="Who is it")
    async def who_is_it(interaction: discord.Interaction, user: discord.Member) -> None:
        await interaction.response.send_message(f"{user.name} since {user.joined_at:%Y}")

    @app_commands.context_menu(name="Quote")
    async def quote(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"{message.author.name}: {message.content}", ephemeral=True)

    async with living(OwnBot(who_is_it, quote), sandbox):
        said = await ben.say("general", "not for the bot")
        quoted = await ada.run_on(said, "Quote")
        assert (quoted.content, quoted.ephemeral, quoted.reply_to) == ("ben: not for the bot", True, said.id)
        assert (await ada.run_on("ben", "Who is it", "general")).content == "ben since 2024"
        menus = [(command.name, command.kind) for command in await ada.offered("general")]
        assert menus == [("Who is it", 2), ("Quote", 3)]


class French(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        return {"greet": "saluer", "d": "décrit"}.get(string.message) if locale is discord.Locale.french else None


async def test_translated_commands_are_shown_translated_and_run_by_their_own_name(
    sandbox: Sandbox, ben: Person
) -> None:
    @app_commands.command(name=app_commands.locale_str("greet"), description=app_commands.locale_str("d"))
    async def greet(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"hello {interaction.locale}")

    class Translated(OwnBot):
        async def setup_hook(self) -> None:
            await self.tree.set_translator(French())
            await super().setup_hook()

    async with living(Translated(greet), sandbox) as bot:
        async with Person.join(sandbox.url, "ada", locale="fr") as ada:
            (french,) = await ada.offered("general")
            assert (french.name, french.description) == ("saluer", "décrit")
            assert (await ada.run("/greet", "general")).content == "hello fr"
        (english,) = await ben.offered("general")
        assert (english.name, english.description) == ("greet", "d")
        (fetched,) = await bot.tree.fetch_commands()
        assert fetched.name == "greet"


@app_commands.command(description="d")
@app_commands.default_permissions(manage_guild=True)
@app_commands.guild_only()
async def manage(interaction: discord.Interaction) -> None:
    await interaction.response.send_message("managed", ephemeral=True)


async def test_defaults_and_settings_decide_who_is_offered_a_command(
    sandbox: Sandbox, ada: Person, ben: Person, cleo: Person
) -> None:
    class Listening(OwnBot):
        heard: "asyncio.Future[Any]"

        async def on_raw_app_command_permissions_update(self, payload: Any) -> None:
            self.heard.set_result(payload)

    bot = Listening(manage)
    bot.heard = asyncio.get_running_loop().create_future()
    async with living(bot, sandbox):
        assert (await cleo.run("/manage", "general")).content == "managed"
        with pytest.raises(NotAllowed):
            await ben.run("/manage", "general")
        with pytest.raises(NotAllowed):
            await cleo.run("/manage", "@TinyLLM")
        (command,) = await bot.tree.fetch_commands()
        with pytest.raises(discord.NotFound):
            await command.fetch_permissions(bot.guilds[0])
        await ada.allow("Workshop", "/manage", [{"user": "ben", "allow": True}, {"user": "cleo", "allow": False}])
        assert (await ben.run("/manage", "general")).content == "managed"
        with pytest.raises(NotAllowed):
            await cleo.run("/manage", "general")
        told = await soon(bot.heard)
        assert [entry.permission for entry in told.permissions] == [True, False]
        assert len((await command.fetch_permissions(bot.guilds[0])).permissions) == 2


async def test_a_guilds_commands_are_synced_fetched_edited_and_deleted(sandbox: Sandbox, ben: Person) -> None:
    @app_commands.command(description="d")
    async def local(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("here")

    async with living(OwnBot(), sandbox) as bot:
        guild = bot.guilds[0]
        bot.tree.add_command(local, guild=guild)
        await bot.tree.sync(guild=guild)
        assert await bot.tree.fetch_commands() == []
        (fetched,) = await bot.tree.fetch_commands(guild=guild)
        assert (await ben.run("/local", "general")).content == "here"
        edited = await fetched.edit(description="changed")
        assert (edited.description, edited.id) == ("changed", fetched.id)
        await edited.delete()
        assert await ben.offered("general") == []
        with pytest.raises(discord.NotFound):
            await bot.tree.fetch_command(fetched.id, guild=guild)


async def test_discords_refusal_of_a_command_names_it(sandbox: Sandbox) -> None:
    async with living(OwnBot(), sandbox) as bot:
        commands = [app_commands.ContextMenu(name=f"Menu {number}", callback=_menu) for number in range(5)]
        for command in commands:
            bot.tree.add_command(command)
        await bot.tree.sync()
        commands[3].name = "x" * 33
        with pytest.raises(app_commands.CommandSyncFailure, match="Must be between 1 and 32 in length") as failure:
            await bot.tree.sync()
        assert (failure.value.status, failure.value.code) == (400, 50035)


async def _menu(interaction: discord.Interaction, user: discord.User) -> None:
    pass


async def test_commands_of_people_run_where_the_server_has_not_installed_them(sandbox: Sandbox, ben: Person) -> None:
    @app_commands.command(description="d")
    @app_commands.allowed_installs(guilds=False, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def mine(interaction: discord.Interaction) -> None:
        here = (interaction.is_user_integration(), interaction.is_guild_integration())
        await interaction.response.send_message(f"{here}")

    async with living(OwnBot(mine), sandbox):
        for channel in ("general", "@TinyLLM"):
            assert (await ben.run("/mine", channel)).content == "(True, False)"
