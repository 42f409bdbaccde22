"""The page without a mouse, and in narrow windows."""

from playwright.async_api import expect

from tests.sandbox.bots import TryBot
from tests.sandbox.page.browser.conftest import Open, in_one_loop
from tests.sandbox.page.browser.looking import Look

pytestmark = in_one_loop


async def press(look: Look, *keys: str) -> None:
    for key in keys:
        await look.page.keyboard.press(key)


async def test_a_whole_visit_by_keyboard(bot: TryBot, ada_looks: Look) -> None:
    keyboard = ada_looks.page.keyboard
    await keyboard.type("hello")
    await press(ada_looks, "Enter")
    await expect(ada_looks.last).to_contain_text("hello")
    await press(ada_looks, "Shift+Tab", "Shift+Tab")
    await expect(ada_looks.page.locator("#scroll")).to_be_focused()
    await press(ada_looks, "ArrowUp")
    await expect(ada_looks.last).to_be_focused()
    await press(ada_looks, "Enter")
    await expect(ada_looks.page.get_by_role("menuitem", name="Reply")).to_be_visible()
    await press(ada_looks, "Escape")
    await expect(ada_looks.last).to_be_focused()
    await press(ada_looks, "r")
    await expect(ada_looks.page.locator(".banner")).to_contain_text("Replying to ada")
    await expect(ada_looks.composer).to_be_focused()
    await keyboard.type("two")
    await press(ada_looks, "Shift+Enter")
    await keyboard.type("lines")
    await press(ada_looks, "Enter")
    await expect(ada_looks.last.locator(".content")).to_have_text("two\nlines", use_inner_text=True)
    await keyboard.type("/buttons ")
    await expect(ada_looks.page.get_by_role("form", name="Command buttons")).to_be_visible()
    await press(ada_looks, "Enter")
    await expect(ada_looks.last).to_contain_text("running")
    await ada_looks.last.focus()
    while not await ada_looks.page.evaluate("document.activeElement.textContent === 'Stop'"):
        await press(ada_looks, "Tab")
    await press(ada_looks, "Space")
    await expect(ada_looks.message("stopped")).to_be_visible()


async def test_the_channels_are_reached_by_tab(ada_looks: Look) -> None:
    await ada_looks.channel("random").focus()
    await press(ada_looks, "Enter")
    await expect(ada_looks.composer).to_have_attribute("placeholder", "Message #random")
    await expect(ada_looks.composer).to_be_focused()


async def test_the_select_is_used_by_keyboard(bot: TryBot, ada_looks: Look) -> None:
    await ada_looks.use("buttons")
    select = ada_looks.last.get_by_role("button", name="Make a selection")
    await select.press("Enter")
    await expect(ada_looks.option("small")).to_be_visible()
    await press(ada_looks, "Escape")
    await expect(select).to_be_focused()
    await select.press("Enter")
    await press(ada_looks, "ArrowDown", "Enter")
    await expect(ada_looks.message("picked large")).to_be_visible()


async def test_a_settled_message_is_announced_once(look: Open) -> None:
    ada, ben = await look("ada"), await look("ben")
    await ben.say("listen")
    await expect(ada.page.locator("#voice")).to_have_text("ben: listen")
    await expect(ben.page.locator("#voice")).to_have_text("")


async def test_the_sides_are_drawers_in_a_narrow_window(look: Open) -> None:
    ada = await look("ada")
    await ada.page.set_viewport_size({"width": 400, "height": 700})
    await expect(ada.page.locator("#side")).not_to_be_in_viewport()
    await ada.page.get_by_role("button", name="Channels").click()
    await expect(ada.page.locator("#side")).to_be_in_viewport()
    await ada.channel("random").click()
    await expect(ada.page.locator("#side")).not_to_be_in_viewport()
    await expect(ada.composer).to_have_attribute("placeholder", "Message #random")
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not await ada.page.evaluate(wide)
