"""What people do to messages that are there, in a real browser: reactions, pins, votes, threads and forwards."""

from datetime import timedelta

import discord
from playwright.async_api import expect

from sandbox import Sandbox
from tests.sandbox.bots import TryBot
from tests.sandbox.page.asking import channel_called
from tests.sandbox.page.browser.conftest import Open, in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop


def general(bot: TryBot) -> discord.TextChannel:
    return next(channel for channel in bot.guilds[0].text_channels if channel.name == "general")


async def test_a_reaction_is_added_counted_and_taken_back(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.say("well?")
    await ada.act(ada.last, "Add a reaction")
    await ada.page.get_by_role("button", name="fire").click()
    reaction = ben.last.get_by_role("button", name="1 reaction")
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(ada.last.locator(".reaction")).to_have_attribute("title", "ada, ben")
    await ada.last.get_by_role("button", name="2 reactions").click()
    await expect(ben.last.get_by_role("button", name="1 reaction")).to_have_attribute("aria-pressed", "true")
    await ben.last.get_by_role("button", name="1 reaction").click()
    await expect(ada.last.locator(".reaction")).to_have_count(0)


async def test_a_pinned_message_is_listed_and_the_line_about_it_leads_there(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.say("remember this")
    await ada.act(ada.last, "Pin")
    line = ben.message("pinned a message to this channel")
    await line.get_by_role("button", name="a message").click()
    await expect(ben.messages.first).to_be_focused()
    await ben.page.get_by_role("button", name="Pinned messages").click()
    listed = ben.page.get_by_role("dialog", name="Pinned messages")
    await expect(listed).to_contain_text("remember this")
    await ben.page.keyboard.press("Escape")
    await ada.act(ada.messages.first, "Unpin")
    await ben.page.get_by_role("button", name="Pinned messages").click()
    await expect(listed).to_contain_text("Nothing is pinned here.")


async def test_pinning_is_offered_to_those_who_may(look: Open) -> None:
    ben = await look("ben")
    await ben.say("mine")
    await ben.last.click(button="right", position={"x": 300, "y": 5})
    await expect(ben.page.get_by_role("menuitem", name="Reply")).to_be_visible()
    await expect(ben.page.get_by_role("menuitem", name="Pin")).to_have_count(0)


async def test_a_poll_is_shown_voted_in_and_closed(bot: TryBot, look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    poll = discord.Poll("Which one?", timedelta(hours=1))
    poll.add_answer(text="2").add_answer(text="1")
    message = await general(bot).send(poll=poll)
    await ada.last.get_by_role("button", name="2, 0 votes").click()
    await expect(ben.last.get_by_role("button", name="2, 1 vote")).to_have_attribute("aria-pressed", "false")
    await ben.last.get_by_role("button", name="1, 0 votes").click()
    await expect(ada.last).to_contain_text("2 voters")
    await ben.last.get_by_role("button", name="1, 1 vote").click()
    await expect(ada.last).to_contain_text("1 voter")
    await message.end_poll()
    await expect(ada.last).to_contain_text("poll Which one? has closed. “2” has won with 1 vote of 1.")
    await expect(ada.messages.first.get_by_role("button", name="2, 1 vote")).to_be_disabled()


async def test_several_answers_are_given_where_the_poll_takes_them(bot: TryBot, ada_looks: Look) -> None:
    poll = discord.Poll("Which ones?", timedelta(hours=1), multiple=True)
    await general(bot).send(poll=poll.add_answer(text="red").add_answer(text="blue"))
    for answer in ("red", "blue"):
        await ada_looks.last.get_by_role("button", name=f"{answer}, 0 votes").click()
        await expect(ada_looks.last.get_by_role("button", name=answer)).to_have_attribute("aria-pressed", "true")
    await expect(ada_looks.last.get_by_role("button", name="red")).to_have_attribute("aria-pressed", "true")
    await expect(ada_looks.last).to_contain_text("1 voter")


async def test_a_thread_is_started_from_a_message_and_opens(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.say("a long story")
    await ada.act(ada.last, "Create thread")
    await ada.page.get_by_role("dialog").get_by_role("textbox", name="Name").fill("the story")
    await ada.page.keyboard.press("Enter")
    await expect(ada.composer).to_have_attribute("placeholder", "Message the story")
    await expect(ada.messages.first).to_contain_text("started this thread from a message")
    await ada.say("once upon a time")
    entry = ben.last.locator("button.thread")
    await expect(entry).to_contain_text("the story")
    await expect(entry).to_contain_text("1 message")
    await entry.click()
    await expect(ben.last).to_contain_text("once upon a time")
    await ben.messages.first.get_by_role("button", name="a message").click()
    await expect(ben.message("a long story").first).to_be_focused()
    await expect(ben.composer).to_have_attribute("placeholder", "Message #general")


async def test_a_message_is_forwarded_with_the_way_back(bot: TryBot, look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await general(bot).send("**news**", embed=discord.Embed(title="In short"))
    await ada.act(ada.last, "Forward")
    await ada.page.get_by_role("menuitem", name="#random").click()
    await ben.channel("random").click()
    forward = ben.last.locator(".forward")
    await expect(forward.locator("strong")).to_have_text("news")
    await expect(forward.locator(".embed")).to_contain_text("In short")
    await forward.get_by_role("button", name="#general").click()
    await expect(ben.message("news").first).to_be_focused()


async def test_webhooks_write_under_their_names(bot: TryBot, sandbox: Sandbox, ada_looks: Look) -> None:
    hook = await general(bot).create_webhook(name="Herald")
    await hook.send("one", wait=True)
    await hook.send("two", username="Crier", wait=True)
    await expect(ada_looks.messages.first.locator(".head")).to_contain_text("Herald")
    await expect(ada_looks.last.locator(".head")).to_contain_text("Crier")
    assert channel_called(sandbox, "general").last_message_id is not None


async def test_discord_says_who_came_and_which_thread_was_started(
    bot: TryBot, sandbox: Sandbox, ada_looks: Look
) -> None:
    thread = await general(bot).create_thread(name="aside", type=discord.ChannelType.public_thread)
    line = ada_looks.message("started a thread")
    await line.get_by_role("button", name="aside").click()
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message aside")
    await thread.edit(name="beside")
    await expect(ada_looks.last).to_contain_text("TinyLLM changed the name to beside.")
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message beside")
    cleo = next(user for user in sandbox._core.store.users.values() if user.name == "cleo")
    await thread.add_user(discord.Object(cleo.id))
    await expect(ada_looks.last).to_contain_text("TinyLLM added cleo to the thread.")
