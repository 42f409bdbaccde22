"""Views of real bots: buttons and every kind of select, layouts, and what outlives the bot that made it."""

import asyncio
import re
from io import BytesIO
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox import ManualClock, Sandbox
from sandbox.actor import NoAnswer, NotThere, Person
from tests.sandbox.bots import Command, OwnBot, living
from tests.sandbox.raw import soon

Pressed = discord.Interaction[Any]


def showing(view: type[ui.View] | type[ui.LayoutView], **message: Any) -> Command:
    """A command /show that sends it."""

    @app_commands.command(description="d")
    async def show(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=view(), **message)

    return show


class Everything(ui.View):
    @ui.button(label="Update", style=discord.ButtonStyle.primary)
    async def update(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        button.label = "Updated"
        await interaction.response.edit_message(content="changed", view=self)

    @ui.button(emoji="👍", custom_id="thumb", style=discord.ButtonStyle.success)
    async def think(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        await interaction.response.defer(thinking=True, ephemeral=True)
        await interaction.followup.send(f"thought about {interaction.message.id if interaction.message else None}")

    @ui.button(label="Later")
    async def later(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")

    @ui.button(label="Gone", style=discord.ButtonStyle.danger)
    async def gone(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()


class Selects(ui.View):
    @ui.select(options=[discord.SelectOption(label=name, emoji="🐜") for name in "abc"], min_values=0, max_values=2)
    async def letters(self, interaction: Pressed, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"letters {select.values}")

    @ui.select(cls=ui.UserSelect, max_values=2)
    async def users(self, interaction: Pressed, select: ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"users {[(type(each).__name__, each.name) for each in select.values]}")

    @ui.select(cls=ui.RoleSelect)
    async def roles(self, interaction: Pressed, select: ui.RoleSelect[Any]) -> None:
        await interaction.response.send_message(f"roles {[each.name for each in select.values]}")

    @ui.select(cls=ui.MentionableSelect, max_values=2)
    async def both(self, interaction: Pressed, select: ui.MentionableSelect[Any]) -> None:
        names = [(type(each).__name__, getattr(each, "name", "")) for each in select.values]
        await interaction.response.send_message(f"both {sorted(names)}")

    @ui.select(cls=ui.ChannelSelect, channel_types=[discord.ChannelType.text], placeholder="where")
    async def channels(self, interaction: Pressed, select: ui.ChannelSelect[Any]) -> None:
        await interaction.response.send_message(f"channels {[each.name for each in select.values]}")


async def test_buttons_update_think_wait_and_delete(sandbox: Sandbox, ben: Person) -> None:
    async with living(OwnBot(showing(Everything)), sandbox):
        shown = await ben.run("/show", "general")
        assert [button.style for button in shown.buttons] == [1, 3, 2, 4]
        thought = await ben.press(shown, "thumb")
        assert thought is not None
        assert (thought.content, thought.ephemeral) == (f"thought about {shown.id}", True)
        updated = await ben.press(shown, "Update")
        assert updated is not None
        assert (updated.content, updated.buttons[0].label) == ("changed", "Updated")
        assert await ben.press(shown, "Later") is None
        await ben.wait_for_revision(shown, lambda message: message.content == "later")
        assert await ben.press(shown, "Gone") is None
        await ben.wait_for_revision(shown, lambda message: message.deleted)
        with pytest.raises(NotThere):
            await ben.press(shown, "Update")


async def test_a_button_that_nobody_answers_has_failed(sandbox: Sandbox, ben: Person, clock: ManualClock) -> None:
    pressed = asyncio.Event()

    class Quiet(ui.View):
        @ui.button(label="Quiet")
        async def quiet(self, interaction: Pressed, button: ui.Button[Any]) -> None:
            pressed.set()

    async with living(OwnBot(showing(Quiet)), sandbox):
        shown = await ben.run("/show", "general")
        pressing = asyncio.create_task(ben.press(shown, "Quiet"))
        await soon(pressed.wait())
        clock.move(3.001)
        with pytest.raises(NoAnswer, match="This interaction failed"):
            await soon(pressing)


@pytest.mark.parametrize(
    ("values", "kind", "content"),
    [
        (("a", "c"), 3, "letters ['a', 'c']"),
        ((), 3, "letters []"),
        (("ben", "ada"), 5, "users [('Member', 'ben'), ('Member', 'ada')]"),
        (("managers",), 6, "roles ['managers']"),
        (("ben", "managers"), 7, "both [('Member', 'ben'), ('Role', 'managers')]"),
        (("random",), 8, "channels ['random']"),
    ],
)
async def test_every_kind_of_select(
    sandbox: Sandbox, ben: Person, values: tuple[str, ...], kind: int, content: str
) -> None:
    async with living(OwnBot(showing(Selects)), sandbox):
        shown = await ben.run("/show", "general")
        select = next(select for select in shown.selects if select.kind == kind)
        answer = await ben.pick(shown, *values, custom_id=select.custom_id)
    assert answer is not None
    assert (answer.content, answer.reply_to) == (content, shown.id)


class Layout(ui.LayoutView):
    """Every component of a layout."""

    title = ui.TextDisplay("# Title")
    box: ui.Container["Layout"] = ui.Container(
        ui.Section("one", "two", accessory=ui.Thumbnail("https://example.com/x.png", description="alt")),
        ui.Separator(spacing=discord.SeparatorSpacing.large),
        ui.MediaGallery(
            discord.MediaGalleryItem("attachment://picture.png", spoiler=True),
            discord.MediaGalleryItem("https://example.com/y.png", description="y"),
        ),
        ui.File("attachment://notes.txt"),
        accent_colour=discord.Colour.blurple(),
        spoiler=True,
    )
    row: ui.ActionRow["Layout"] = ui.ActionRow()

    @row.button(label="More")
    async def more(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        self.add_item(ui.TextDisplay("more"))
        await interaction.response.edit_message(view=self)

    @row.button(label="Words")
    async def words(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        try:
            await interaction.response.edit_message(content="words")
        except discord.HTTPException as refused:
            await interaction.response.send_message(f"{refused.code}")


async def test_a_layout_comes_back_as_it_was_sent(sandbox: Sandbox, ben: Person) -> None:
    @app_commands.command(description="d")
    async def show(interaction: discord.Interaction) -> None:
        files = [discord.File(BytesIO(name.encode()), name) for name in ("picture.png", "notes.txt")]
        response = await interaction.response.send_message(view=Layout(), files=files)
        sent = response.resource
        assert isinstance(sent, discord.InteractionMessage)
        title, box, _ = sent.components
        assert isinstance(title, discord.TextDisplay)
        assert isinstance(box, discord.Container)
        section, separator, gallery, file = box.children
        assert isinstance(section, discord.SectionComponent)
        assert isinstance(section.accessory, discord.ThumbnailComponent)
        assert isinstance(separator, discord.SeparatorComponent)
        assert isinstance(gallery, discord.MediaGalleryComponent)
        assert isinstance(file, discord.FileComponent)
        assert (file.name, file.size) == ("notes.txt", 9)
        assert await sent.attachments[1].read() == b"notes.txt"
        told = (separator.spacing.name, gallery.items[0].spoiler, section.accessory.description, str(box.accent_colour))
        await interaction.followup.send(f"{told} {gallery.items[0].media.url == sent.attachments[0].url}")

    async with living(OwnBot(show), sandbox):
        shown = await ben.run("/show", "general")
        assert shown.texts == ("# Title", "one", "two")
        told = await ben.wait_for("general", lambda message: bool(message.content))
        assert told.content == "('large', True, 'alt', '#5865f2') True"
        changed = await ben.press(shown, "More")
        assert changed is not None
        assert (changed.id, changed.texts) == (shown.id, ("# Title", "one", "two", "more"))
        refused = await ben.press(shown, "Words")
        assert refused is not None
        assert refused.content == "50035"


class Counter(ui.DynamicItem[ui.Button[Any]], template=r"count:(?P<count>\d+)"):
    """Keeps its number in its custom id."""

    def __init__(self, count: int) -> None:
        super().__init__(ui.Button(label=f"{count}", custom_id=f"count:{count}"))
        self.count = count

    @classmethod
    async def from_custom_id(cls, interaction: Pressed, item: ui.Item[Any], match: re.Match[str], /) -> "Counter":
        return cls(int(match["count"]))

    async def callback(self, interaction: Pressed) -> None:
        view = ui.View(timeout=None)
        view.add_item(Counter(self.count + 1))
        await interaction.response.edit_message(view=view)


class Persistent(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.button(label="Still here?", custom_id="persistent:here")
    async def here(self, interaction: Pressed, button: ui.Button[Any]) -> None:
        await interaction.response.send_message("still here")

    @ui.select(cls=ui.UserSelect, custom_id="persistent:who")
    async def who(self, interaction: Pressed, select: ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"it is {select.values[0].name}")


class Lasting(OwnBot):
    async def setup_hook(self) -> None:
        self.add_view(Persistent())
        self.add_dynamic_items(Counter)
        await super().setup_hook()


async def test_what_hangs_on_old_messages_works_after_a_restart(sandbox: Sandbox, ben: Person) -> None:
    async with living(Lasting(showing(Persistent)), sandbox) as bot:
        shown = await ben.run("/show", "general")
        view = ui.View(timeout=None)
        view.add_item(Counter(1))
        counted = await bot.guilds[0].text_channels[1].send("counting", view=view)
    await sandbox.until_alone()
    async with living(Lasting(), sandbox):
        answer = await ben.press(shown, "Still here?")
        picked = await ben.pick(shown, "ben")
        assert answer is not None
        assert picked is not None
        assert (answer.content, picked.content) == ("still here", "it is ben")
        (old,) = [message for message in await ben.history("random") if message.id == counted.id]
        for label in ("1", "2"):
            old_or_new = await ben.press(old, label)
            assert old_or_new is not None
        assert old_or_new.buttons[0].label == "3"


async def test_links_are_not_pressed(sandbox: Sandbox, ben: Person) -> None:
    class Links(ui.View):
        def __init__(self) -> None:
            super().__init__()
            self.add_item(ui.Button(label="Link", url="https://example.com"))

    async with living(OwnBot(showing(Links)), sandbox):
        shown = await ben.run("/show", "general")
        with pytest.raises(NotThere, match="no button 'Link'"):
            await ben.press(shown, "Link")


async def test_buttons_work_in_direct_messages_and_threads(sandbox: Sandbox, ben: Person) -> None:
    async with living(OwnBot(showing(Everything)), sandbox):
        for channel in ("@TinyLLM", "ideas"):
            shown = await ben.run("/show", channel)
            updated = await ben.press(shown, "Update")
            assert updated is not None
            assert updated.channel == channel
