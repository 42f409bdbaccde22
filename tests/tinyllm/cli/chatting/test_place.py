"""Conversations at the terminal: their names, and when something is kept of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from sandbox.models import ScriptedModels
from tests.clocks import ManualClock
from tinyllm.cli.chatting.place import ConversationNameError, Place, checked_name
from tinyllm.core import Core, open_core
from tinyllm.errors import UnknownModelError
from tinyllm.memory import Turn
from tinyllm.models import get_model_registry
from tinyllm.models.backend import Role
from tinyllm.scopes import conversation_scope
from tinyllm.settings import Settings


@pytest.fixture
async def core(home: Path, models: ScriptedModels, clock: ManualClock) -> AsyncIterator[Core]:
    settings = Settings.model_validate({"OLLAMA_HOST": models.url, "home": home})
    get_model_registry.cache_clear()  # a process of its own, as it were
    async with open_core(settings, clock) as opened:
        await opened.registry.sync(opened.backend)
        yield opened
    get_model_registry.cache_clear()


async def model_of(core: Core, name: str) -> str:
    return (await core.choices.effective(conversation_scope(name))).model.name


async def test_a_conversation_takes_a_free_name_and_its_choice_along_when_something_is_said(
    core: Core, clock: ManualClock
) -> None:
    today = datetime.fromtimestamp(clock.time()).strftime("%Y-%m-%d-%H%M")
    await core.turns.append(conversation_scope(today), Turn(Role.USER, "x"))
    place = Place(core)
    await place.switch("fast")
    assert place.name is None
    assert await place.settle() == ""

    assert place.name == f"{today}-2"
    assert await model_of(core, f"{today}-2") == "qwen2.5:0.5b"
    assert await model_of(core, today) == "qwen2.5:3b"


async def test_a_wish_is_checked_as_soon_as_somebody_can_say(core: Core, models: ScriptedModels) -> None:
    core.registry.sync_from_ollama([])
    models.down()
    place = Place(core, "work")
    place.wish("fast")
    assert place.wanted == "qwen2.5:0.5b"
    assert await place.settle() == ""
    assert place.wanted is not None
    await models.up()
    assert await place.settle() == ""

    assert place.wanted is None
    assert await model_of(core, "work") == "qwen2.5:0.5b"


async def test_a_wish_that_cannot_be_fulfilled_is_told_once(core: Core) -> None:
    place = Place(core, "work")
    await place.switch("fast")
    place.wish("fsat")

    assert await place.settle() == "“fsat” is not an installed model. Closest: fast."
    assert await place.settle() == ""
    assert (await core.choices.effective(place.scope)).skipped == ()
    assert await model_of(core, "work") == "qwen2.5:0.5b"


async def test_what_cannot_be_used_is_refused_and_changes_nothing(core: Core) -> None:
    place = Place(core, "work")
    await place.switch("fast")
    with pytest.raises(UnknownModelError):
        await place.switch("fsat")
    assert await model_of(core, "work") == "qwen2.5:0.5b"


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "x" * 81, "\udcff"])
def test_names_are_one_line_that_can_be_printed(name: str) -> None:
    with pytest.raises(ConversationNameError, match="cannot be the name of a conversation"):
        checked_name(name)
    assert checked_name(" Grüße an 世界 ") == "Grüße an 世界"
