"""Servers with categories, a forum, announcements, and channels that are not for everybody, in a real browser."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from sandbox import ManualClock, Sandbox
from sandbox.world import TOWN
from tests.sandbox.bots import TryBot
from tests.sandbox.page.browser.conftest import Open, in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop


@pytest_asyncio.fixture(loop_scope="session")
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(world=TOWN, clock=clock, limits=False) as opened:
        yield opened


async def test_channels_stand_in_their_categories_and_hidden_ones_nowhere(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    hall = ada.page.locator("#side section").filter(has=ada.page.get_by_role("heading", name="Town hall"))
    await expect(hall.get_by_role("button")).to_have_text(["announcements", "#council"])
    await expect(ben.page.locator("#side")).not_to_contain_text("council")
    await expect(ada.composer).to_have_attribute("placeholder", "Message #general")
    await ada.channel("council").click()
    people = ada.page.locator("#members")
    await expect(people.get_by_role("button", name="Cleo")).to_be_visible()
    await expect(people.get_by_role("button", name="Emil")).to_have_count(0)


async def test_whoever_may_not_write_reads_why(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.channel("announcements").click()
    await expect(ada.composer).to_be_enabled()
    await ben.channel("announcements").click()
    await expect(ben.composer).to_be_disabled()
    await expect(ben.composer).to_have_attribute("placeholder", "You may not write in #announcements")


async def test_a_post_is_begun_in_a_forum_and_opened_from_its_list(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    for person in (ada, ben):
        await person.channel("questions").click()
        await expect(person.page.locator("#composer")).to_be_hidden()
        await expect(person.page.locator(".post").first).to_contain_text("Which model for short answers?")
    await ben.page.get_by_role("button", name="New post").click()
    form = ben.page.get_by_role("dialog", name="New post")
    await form.get_by_role("textbox", name="Title").fill("Beans?")
    await form.get_by_role("textbox", name="Message").fill("When do I **sow** them?")
    await form.get_by_role("checkbox", name="open").check()
    await form.get_by_role("button", name="Post").click()
    await expect(ben.composer).to_have_attribute("placeholder", "Message Beans?")
    post = ada.page.locator(".post").first
    await expect(post).to_contain_text("Ben of the beans: When do I sow them?")
    await expect(post.locator(".tag")).to_have_text(["open"])
    await post.click()
    await expect(ada.last.locator("strong")).to_have_text("sow")
    await ada.say("In May.")
    await ben.channel("questions").click()
    await expect(ben.page.locator(".post").first).to_contain_text("1 message")


async def test_a_channel_of_voices_says_that_it_is_silent(bot: TryBot, look: Open) -> None:
    ada = await look("ada")
    await ada.channel("Reading room").click()
    await expect(ada.page.locator(".beginning")).to_contain_text("Nobody speaks here")
    await ada.say("but one can write")
    await expect(ada.last).to_contain_text("but one can write")


async def test_a_locked_thread_is_for_moderators(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    for person in (ada, ben):
        await person.channel("Saturday's market").click()
        await expect(person.composer).to_be_enabled()
    await ada.page.get_by_role("button", name="Lock the thread").click()
    await expect(ben.composer).to_be_disabled()
    await expect(ben.composer).to_have_attribute("placeholder", "This thread is locked")
    await expect(ada.composer).to_be_enabled()
    await expect(ben.page.locator("#top")).to_contain_text("LOCKED")


async def test_roles_that_stand_apart_are_listed_by_themselves(ada_looks: Look) -> None:
    group = ada_looks.page.locator("#members section")
    await expect(group.locator("h2")).to_have_text(["Apps — 1", "council — 1", "librarians — 1", "People — 3"])
