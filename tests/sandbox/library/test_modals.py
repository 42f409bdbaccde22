"""Modals of real bots: every kind of field, the older way, and what opened them."""

from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox import Sandbox
from sandbox.actor import BadOption, File, Modal, ModalOpened, Person
from tests.sandbox.bots import OwnBot, living

OPTIONS = ("a", "b", "c")


class Picking(ui.Modal, title="Pick"):
    text: ui.TextDisplay[Any] = ui.TextDisplay("Please *choose*.")
    users: ui.Label[Any] = ui.Label(text="Users", component=ui.UserSelect(custom_id="users", max_values=2))
    roles: ui.Label[Any] = ui.Label(text="Roles", component=ui.RoleSelect(custom_id="roles"))
    both: ui.Label[Any] = ui.Label(text="Both", component=ui.MentionableSelect(custom_id="both", max_values=2))
    channels: ui.Label[Any] = ui.Label(text="Where", component=ui.ChannelSelect(custom_id="channels"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        picked = [
            sorted(getattr(each, "name", "") for each in getattr(label.component, "values"))  # noqa: B009
            for label in (self.users, self.roles, self.both, self.channels)
        ]
        await interaction.response.send_message(f"{picked}")


class Filling(ui.Modal, title="Fill in"):
    words: ui.Label[Any] = ui.Label(
        text="Words",
        description="some",
        component=ui.TextInput(custom_id="words", min_length=2, max_length=5, default="four"),
    )
    letter: ui.Label[Any] = ui.Label(
        text="Letter",
        component=ui.Select(custom_id="letter", options=[discord.SelectOption(label=name) for name in OPTIONS]),
    )
    radio: ui.Label[Any] = ui.Label(
        text="One",
        component=ui.RadioGroup(custom_id="one", options=[discord.RadioGroupOption(label=name) for name in OPTIONS]),
    )
    boxes: ui.Label[Any] = ui.Label(
        text="Some",
        component=ui.CheckboxGroup(
            custom_id="some",
            options=[discord.CheckboxGroupOption(label=name) for name in OPTIONS],
            required=False,
            min_values=0,
        ),
    )
    sure: ui.Label[Any] = ui.Label(text="Sure", component=ui.Checkbox(custom_id="sure"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        fields = (self.words, self.letter, self.radio, self.boxes, self.sure)
        values = [getattr(field.component, "values", getattr(field.component, "value", None)) for field in fields]
        await interaction.response.send_message(f"{values}")


class Uploading(ui.Modal, title="Upload"):
    files: ui.Label[Any] = ui.Label(text="Files", component=ui.FileUpload(custom_id="files", max_values=2))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.files.component, ui.FileUpload)
        read = [(file.filename, (await file.read()).decode()) for file in self.files.component.values]
        await interaction.response.send_message(f"{read}", ephemeral=True)


class Older(ui.Modal, title="Older"):
    name: ui.TextInput[Any] = ui.TextInput(label="Name", custom_id="name")
    story: ui.TextInput[Any] = ui.TextInput(
        label="Story", custom_id="story", style=discord.TextStyle.paragraph, required=False
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        text = f"{self.name.value}: {self.story.value!r}"
        if interaction.message is None:
            await interaction.response.send_message(text)
        else:
            await interaction.response.edit_message(content=text, view=None)


def opening(modal: type[ui.Modal]) -> app_commands.Command[Any, ..., Any]:
    """A command /open that answers with it."""

    @app_commands.command(description="d")
    async def open(interaction: discord.Interaction) -> None:  # noqa: A001  what people type
        await interaction.response.send_modal(modal())

    return open


async def opened(person: Person, channel: str = "general") -> Modal:
    with pytest.raises(ModalOpened) as modal:
        await person.run("/open", channel)
    return modal.value.modal


async def test_whatever_can_be_picked_is_picked_in_a_modal(sandbox: Sandbox, ben: Person) -> None:
    async with living(OwnBot(opening(Picking)), sandbox):
        modal = await opened(ben)
        values = {"users": ["ben", "ada"], "roles": "managers", "both": ["cleo", "managers"], "channels": "random"}
        answer = await ben.submit(modal, values)
    assert answer is not None
    assert answer.content == "[['ada', 'ben'], ['managers'], ['cleo', 'managers'], ['random']]"


async def test_whatever_can_be_filled_in_is_filled_in(sandbox: Sandbox, ben: Person) -> None:
    async with living(OwnBot(opening(Filling)), sandbox):
        modal = await opened(ben)
        values: dict[str, object] = {"letter": "b", "one": "c", "some": ["a", "b"], "sure": True}
        answer = await ben.submit(modal, values)
        assert answer is not None
        assert answer.content == "['four', ['b'], 'c', ['a', 'b'], True]"
        sparse = await ben.submit(await opened(ben), {"words": "xx", "letter": "a", "one": "a"})
        assert sparse is not None
        assert sparse.content == "['xx', ['a'], 'a', [], False]"
        for wrong in ({"words": "x"}, {"words": "x" * 6}, {"letter": "z"}, {"one": "z"}, {"some": ["z"]}, {"what": 1}):
            with pytest.raises(BadOption):
                await ben.submit(modal, {**values, **wrong})
        with pytest.raises(BadOption, match="required"):
            await ben.submit(modal, {"letter": "b"})


async def test_files_are_uploaded_in_a_modal(sandbox: Sandbox, ben: Person) -> None:
    async with living(OwnBot(opening(Uploading)), sandbox):
        answer = await ben.submit(await opened(ben), {"files": [File("a.txt", b"one"), File("b.txt", b"two")]})
    assert answer is not None
    assert (answer.content, answer.ephemeral) == ("[('a.txt', 'one'), ('b.txt', 'two')]", True)


@pytest.mark.parametrize("channel", ["general", "ideas", "@TinyLLM"])
async def test_the_older_way_still_works(sandbox: Sandbox, ben: Person, channel: str) -> None:
    async with living(OwnBot(opening(Older)), sandbox):
        answer = await ben.submit(await opened(ben, channel), {"name": "Ben"})
    assert answer is not None
    assert (answer.content, answer.channel) == ("Ben: ''", channel)


async def test_a_modal_of_a_button_changes_the_buttons_message(sandbox: Sandbox, ben: Person) -> None:
    class Asking(ui.View):
        @ui.button(label="Ask")
        async def ask(self, interaction: discord.Interaction[Any], button: ui.Button[Any]) -> None:
            await interaction.response.send_modal(Older())

    @app_commands.command(description="d")
    async def show(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("asking", view=Asking(), ephemeral=True)

    async with living(OwnBot(show), sandbox):
        shown = await ben.run("/show", "general")
        with pytest.raises(ModalOpened) as modal:
            await ben.press(shown, "Ask")
        answer = await ben.submit(modal.value.modal, {"name": "Ben", "story": "long"})
    assert answer is not None
    assert (answer.id, answer.content, answer.buttons) == (shown.id, "Ben: 'long'", ())


async def test_a_modal_cannot_answer_a_modal(sandbox: Sandbox, ben: Person) -> None:
    class Twice(Older, title="Twice"):
        async def on_submit(self, interaction: discord.Interaction) -> None:
            try:
                await interaction.response.send_modal(Older())
            except discord.HTTPException as refused:
                await interaction.response.send_message(f"{refused.status} {refused.code}")

    async with living(OwnBot(opening(Twice)), sandbox):
        answer = await ben.submit(await opened(ben), {"name": "Ben"})
    assert answer is not None
    assert answer.content == "400 50035"
