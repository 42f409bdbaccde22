"""The scripted person: what they can do, and what they are told when they cannot."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import Sandbox
from sandbox.actor import BadOption, Message, NoAnswer, NotAllowed, NotThere, Person, Refused
from tests.sandbox.bots import StopView, TryBot
from tests.sandbox.raw import Api, soon


async def test_own_messages_are_edited_and_deleted(ada: Person) -> None:
    said = await ada.say("general", "one")
    edited = await ada.edit(said, "two")
    assert [revision.content for revision in edited.revisions] == ["one", "two"]
    await ada.delete(said)
    assert await ada.history("general") == []


async def test_only_managers_delete_other_peoples_messages(api: Api, ada: Person, ben: Person) -> None:
    await api("POST", f"{await api.channel()}/messages", {"content": "from the bot"})
    (message,) = await ben.history("general")
    with pytest.raises(NotAllowed, match="somebody else's"):
        await ben.delete(message)
    with pytest.raises(NotAllowed, match="somebody else's"):
        await ada.edit(message, "x")
    await ada.delete(message)
    assert await ben.history("general") == []


async def test_names_become_mentions_and_other_text_stays(ada: Person) -> None:
    said = await ada.say("general", "@TinyLLM @BEN, mail a@ben.example or @benno, `@cleo`")
    assert said.mentions == ("TinyLLM", "ben")
    assert said.content.endswith("mail a@ben.example or @benno, `<@" + said.content.rpartition("<@")[2])


async def test_everyone_is_pinged_by_people(ben: Person) -> None:
    assert (await ben.say("general", "@everyone look")).mentions == ("@everyone",)


async def test_a_reply_pings_unless_it_is_told_not_to(ada: Person, ben: Person) -> None:
    said = await ada.say("general", "hello")
    assert (await ben.say("general", "hi", reply_to=said)).mentions == ("ada",)
    quiet = await ben.say("general", "hi", reply_to=said, ping=False)
    assert (quiet.mentions, quiet.reply_to) == ((), said.id)
    await ada.delete(said)
    with pytest.raises(NotThere, match="sees no message"):
        await ada.edit(said, "x")
    with pytest.raises(Refused, match="Invalid Form Body"):
        await ben.say("general", "hi", reply_to=said)


async def test_a_stranger_cannot_join(sandbox: Sandbox) -> None:
    with pytest.raises(NotThere, match="nobody"):
        async with Person.join(sandbox.url, "nobody"):
            pass
    with pytest.raises(ConnectionError, match="does not answer"):
        async with Person.join("http://127.0.0.1:1", "ada"):
            pass


async def test_without_a_bot_there_is_no_answer(ada: Person, api: Api) -> None:
    body = {"name": "model", "description": "d"}
    await api("POST", f"{await api.application()}/commands", body)
    with pytest.raises(NoAnswer, match="no bot is connected"):
        await ada.run("/model", "general")


async def test_waiting_finds_what_came_after_ones_own_last_words(ada: Person, ben: Person) -> None:
    await ben.say("general", "early done")
    await ada.say("general", "start")
    await ben.say("random", "elsewhere done")
    await ben.say("general", "late done")
    found = await ada.wait_for("general", lambda message: "done" in message.content)
    assert found.content == "late done"


async def test_waiting_goes_on_until_an_edit_fits(ada: Person, ben: Person) -> None:
    said = await ben.say("general", "one")
    waiting = asyncio.create_task(ada.wait_for("general", lambda message: message.content == "two"))
    await ben.edit(said, "two")
    assert (await soon(waiting)).id == said.id


async def test_a_vain_wait_tells_what_was_seen(ada: Person, ben: Person) -> None:
    await ada.say("general", "mine is not listed")
    said = await ben.say("general", "one")
    await ben.edit(said, "two")
    await ada.wait_for_revision(said, lambda message: message.content == "two")
    with pytest.raises(TimeoutError) as vain:
        await ada.wait_for("general", lambda message: "three" in message.content, timeout=0)
    assert str(vain.value) == "nothing that fits within 0 s; seen: ben: 'two' (2 revisions)"
    with pytest.raises(TimeoutError, match="seen: nothing"):
        await ada.wait_for("random", lambda message: True, timeout=0)


async def test_watching_yields_every_state(ada: Person, ben: Person) -> None:
    states: list[tuple[str, bool]] = []

    async def watch() -> None:
        async for message in ada.watch("general"):
            states.append((message.content, message.deleted))
            if message.deleted:
                return

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    said = await ben.say("general", "one")
    await ben.say("random", "elsewhere")
    await ben.edit(said, "two")
    await ben.delete(said)
    await soon(watching)
    assert states == [("one", False), ("two", False), ("two", True)]


async def test_messages_are_frozen_and_comparable(ada: Person) -> None:
    said = await ada.say("general", "one")
    assert said == (await ada.history("general"))[0]
    assert isinstance(said, Message)
    with pytest.raises(AttributeError):
        said.content = "two"  # type: ignore[misc]


async def test_who_waits_is_told_when_the_sandbox_goes() -> None:
    async with Sandbox() as sandbox, Person.join(sandbox.url, "ada") as ada:
        waiting = asyncio.create_task(ada.wait_for("general", lambda message: True, timeout=5))
        await asyncio.sleep(0)
        await sandbox.__aexit__(None, None, None)
        with pytest.raises(ConnectionError):
            await soon(waiting)
        with pytest.raises(ConnectionError, match="does not answer"):
            await ada.say("general", "x")


async def test_pages_of_other_origins_may_not_act(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/sandbox/people/ada/messages"
    async with aiohttp.ClientSession() as http:
        for origin, status in (("https://evil.example", 403), (sandbox.url, 200)):
            body = {"channel": "general", "content": "x"}
            async with http.post(url, json=body, headers={"Origin": origin}) as response:
                assert response.status == status


@pytest.mark.parametrize(
    ("definition", "channel", "offered_to"),
    [
        pytest.param({}, "general", {"ada", "ben", "cleo"}, id="everybody"),
        pytest.param({}, "@TinyLLM", {"ada", "ben", "cleo"}, id="direct messages too"),
        pytest.param({"contexts": [0]}, "@TinyLLM", set(), id="guilds only"),
        pytest.param({"contexts": [1]}, "general", set(), id="direct messages only"),
        pytest.param({"dm_permission": False}, "@TinyLLM", set(), id="no direct messages"),
        pytest.param({"default_member_permissions": "32"}, "general", {"ada", "cleo"}, id="managers"),
        pytest.param({"default_member_permissions": "0"}, "general", {"ada"}, id="administrators"),
    ],
)
async def test_commands_are_offered_by_context_and_permission(
    sandbox: Sandbox, api: Api, definition: dict[str, object], channel: str, offered_to: set[str]
) -> None:
    body = {"name": "model", "description": "d", **definition}
    await api("POST", f"{await api.application()}/commands", body)
    offered = set()
    for name in ("ada", "ben", "cleo"):
        async with Person.join(sandbox.url, name) as person:
            try:
                await person.run("/model", channel)
            except NoAnswer:
                offered.add(name)
            except NotAllowed:
                pass
    assert offered == offered_to


@pytest.mark.parametrize("body", ["{", "[1]", '{"channel": "general"}'])
async def test_a_nonsensical_request_is_refused_with_a_sentence(sandbox: Sandbox, body: str) -> None:
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{sandbox.url}/sandbox/people/ada/messages", data=body) as response,
    ):
        assert (response.status, (await response.json())["problem"]) == (400, "refused")


async def test_options_with_choices_take_what_people_see_or_send(sandbox: Sandbox, api: Api, ada: Person) -> None:
    choices = [{"name": "Small one", "value": 1}, {"name": "Large one", "value": 2}]
    options = [{"type": 4, "name": "size", "description": "d", "choices": choices}]
    options.append({"type": 9, "name": "whom", "description": "d"})
    options.append({"type": 3, "name": "text", "description": "d", "min_length": 2, "max_length": 3})
    body = {"name": "model", "description": "d", "options": options}
    await api("POST", f"{await api.application()}/commands", body)
    for given in ({"size": "Large one"}, {"size": 2}, {"whom": "ben"}, {"whom": "@managers"}, {"text": "abc"}):
        with pytest.raises(NoAnswer):
            await ada.run("/model", "general", **given)
    for given in ({"size": "Huge one"}, {"size": 3}, {"whom": "nobody"}, {"text": "a"}, {"text": "abcd"}):
        with pytest.raises(BadOption):
            await ada.run("/model", "general", **given)


async def test_only_what_a_message_has_can_be_used(api: Api, ada: Person) -> None:
    disabled = {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True}
    link = {"type": 2, "style": 5, "label": "Link", "url": "https://example.com"}
    rows = [{"type": 1, "components": [disabled, link]}]
    await api("POST", f"{await api.channel()}/messages", {"content": "x", "components": rows})
    (message,) = await ada.history("general")
    assert [(button.label, button.custom_id) for button in message.buttons] == [("Off", "off"), ("Link", None)]
    with pytest.raises(NotAllowed, match="disabled"):
        await ada.press(message, "Off")
    for button in ("Link", "On"):
        with pytest.raises(NotThere, match="has Off, Link"):
            await ada.press(message, button)
    with pytest.raises(NotThere, match="no select that offers large"):
        await ada.pick(message, "large")


async def test_a_person_who_acts_at_once_still_leaves_the_bot_the_moment_that_it_needs(
    bot: TryBot, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = bot.http.request

    async def slowly(*arguments: Any, **options: Any) -> Any:
        answer = await request(*arguments, **options)
        for _ in range(50):  # turns of the loop that a busy bot spends on something else
            await asyncio.sleep(0)
        return answer

    monkeypatch.setattr(bot.http, "request", slowly)

    async def ask(message: discord.Message) -> None:
        bot.on_heard = None
        await message.channel.send("how many?")
        await bot.wait_for("message", check=lambda said: said.author == message.author, timeout=5)
        await message.channel.send("so many", view=StopView())

    bot.on_heard = ask
    await ada.say("general", "ask me")
    await ada.wait_for("general", lambda message: message.content == "how many?")
    await ada.say("general", "two")
    shown = await ada.wait_for("general", lambda message: message.content == "so many")
    stopped = await ada.press(shown, "Stop")
    assert stopped is not None
    assert stopped.content == "stopped"
