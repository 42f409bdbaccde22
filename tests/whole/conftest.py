"""The whole stack for a test: Discord and the models in this process, the bot in its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.actor import Message, Person
from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.openapi.watching import watched
from tests.stack import BotProcess, bot_process

FOOTER = " tok/s"
"""How the end of an answer is recognised."""


def is_done(message: Message) -> bool:
    """Whether an answer has come to its good end."""
    return FOOTER in message.content


def says(*words: str) -> Callable[[Message], bool]:
    """A predicate: the message shows all of these and has no button any more."""
    return lambda message: all(word in message.content for word in words) and not message.buttons


@dataclass
class Stack:
    """Everything that plays a part."""

    sandbox: Sandbox
    models: ScriptedModels
    bot: BotProcess
    ada: Person
    """Owns the server and the application."""
    ben: Person
    """An ordinary member."""
    cleo: Person
    """May manage the server."""

    async def ask(self, channel: str, text: str, *, who: Person | None = None) -> Message:
        """Mention the bot and wait for the end of its answer."""
        person = who or self.ada
        await person.say(channel, text if channel.startswith("@") else f"@TinyLLM {text}")
        return await person.wait_for(channel, is_done)

    def will_say(self, answer: str, model: str = "qwen2.5:3b") -> None:
        """Script what a model answers from now on."""
        known = next(each for each in DEFAULT_MODELS if each.name == model)
        self.models.install(replace(known, answer=answer))

    def given(self, chat: int = -1) -> list[str]:
        """The messages that a model was given, the system prompt left out."""
        return [message["content"] for message in self.models.chats[chat].json["messages"][1:]]

    def sent(self, method: str, path_part: str) -> int:
        """How many requests of a kind the bot has sent to Discord."""
        return sum(request.method == method and path_part in request.path for request in self.sandbox.requests)


@pytest.fixture(autouse=True)
def said_as_described() -> Iterator[None]:
    """What the bot and the sandbox say to each other is what Discord describes."""
    with watched(every_request=True):
        yield


@pytest.fixture
def settings() -> dict[str, str]:
    """Further variables of the bot's environment; a module may define its own."""
    return {"TINYLLM_DEFAULT_MODEL": "medium"}


@pytest.fixture
def limits() -> bool:
    """Discord's rate limits, as in real life; off only where they are not the point and would take many seconds."""
    return True


@pytest.fixture
async def stack(tmp_path: Path, settings: dict[str, str], limits: bool) -> AsyncIterator[Stack]:
    """The stack with the bot connected."""
    async with AsyncExitStack() as opened:
        sandbox = await opened.enter_async_context(Sandbox(limits=limits))
        models = await opened.enter_async_context(ScriptedModels(port=0))
        bot = await opened.enter_async_context(
            bot_process(
                tmp_path / "home",
                api=sandbox.api,
                gateway=sandbox.gateway,
                token=sandbox.token,
                ollama=models.url,
                **settings,
            )
        )
        people = [await opened.enter_async_context(Person.join(sandbox.url, name)) for name in ("ada", "ben", "cleo")]
        await sandbox.until_connected()
        yield Stack(sandbox, models, bot, *people)
        assert " ERROR " not in bot.log, bot.log
        assert "Traceback" not in bot.log, bot.log
