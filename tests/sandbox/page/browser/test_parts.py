"""Files, selects of every kind, modals with every kind of field, and layouts, in a real browser."""

import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import discord
import pytest
from discord import app_commands
from playwright.async_api import expect

from sandbox import Sandbox
from sandbox.messages.painting import painted
from tests.sandbox.bots import OwnBot, TryBot, living
from tests.sandbox.page.browser.conftest import in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop
PICTURE = painted("336699")
Serving = Callable[..., AbstractAsyncContextManager[OwnBot]]


@pytest.fixture
def serving(sandbox: Sandbox) -> Serving:
    """A bot with one command that does this."""

    @asynccontextmanager
    async def serve(name: str, does: Callable[..., Awaitable[Any]]) -> AsyncIterator[OwnBot]:
        command: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=name, description="as a test wants it", callback=does
        )
        async with living(OwnBot(command), sandbox) as bot:
            yield bot

    return serve


def file(name: str, content: bytes, kind: str = "text/plain") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


async def test_files_are_attached_and_pictures_shown(bot: TryBot, ada_looks: Look) -> None:
    chooser = ada_looks.page.get_by_label("Files", exact=True).and_(ada_looks.page.locator("input"))
    await chooser.set_input_files([file("blue.png", PICTURE, "image/png"), file("notes.txt", b"hello")])
    await expect(ada_looks.page.locator(".tray li")).to_have_count(2)
    await ada_looks.page.get_by_role("button", name="Remove notes.txt").click()
    await chooser.set_input_files(file("more.txt", b"x" * 2048))
    await ada_looks.say("look")
    await expect(ada_looks.page.locator(".tray li")).to_have_count(0)
    picture = ada_looks.last.get_by_role("img", name="blue.png")
    await expect(picture).to_have_js_property("complete", value=True)
    assert await picture.evaluate("image => image.naturalWidth") > 0
    await expect(ada_looks.last.locator("a.file")).to_contain_text("more.txt2.0 KB")
    await picture.click()
    await expect(ada_looks.page.get_by_role("dialog", name="blue.png")).to_be_visible()


async def test_a_spoiler_is_opened_by_a_click(bot: TryBot, ada_looks: Look) -> None:
    channel = bot.guilds[0].text_channels[0]
    await channel.send("||hidden||", file=discord.File(io.BytesIO(PICTURE), "SPOILER_blue.png"))
    word, picture = ada_looks.last.locator(".content .spoiler"), ada_looks.last.locator(".veil")
    for veil in (word, picture):
        await expect(veil).to_have_attribute("aria-expanded", "false")
        await veil.click()
        await expect(veil).to_have_attribute("aria-expanded", "true")
    await expect(ada_looks.page.get_by_role("dialog")).to_have_count(0)


async def test_a_file_is_given_to_a_command(serving: Serving, ada_looks: Look) -> None:
    async def take(
        interaction: discord.Interaction, paper: discord.Attachment, who: discord.User | None = None
    ) -> None:
        content = (await paper.read()).decode()
        await interaction.response.send_message(f"{paper.filename} says {content}")

    async with serving("take", take):
        await ada_looks.type_command("take")
        await ada_looks.page.locator(".pill input").set_input_files(file("a.txt", "grüße".encode()))
        await ada_looks.page.locator(".pill input").press("Enter")
        await expect(ada_looks.last).to_contain_text("a.txt says grüße")


@pytest.mark.parametrize(
    ("kind", "choice", "told"),
    [
        (discord.ui.UserSelect, "ben", "ben"),
        (discord.ui.RoleSelect, "@managers", "managers"),
        (discord.ui.ChannelSelect, "#random", "random"),
        (discord.ui.MentionableSelect, "@managers", "managers"),
    ],
    ids=["user", "role", "channel", "mentionable"],
)
async def test_people_roles_and_channels_are_picked(
    serving: Serving, ada_looks: Look, kind: type[discord.ui.Item[Any]], choice: str, told: str
) -> None:
    class Asking(kind):  # type: ignore[misc, valid-type]
        async def callback(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(f"picked {self.values[0].name}")

    async def ask(interaction: discord.Interaction) -> None:
        view = discord.ui.View()
        view.add_item(Asking(placeholder="Whom or what"))
        await interaction.response.send_message("choose", view=view)

    async with serving("ask", ask):
        await ada_looks.use("ask")
        await ada_looks.message("choose").get_by_role("button", name="Whom or what").click()
        await ada_looks.option(choice).click()
        await expect(ada_looks.message(f"picked {told}")).to_be_visible()
        await expect(ada_looks.message("choose").locator(".select")).to_have_text(choice)


async def test_several_values_are_picked_at_once(serving: Serving, ada_looks: Look) -> None:
    class Asking(discord.ui.UserSelect[Any]):
        async def callback(self, interaction: discord.Interaction) -> None:
            await interaction.response.send_message(" and ".join(sorted(each.name for each in self.values)))

    async def ask(interaction: discord.Interaction) -> None:
        view = discord.ui.View()
        view.add_item(Asking(min_values=2, max_values=3))
        await interaction.response.send_message("choose", view=view)

    async with serving("ask", ask):
        await ada_looks.use("ask")
        await ada_looks.message("choose").locator(".select").click()
        done = ada_looks.page.get_by_role("button", name="Done")
        await ada_looks.option("ben").click()
        await expect(done).to_be_disabled()
        await ada_looks.option("cleo").click()
        await done.click()
        await expect(ada_looks.last).to_contain_text("ben and cleo")


class Everything(discord.ui.Modal, title="Everything"):
    words = discord.ui.TextDisplay["Everything"]("Please fill this in.")
    name: discord.ui.Label["Everything"] = discord.ui.Label(
        text="Name", description="As you like it", component=discord.ui.TextInput()
    )
    size: discord.ui.Label["Everything"] = discord.ui.Label(
        text="Size",
        component=discord.ui.Select(options=[discord.SelectOption(label=each) for each in ("small", "large")]),
    )
    who: discord.ui.Label["Everything"] = discord.ui.Label(text="Who", component=discord.ui.UserSelect())
    paper: discord.ui.Label["Everything"] = discord.ui.Label(text="Paper", component=discord.ui.FileUpload())

    async def on_submit(self, interaction: discord.Interaction) -> None:
        name, size, who, paper = (each.component for each in (self.name, self.size, self.who, self.paper))
        assert isinstance(name, discord.ui.TextInput)
        assert isinstance(size, discord.ui.Select)
        assert isinstance(who, discord.ui.UserSelect)
        assert isinstance(paper, discord.ui.FileUpload)
        content = (await paper.values[0].read()).decode()
        await interaction.response.send_message(f"{name.value} {size.values[0]} {who.values[0].name} {content}")


async def test_a_modal_with_every_kind_of_field_is_filled_in(serving: Serving, ada_looks: Look) -> None:
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Everything())

    async with serving("form", form):
        await ada_looks.use("form")
        dialog = ada_looks.page.get_by_role("dialog", name="Everything")
        await expect(dialog).to_contain_text("Please fill this in.")
        await dialog.get_by_role("textbox", name="Name").fill("x")
        await dialog.get_by_role("group", name="Size").get_by_role("button").click()
        await ada_looks.option("large").click()
        await dialog.get_by_role("group", name="Who").get_by_role("button").click()
        await ada_looks.option("cleo").click()
        await dialog.get_by_label("Paper").set_input_files(file("a.txt", b"paper"))
        await dialog.get_by_role("button", name="Submit").click()
        await expect(dialog).to_be_hidden()
        await expect(ada_looks.last).to_contain_text("x large cleo paper")


async def test_layouts_are_drawn_part_by_part(bot: TryBot, ada_looks: Look) -> None:
    view = discord.ui.LayoutView()
    button: discord.ui.Button[Any] = discord.ui.Button(label="Go", custom_id="go")
    view.add_item(
        discord.ui.Container(
            discord.ui.Section("# Title", accessory=button),
            discord.ui.Separator(spacing=discord.SeparatorSpacing.large),
            discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://blue.png", description="All blue")),
            discord.ui.File("attachment://notes.txt"),
            accent_colour=0x00FF00,
        )
    )
    files = [discord.File(io.BytesIO(PICTURE), "blue.png"), discord.File(io.BytesIO(b"x"), "notes.txt")]
    await bot.guilds[0].text_channels[0].send(view=view, files=files)
    box = ada_looks.last.locator(".container")
    assert await box.evaluate("node => getComputedStyle(node).borderLeftColor") == "rgb(0, 255, 0)"
    await expect(box.locator(".section h1")).to_have_text("Title")
    await expect(box.locator(".section").get_by_role("button", name="Go")).to_be_visible()
    await expect(box.locator(".separator.wide")).to_have_count(1)
    await expect(box.get_by_role("img", name="All blue")).to_be_visible()
    await expect(ada_looks.last.locator("a.file")).to_have_count(1)
