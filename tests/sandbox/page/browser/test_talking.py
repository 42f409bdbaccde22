"""Talking on the page, in a real browser: streams, replies, edits, and several people at once."""

import asyncio

import discord
from playwright.async_api import Route, expect

from sandbox import Sandbox
from sandbox.rules.messages import Draft
from tests.sandbox.bots import TryBot
from tests.sandbox.page.browser.conftest import Open, in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop


class Stream:
    """A bot that answers with one word more each time it is told to go on."""

    def __init__(self, bot: TryBot) -> None:
        self._steps: asyncio.Queue[str] = asyncio.Queue()
        bot.on_heard = self._answer

    async def _answer(self, message: discord.Message) -> None:
        reply = await message.reply(await self._steps.get())
        while True:
            await reply.edit(content=await self._steps.get())

    def go_on(self, content: str) -> None:
        self._steps.put_nowait(content)


async def test_a_mention_is_completed_and_the_answer_grows_in_its_place(bot: TryBot, ada_looks: Look) -> None:
    stream = Stream(bot)
    await ada_looks.composer.press_sequentially("@Tin")
    await expect(ada_looks.option("TinyLLM APP")).to_be_visible()
    await ada_looks.page.keyboard.press("Enter")
    await ada_looks.page.keyboard.type("count")
    await ada_looks.page.keyboard.press("Enter")
    stream.go_on("one")
    answer = ada_looks.last
    await expect(answer.locator(".content")).to_have_text("one")
    await expect(answer.locator(".reply")).to_contain_text("count")
    node = await answer.element_handle()
    assert node is not None
    await node.evaluate("node => { getSelection().selectAllChildren(node.querySelector('.content')) }")
    stream.go_on("one two")
    await expect(answer.locator(".content")).to_have_text("one two (edited)")
    assert await node.evaluate("node => node.isConnected && String(getSelection()).startsWith('one')")


async def test_a_reload_keeps_the_place_and_the_back_button_leads_back(ada_looks: Look) -> None:
    await ada_looks.channel("random").click()
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message #random")
    await ada_looks.say("kept")
    await ada_looks.page.reload()
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message #random")
    await expect(ada_looks.last).to_contain_text("kept")
    await ada_looks.page.go_back()
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message #general")


async def test_two_people_see_each_other(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ben.composer.press_sequentially("hi")
    await expect(ada.page.locator("#typing")).to_have_text("ben is typing…")
    await ben.page.keyboard.press("Enter")
    await expect(ada.last).to_contain_text("hi")
    await expect(ada.page.locator("#typing")).to_have_text("")
    await ben.channel("random").click()
    await expect(ben.composer).to_have_attribute("placeholder", "Message #random")
    await ben.say("@ada look here")
    await expect(ada.channel("random, 1 mentions").locator(".badge")).to_have_text("1")
    await ada.channel("random").click()
    await expect(ada.last).to_contain_text("look here")
    await expect(ada.last.locator(".fresh")).to_have_text("New")
    await expect(ada.page.locator(".badge")).to_have_count(0)


async def test_own_messages_are_edited_and_deleted(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.say("wrnog")
    await ada.composer.press("ArrowUp")
    await expect(ada.composer).to_have_value("wrnog")
    await ada.say("right")
    await expect(ben.last).to_contain_text("right (edited)")
    await ada.act(ada.last, "Delete")
    await ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(ben.messages).to_have_count(0)
    await expect(ada.messages).to_have_count(0)


async def test_escape_gives_up_an_edit_and_keeps_what_was_begun(ada_looks: Look) -> None:
    await ada_looks.say("one")
    await ada_looks.act(ada_looks.last, "Edit")
    await expect(ada_looks.composer).to_have_value("one")
    await ada_looks.composer.press("Escape")
    await expect(ada_looks.composer).to_have_value("")
    await expect(ada_looks.last).not_to_contain_text("edited")


async def test_a_reply_quotes_what_it_answers_and_leads_there(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.say("a question")
    await ben.act(ben.last, "Reply")
    await expect(ben.page.locator(".banner")).to_contain_text("Replying to ada")
    await ben.say("an answer")
    reply = ada.last.locator(".reply")
    await expect(reply).to_contain_text("a question")
    await expect(ada.last).to_have_class("message pings")
    await reply.click()
    await expect(ada.message("a question").first).to_be_focused()


async def test_what_is_refused_is_said_over_the_composer_and_nothing_is_lost(ada_looks: Look) -> None:
    await ada_looks.composer.fill("x" * 2001)
    await ada_looks.composer.press("Enter")
    await expect(ada_looks.page.get_by_role("alert")).to_contain_text("Discord refuses")
    await expect(ada_looks.composer).to_have_value("x" * 2001)
    ada_looks.troubles.clear()  # the browser itself reports the status 400 of the refusal


async def test_older_messages_come_while_scrolling_and_the_present_is_one_click_away(
    bot: TryBot, sandbox: Sandbox, look: Open
) -> None:
    channel = bot.guilds[0].text_channels[0]
    posting, place = sandbox._core.posting, sandbox._core.store.channels[channel.id]
    ben = next(user for user in sandbox._core.store.users.values() if user.name == "ben")
    for number in range(120):
        posting.create(place, ben.id, Draft(content=f"number {number}."))
    ada = await look("ada")
    await expect(ada.last).to_be_in_viewport()
    await expect(ada.messages).to_have_count(50)
    await ada.page.locator("#scroll").evaluate("place => { place.scrollTop = 0 }")
    await expect(ada.message("number 69.")).to_be_attached()
    posting.create(place, ben.id, Draft(content="and one more"))
    present = ada.page.get_by_role("button", name="1 new message · Jump to present")
    await present.click()
    await expect(ada.message("and one more")).to_be_in_viewport()
    await expect(present).to_be_hidden()


async def test_who_reads_older_messages_stays_there_while_an_answer_grows(bot: TryBot, look: Open) -> None:
    stream = Stream(bot)
    ada, ben = await look("ada"), await look("ben")
    for number in range(20):
        await ben.say(f"number {number}.\n" * 4)
    await ben.say("@TinyLLM count")
    stream.go_on("one")
    await expect(ada.last).to_contain_text("one")
    scrolled = ada.page.locator("#scroll")
    await scrolled.evaluate("place => { place.scrollTop = 100 }")
    await expect(ada.page.get_by_role("button", name="Jump to present")).to_be_visible()
    stream.go_on("one\n" * 40 + "end")
    await expect(ada.last).to_contain_text("end")
    assert await scrolled.evaluate("place => place.scrollTop") == 100
    await expect(ben.last.get_by_text("end")).to_be_in_viewport()
    end = "place => place.scrollHeight - place.scrollTop - place.clientHeight < 2"
    assert await ben.page.locator("#scroll").evaluate(end)


async def test_what_is_said_while_a_channel_loads_is_not_lost(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        response = await route.fetch()
        asked.set()
        await go_on.wait()
        await route.fulfill(response=response)

    await ben.channel("random").click()
    await expect(ben.composer).to_have_attribute("placeholder", "Message #random")
    await ada.page.route("**/messages?*", hold)
    await ada.channel("random").click()
    await asked.wait()
    await ben.say("just now")
    await expect(ada.page.locator("#voice")).to_have_text("ben: just now")
    go_on.set()
    await expect(ada.last).to_contain_text("just now")


async def test_the_page_finds_the_sandbox_again(look: Open, sandbox: Sandbox) -> None:
    ada = await look("ada")
    port = int(sandbox.url.rpartition(":")[2])
    await sandbox.__aexit__(None, None, None)
    status = ada.page.get_by_role("status").filter(has_text="Connecting")
    await expect(status).to_be_visible()
    async with Sandbox(port):
        await expect(status).to_be_hidden()
        await ada.say("still here")
        await expect(ada.last).to_contain_text("still here")
    await expect(status).to_be_visible()
    ada.troubles.clear()  # the browser reports every connection that failed meanwhile
