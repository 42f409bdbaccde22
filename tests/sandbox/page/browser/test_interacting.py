"""Commands, buttons, selects and modals on the page, in a real browser."""

from playwright.async_api import expect

from sandbox import ManualClock
from tests.sandbox.bots import TryBot
from tests.sandbox.page.browser.conftest import Open, in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop


async def test_a_command_is_picked_completed_by_the_bot_and_run(bot: TryBot, ada_looks: Look) -> None:
    keyboard = ada_looks.page.keyboard
    await ada_looks.composer.press_sequentially("/mod")
    await expect(ada_looks.option("/model name switch the model")).to_be_visible()
    await keyboard.press("Enter")
    field = ada_looks.page.get_by_role("combobox", name="name")
    await expect(field).to_be_focused()
    await keyboard.type("la")
    await expect(ada_looks.option("the larger")).to_be_visible()
    await expect(ada_looks.option("the small")).to_be_hidden()
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(field).to_have_value("the larger")
    await keyboard.press("Enter")
    await expect(ada_looks.last).to_contain_text("ada chose larger")
    await expect(ada_looks.last.locator(".used")).to_have_text("Aada used /model")
    await expect(ada_looks.composer).to_be_focused()


async def test_every_kind_of_option_is_filled_in(bot: TryBot, ada_looks: Look) -> None:
    keyboard = ada_looks.page.keyboard
    await ada_looks.type_command("options")
    for typed, shown in (
        ("be", "ben"),
        ("rand", "#random"),
        ("man", "@managers"),
        ("7", None),
        ("0.5", None),
        ("tr", "True"),
    ):
        await keyboard.type(typed)
        if shown is not None:
            await expect(ada_looks.option(shown)).to_be_visible()
            await keyboard.press("Enter")
        else:
            await keyboard.press("Tab")
    await keyboard.press("Enter")
    await expect(ada_looks.last).to_contain_text("ben random managers 7 0.5 True")


async def test_a_click_fills_in_only_the_option_that_is_asked_for(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.type_command("options")
    fields = ada_looks.page.locator("form[aria-label='Command options'] input")
    await expect(ada_looks.option("ben")).to_be_visible()
    await fields.nth(1).click()
    await ada_looks.option("#random").click()
    await expect(fields.nth(1)).to_have_value("#random")
    await expect(fields.nth(0)).to_have_value("")
    await expect(fields.nth(2)).to_have_value("")


async def test_a_command_that_lacks_something_says_what(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.type_command("options")
    await ada_looks.page.keyboard.press("Escape")
    await ada_looks.page.keyboard.press("Enter")
    await expect(ada_looks.page.get_by_role("alert")).to_have_text("who is required.")
    await ada_looks.page.keyboard.press("Escape")
    await ada_looks.page.keyboard.press("Escape")
    await expect(ada_looks.composer).to_be_focused()


async def test_optional_options_are_offered_and_may_be_left_out(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.type_command("slow")
    await expect(ada_looks.option("private")).to_be_visible()
    await ada_looks.page.keyboard.press("Enter")
    await expect(ada_looks.last).to_contain_text("here at last")
    await expect(ada_looks.last.get_by_text("Only you can see this")).to_be_hidden()
    await ada_looks.type_command("slow")
    await ada_looks.page.keyboard.press("Tab")
    await ada_looks.page.keyboard.type("true")
    await ada_looks.page.keyboard.press("Enter")
    await ada_looks.page.keyboard.press("Enter")
    await expect(ada_looks.last.get_by_text("Only you can see this")).to_be_visible()


async def test_commands_that_a_person_may_not_use_are_not_offered(bot: TryBot, look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    for person, count in ((ada, 1), (ben, 0)):
        await person.composer.press_sequentially("/")
        await expect(person.option("/model name")).to_be_visible()
        await expect(person.option("/settings model")).to_have_count(count)


async def test_buttons_answer_quietly_privately_and_by_changing_their_message(bot: TryBot, look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ada.use("buttons")
    message = ada.message("running")
    await message.get_by_role("button", name="Tell").click()
    note = ada.message("told you")
    await expect(note).to_contain_text("Only you can see this · Dismiss message")
    await note.get_by_role("button", name="Dismiss message").click()
    await expect(note).to_have_count(0)
    await message.get_by_role("button", name="Quietly").click()
    await expect(message.locator("[data-busy]")).to_have_count(0)
    await ben.message("running").get_by_role("button", name="Stop").click()
    await expect(ada.message("stopped")).to_be_visible()
    await expect(ada.page.locator(".component-button")).to_have_count(0)
    await expect(ben.message("told you")).to_have_count(0)


async def test_a_select_offers_its_options_and_shows_what_was_picked(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.use("buttons")
    select = ada_looks.message("running").get_by_role("button", name="Make a selection")
    await select.click()
    await ada_looks.option("large").click()
    await expect(ada_looks.message("picked large")).to_be_visible()
    await expect(ada_looks.message("running").locator(".select")).to_have_text("large")


async def test_a_modal_is_filled_in_and_sent(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.use("feedback")
    dialog = ada_looks.page.get_by_role("dialog", name="Feedback")
    await expect(dialog.get_by_role("textbox", name="What")).to_be_focused()
    await ada_looks.page.keyboard.type("the page")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog).to_be_hidden()
    await expect(ada_looks.last).to_contain_text("thanks for the page")


async def test_the_focus_stays_in_a_modal_and_escape_leaves_it(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.use("feedback")
    dialog = ada_looks.page.get_by_role("dialog", name="Feedback")
    await expect(dialog).to_be_visible()
    for _ in range(6):
        await ada_looks.page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        assert await ada_looks.page.evaluate(inside)
    await ada_looks.page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(ada_looks.messages).to_have_count(0)


async def test_commands_of_the_menus_are_used_on_messages_and_people(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.say("look at me")
    await ada_looks.act(ada_looks.last, "Ask about this")
    await expect(ada_looks.last).to_contain_text("it says 'look at me'")
    await ada_looks.page.locator("#members").get_by_role("button", name="ben").click()
    await ada_looks.page.get_by_role("menuitem", name="Who is it").click()
    await expect(ada_looks.last).to_contain_text("that is ben")


async def test_nobody_answering_is_said_below_the_command(bot: TryBot, clock: ManualClock, ada_looks: Look) -> None:
    await ada_looks.use("silent")
    await expect(ada_looks.last).to_contain_text("is thinking")
    clock.move(3.5)
    await expect(ada_looks.last).to_contain_text("did not respond")
    await ada_looks.last.get_by_role("button", name="Dismiss message").click()
    await expect(ada_looks.messages).to_have_count(0)


async def test_without_a_bot_the_page_says_so(ada_looks: Look) -> None:
    await expect(ada_looks.page.locator("#members")).to_contain_text("Offline")
    await ada_looks.composer.press_sequentially("/")
    await expect(ada_looks.page.get_by_text("no commands that are offered here")).to_be_visible()
