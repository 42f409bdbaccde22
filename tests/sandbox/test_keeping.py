"""A sandbox that is opened again goes on where it stopped."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.keeping import KeepingError, load
from sandbox.permissions import Permission
from tests.sandbox.bots import TryBot, living
from tests.sandbox.raw import calling
from tests.sandbox.worlds import able

PING = {"name": "ping", "description": "Answers.", "options": [{"type": 3, "name": "text", "description": "What."}]}


async def test_what_was_said_is_there_again_and_goes_on(tmp_path: Path) -> None:
    async with Sandbox(data=tmp_path) as sandbox, living(TryBot(), sandbox), Person.join(sandbox.url, "ada") as ada:
        await ada.say("general", "@TinyLLM hello")
        answer = await ada.wait_for("general", lambda message: message.author == "TinyLLM")

    async with Sandbox(data=tmp_path) as sandbox, living(TryBot(), sandbox), Person.join(sandbox.url, "ada") as ada:
        assert [message.content for message in await ada.history("general")][-1] == answer.content
        await ada.say("general", "@TinyLLM again", reply_to=answer)
        again = await ada.wait_for("general", lambda message: message.content.endswith("again") and message.bot)
        assert again.id > answer.id


async def test_commands_files_and_embeds_are_kept_as_they_were(tmp_path: Path) -> None:
    async with Sandbox(data=tmp_path) as sandbox, calling(sandbox) as api:
        command = (await api("POST", f"{await api.application()}/commands", PING)).body
        path = f"{await api.channel()}/messages"
        sent = (await api("POST", path, {"content": "x", "embeds": [{"title": "t"}], "nonce": 7})).body

    async with Sandbox(data=tmp_path) as sandbox, calling(sandbox) as api:
        assert (await api("GET", f"{await api.application()}/commands?with_localizations=true")).body == [command]
        assert (await api("GET", f"{path}/{sent['id']}")).body == sent


async def test_reactions_pins_polls_forwards_and_webhooks_are_kept(tmp_path: Path, clock: ManualClock) -> None:
    more = (Permission.PIN_MESSAGES, Permission.SEND_POLLS, Permission.MANAGE_WEBHOOKS)
    poll = {"question": {"text": "Tea?"}, "answers": [{"poll_media": {"text": "yes"}}], "duration": 1}
    options: dict[str, Any] = {"data": tmp_path, "clock": clock, "limits": False}
    async with (
        Sandbox(world=able(*more), **options) as sandbox,
        calling(sandbox) as api,
        Person.join(sandbox.url, "ada") as ada,
    ):
        channel = await api.channel()
        said = await ada.say("general", "@TinyLLM look", files={"a.txt": b"a"})
        await ada.react(said, "👍")
        await ada.forward(said, "random")
        await api("PUT", f"{channel}/pins/{said.id}")
        webhook = (await api("POST", f"{channel}/webhooks", {"name": "news"})).body
        token = f"/webhooks/{webhook['id']}/{webhook['token']}"
        await api("POST", token, {"content": "x", "username": "Captain"})
        await api("POST", f"{channel}/messages", {"poll": poll})
        await ada.take_directs(False)
        first = sandbox.url
        histories = [(await api("GET", f"{await api.channel(name)}/messages")).body for name in ("general", "random")]

    later = ManualClock(clock.now() + 1)
    async with Sandbox(**options | {"clock": later}) as sandbox, calling(sandbox) as api:
        again = [(await api("GET", f"{await api.channel(name)}/messages")).body for name in ("general", "random")]
        assert str(again).replace(sandbox.url, first) == str(histories)
        assert (await api("POST", token, {"content": "y"})).status == 204
        later.move(3600)
        assert (await api("GET", f"{await api.channel()}/messages?limit=1")).body[0]["type"] == 46


async def test_answers_their_buttons_and_who_may_use_what_are_kept(tmp_path: Path) -> None:
    async with Sandbox(data=tmp_path) as sandbox, living(TryBot(), sandbox), Person.join(sandbox.url, "ada") as ada:
        shown = await ada.run("/buttons", "general")
        await ada.allow("Workshop", "/model", [{"role": "@everyone", "allow": False}])

    async with Sandbox(data=tmp_path) as sandbox, calling(sandbox) as api, Person.join(sandbox.url, "ben") as ben:
        (message,) = (await api("GET", f"{await api.channel()}/messages")).body
        assert message["interaction_metadata"]["user"]["username"] == "ada"
        assert [button.label for button in (await ben.history("general"))[0].buttons] == ["Stop", "Quietly", "Tell"]
        assert "model" not in [command.name for command in await ben.offered("general")]
        assert message["id"] == str(shown.id)


async def test_what_nobody_has_changed_yet_is_kept_already(tmp_path: Path) -> None:
    async with asyncio.timeout(5), Sandbox(data=tmp_path) as sandbox:
        await sandbox.kept()


async def test_a_change_is_kept_before_the_end(tmp_path: Path) -> None:
    """What a sandbox that is killed leaves behind is the file of a moment ago, and whole."""
    async with Sandbox(data=tmp_path) as sandbox, Person.join(sandbox.url, "ada") as ada:
        await ada.say("general", "remember this")
        await sandbox.kept()
        saved = load(tmp_path)

    assert saved is not None
    texts = [message.content for shelf in saved.store.shelves.values() for message in shelf.messages.values()]
    assert texts == ["remember this"]


def test_a_world_that_cannot_be_read_is_left_alone_and_named(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"store": 5}')

    with pytest.raises(KeepingError, match=r"world\.json is not a world that this sandbox can read"):
        Sandbox(data=tmp_path)

    assert (tmp_path / "world.json").read_text() == '{"store": 5}'


async def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(KeepingError, match="file"):
        async with Sandbox(data=tmp_path / "file"):
            pass


async def test_two_sandboxes_never_write_to_one_folder(tmp_path: Path) -> None:
    async with Sandbox(data=tmp_path):
        with pytest.raises(KeepingError, match="Another sandbox keeps its world in"):
            async with Sandbox(data=tmp_path):
                pass
    async with Sandbox(data=tmp_path):
        pass
