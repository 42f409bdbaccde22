"""The real client lives on the sandbox: says, hears, answers, edits, and is used by people."""

import asyncio

import discord
import pytest

from sandbox import Sandbox
from sandbox.actor import BadOption, ModalOpened, NoAnswer, NotAllowed, Person, UnknownCommand
from tests.sandbox.bots import TryBot


async def test_the_client_logs_in_and_sees_the_world(bot: TryBot) -> None:
    assert bot.user is not None
    assert bot.user.name == "TinyLLM"
    guild = bot.guilds[0]
    assert (guild.name, [channel.name for channel in guild.text_channels]) == (
        "Workshop",
        ["general", "random", "quiet"],
    )
    assert [thread.name for thread in guild.threads] == ["ideas"]
    assert guild.me.guild_permissions.send_messages
    information = await bot.application_info()
    assert information.owner.name == "ada"


async def test_a_mention_is_answered_with_a_reply_that_pings(bot: TryBot, ada: Person) -> None:
    said = await ada.say("general", "@TinyLLM hello")
    answer = await ada.wait_for("general", lambda message: "hello" in message.content)
    assert (answer.author, answer.bot, answer.reply_to) == ("TinyLLM", True, said.id)
    assert answer.mentions == ("ada",)
    assert said.mentions == ("TinyLLM",)


@pytest.mark.parametrize("channel", ["ideas", "@TinyLLM"])
async def test_threads_and_direct_messages_work_the_same(bot: TryBot, ada: Person, channel: str) -> None:
    await ada.say(channel, "@TinyLLM hello")
    answer = await ada.wait_for(channel, lambda message: "hello" in message.content)
    assert answer.channel == channel


async def test_edits_are_kept_as_revisions(bot: TryBot, ada: Person) -> None:
    async def stream(message: discord.Message) -> None:
        reply = await message.channel.send("one")
        await reply.edit(content="one two")
        await reply.edit(content="one two three")

    bot.on_heard = stream
    await ada.say("general", "@TinyLLM count")
    answer = await ada.wait_for("general", lambda message: message.content.endswith("three"))
    assert [revision.content for revision in answer.revisions] == ["one", "one two", "one two three"]
    assert answer == (await ada.history("general"))[-1]


async def test_a_slash_command_is_answered(bot: TryBot, ada: Person) -> None:
    answer = await ada.run("/model", "general", name="large")
    assert (answer.content, answer.ephemeral) == ("ada chose large", False)
    assert answer.interaction is not None


async def test_autocomplete_offers_what_the_bot_offers(bot: TryBot, ada: Person) -> None:
    choices = await ada.complete("/model", "general", name="la")
    assert [(choice.name, choice.value) for choice in choices] == [
        ("the large", "large"),
        ("the larger", "larger"),
    ]


@pytest.mark.parametrize("private", [False, True])
async def test_a_deferred_answer_is_waited_for(bot: TryBot, ada: Person, private: bool) -> None:
    answer = await ada.run("/slow", "general", private=private)
    assert (answer.content, answer.ephemeral, answer.loading) == ("here at last", private, False)
    assert [revision.content for revision in answer.revisions] == ["here at last"]


async def test_options_arrive_typed_and_resolved(bot: TryBot, ada: Person) -> None:
    answer = await ada.run(
        "/options", "general", who="ben", where="random", role="managers", count=0, share=0.5, sure=True
    )
    assert answer.content == "ben random managers 0 0.5 True"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"count": 11}, "may not be 11"),
        ({"count": "3"}, "whole number"),
        ({"sure": "yes"}, "true or false"),
        ({"who": "nobody"}, "nobody called"),
        ({"extra": 1}, "no option 'extra'"),
    ],
)
async def test_options_that_the_client_would_not_send_are_refused(
    bot: TryBot, ada: Person, wrong: dict[str, object], says: str
) -> None:
    right = {"who": "ben", "where": "random", "role": "managers", "count": 1, "share": 1, "sure": True}
    with pytest.raises(BadOption, match=says):
        await ada.run("/options", "general", **{**right, **wrong})


async def test_required_options_are_required(bot: TryBot, ada: Person) -> None:
    with pytest.raises(BadOption, match="required: name"):
        await ada.run("/model", "general")


async def test_a_command_for_managers_is_offered_to_them_only(
    bot: TryBot, ada: Person, ben: Person, cleo: Person
) -> None:
    for person in (ada, cleo):
        answer = await person.run("/settings model", "general", name="large")
        assert (answer.content, answer.ephemeral) == ("default large True", True)
    with pytest.raises(NotAllowed, match="ben is not offered /settings"):
        await ben.run("/settings model", "general", name="large")
    forced = await ben.run("/settings model", "general", force=True, name="large")
    assert forced.content == "default large False"


async def test_a_bot_that_stays_silent_gives_no_answer(bot: TryBot, sandbox: Sandbox) -> None:
    async with Person.join(sandbox.url, "ben", patience=0.05) as impatient:
        with pytest.raises(NoAnswer, match="did not answer '/silent'"):
            await impatient.run("/silent", "general")


async def test_unknown_commands_and_subcommands_are_named(bot: TryBot, ben: Person) -> None:
    with pytest.raises(UnknownCommand, match="/nothing"):
        await ben.run("/nothing", "general")
    with pytest.raises(UnknownCommand, match="channel is not among the subcommands: model"):
        await ben.run("/settings channel", "general", force=True)


async def test_commands_work_in_direct_messages(bot: TryBot, ben: Person) -> None:
    assert (await ben.run("/model", "@TinyLLM", name="small")).content == "ben chose small"


async def test_a_person_sees_ephemeral_messages_only_if_they_are_theirs(
    bot: TryBot, ada: Person, cleo: Person, sandbox: Sandbox
) -> None:
    answer = await cleo.run("/settings model", "general", name="large")
    assert answer in await cleo.history("general")
    assert await ada.history("general") == []
    (told,) = [event.data for event in sandbox.events_sent if event.name == "MESSAGE_CREATE"]
    assert (told["content"], told["flags"]) == (answer.content, 64)
    assert "guild_id" not in told  # Discord sends it to the bot as if it were a direct message
    assert "member" not in told


async def test_buttons_answer_update_or_do_nothing(bot: TryBot, ada: Person) -> None:
    shown = await ada.run("/buttons", "general")
    assert [button.label for button in shown.buttons] == ["Stop", "Quietly", "Tell"]
    assert await ada.press(shown, "Quietly") is None
    told = await ada.press(shown, "Tell")
    assert told is not None
    assert (told.content, told.ephemeral) == ("told you", True)
    picked = await ada.pick(shown, "large")
    assert picked is not None
    assert picked.content == "picked large"
    stopped = await ada.press(shown, "Stop")
    assert stopped is not None
    assert (stopped.id, stopped.content, stopped.buttons) == (shown.id, "stopped", ())


async def test_a_pressed_message_counts_as_answer_once_it_changes(bot: TryBot, ada: Person) -> None:
    shown = await ada.run("/buttons", "general")
    await ada.press(shown, "Stop")
    assert (await ada.wait_for("general", lambda message: message.content == "stopped")).id == shown.id


async def test_context_menus_get_their_target(bot: TryBot, ada: Person, ben: Person) -> None:
    secret = await ben.say("general", "not for the bot")
    assert (await ada.run_on(secret, "Ask about this")).content == "it says 'not for the bot'"
    assert (await ada.run_on("ben", "Who is it", "general")).content == "that is ben"


async def test_a_modal_opens_and_is_submitted(bot: TryBot, ada: Person) -> None:
    with pytest.raises(ModalOpened, match="Feedback") as opened:
        await ada.run("/feedback", "general")
    answer = await ada.submit(opened.value.modal, {"what": "the sandbox"})
    assert answer is not None
    assert answer.content == "thanks for the sandbox"


async def test_the_bot_sends_direct_messages_of_its_own(bot: TryBot, ada: Person, sandbox: Sandbox) -> None:
    owner = (await bot.application_info()).owner
    await owner.send("psst")
    assert (await ada.wait_for("@TinyLLM", lambda message: True)).content == "psst"


async def test_files_are_sent_and_fetched(bot: TryBot, ada: Person) -> None:
    channel = bot.guilds[0].text_channels[0]
    data = discord.File(__file__, filename="talk.py", description="a test")
    sent = await channel.send("see", file=data)
    attachment = sent.attachments[0]
    assert (attachment.filename, attachment.description) == ("talk.py", "a test")
    assert b"test_files_are_sent" in await attachment.read()
    assert (await ada.history("general"))[0].attachments == ("talk.py",)


async def test_the_bot_resumes_after_a_drop_and_misses_nothing(bot: TryBot, ada: Person, sandbox: Sandbox) -> None:
    sandbox.gateway_faults.close()
    await ada.say("general", "@TinyLLM still there?")
    answer = await ada.wait_for("general", lambda message: "still there" in message.content)
    assert answer.author == "TinyLLM"
    assert bot.resumed.is_set()


async def test_the_bot_reconnects_when_asked(bot: TryBot, sandbox: Sandbox) -> None:
    sandbox.gateway_faults.ask_to_reconnect()
    async with asyncio.timeout(5):
        await bot.resumed.wait()


async def test_a_bot_whose_session_is_forgotten_identifies_again(bot: TryBot, ada: Person, sandbox: Sandbox) -> None:
    sandbox.gateway_faults.forget_sessions()
    sandbox.gateway_faults.close()
    await bot.wait_for("ready", timeout=5)
    await ada.say("general", "@TinyLLM hello")
    await ada.wait_for("general", lambda message: "hello" in message.content)
    assert [event.name for event in sandbox.events_sent].count("READY") == 2


async def test_what_the_bot_sent_is_recorded(bot: TryBot, ada: Person, sandbox: Sandbox) -> None:
    await ada.say("general", "@TinyLLM hello")
    await ada.wait_for("general", lambda message: "hello" in message.content)
    at, method, path, body, status = sandbox.requests[-1]
    assert (method, body["content"], status) == ("POST", "you said @TinyLLM hello", 200)
    assert path.startswith("/channels/")
    assert at > 0
