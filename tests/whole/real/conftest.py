"""The real bot, the real model server and real inference; only Discord and the people are made up.

The models recite: what each says is known. One bot serves all tests of a module, so those share one event loop, and say
`pytestmark = in_one_loop`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.actor import Message, NotThere, Person
from sandbox.actor.waiting import Predicate
from tests import recitals
from tests.cast import write_cast
from tests.clocks import ManualClock
from tests.openapi.watching import watched
from tests.stack import BotProcess, bot_process
from tests.whole.conftest import is_done, says
from tinyllm.serve.engine import Engine
from tinyllm.serve.server import ModelServer

in_one_loop = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 60.0
"""Seconds that an answer gets where many tests run side by side."""
COUNT = tuple(f"{number} " for number in range(1, 301))
"""What `count` recites: slowly, and to an end."""


class Turn(NamedTuple):
    """One row of what the bot remembers."""

    role: str
    text: str
    model: str | None
    prompt_tokens: int | None


@dataclass
class Stack:
    """Everything that plays a part."""

    sandbox: Sandbox
    server: ModelServer
    serving: AsyncExitStack
    """Where the server goes, if it goes early."""
    clock: ManualClock
    """The model server's, by which models expire."""
    bot: BotProcess
    ada: Person
    ben: Person

    @property
    def models(self) -> Path:
        """The folder with the files of the models."""
        return self.server.library.own

    async def server_goes(self) -> int:
        """Returns the port, which is free now."""
        port = urlsplit(self.server.url).port or 0
        await self.serving.aclose()
        return port

    async def server_comes(self, port: int) -> None:
        server = ModelServer(self.models, port, packages=False, clock=self.clock)
        self.server = await self.serving.enter_async_context(server)

    async def ask(self, channel: str, text: str, until: Predicate = is_done, *, who: Person | None = None) -> Message:
        """Mention the bot and wait for its answer to come so far."""
        person = who or self.ada
        await person.say(channel, f"@TinyLLM {text}")
        return await person.wait_for(channel, until, PATIENCE)

    async def stop(self, channel: str, *, who: Person | None = None) -> Message:
        """Press the button below an answer that is being made, and wait for its end; returns its last page."""
        person = who or self.ada
        while True:
            page = await person.wait_for(channel, lambda message: bool(message.buttons), PATIENCE)
            with suppress(NotThere):  # the answer has just gone on to another page
                await person.press(page, "Stop")
                return await person.wait_for(channel, says("■ Stopped."), PATIENCE)

    async def switch(self, channel: str, model: str) -> Message:
        return await self.ada.run("/model", channel, name=model, timeout=PATIENCE)

    async def overview(self, channel: str = "general") -> str:
        return (await self.ada.run("/models", channel, timeout=PATIENCE)).content

    def engine(self, model: str) -> Engine:
        """The one that has this model loaded. Raises StopIteration."""
        return next(
            one.engine for one in self.server.pool.loaded if one.engine is not None and one.load.path.stem == model
        )

    def turns(self, beginning: str) -> list[Turn]:
        """What is remembered of the conversation that has a turn with this beginning, oldest first."""
        with closing(sqlite3.connect(self.bot.database)) as database:
            rows = database.execute(
                "SELECT role, text, model, prompt_tokens FROM turns WHERE scope = "
                "(SELECT scope FROM turns WHERE text LIKE ?) ORDER BY id",
                (f"{beginning}%",),
            ).fetchall()
        return [Turn(*row) for row in rows]


def growing(*words: str) -> Predicate:
    """An answer that has come to these words, and can be stopped."""
    return lambda message: bool(message.buttons) and all(word in message.content for word in words)


async def until(is_so: Callable[[], bool]) -> None:
    """Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - the server that it waits for runs in this loop
            await asyncio.sleep(0)


@pytest.fixture(autouse=True, scope="module")
def said_as_described() -> Iterator[None]:
    """What the bot and the sandbox say to each other is what Discord describes."""
    with watched(every_request=True):
        yield


@pytest.fixture(scope="module")
def bot_settings() -> dict[str, str]:
    """Further variables of the bot's environment; a module may define its own."""
    return {}


@pytest.fixture(scope="session")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models."""
    folder = tmp_path_factory.mktemp("cast")
    write_cast(folder, "hello", "slow", "tiny-a", "tiny-b")
    recitals.write(folder / "count.gguf", COUNT, name="count", width=320, layers=350, inner=8)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, cast: Path) -> Path:
    """A folder with a folder `models`, to which a test may add."""
    home = tmp_path_factory.mktemp("home")
    (home / "models").mkdir()
    for path in cast.iterdir():
        (home / "models" / path.name).symlink_to(path)
    return home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(home: Path, bot_settings: dict[str, str]) -> AsyncIterator[Stack]:
    """The stack with the bot connected."""
    clock = ManualClock()
    async with AsyncExitStack() as opened:
        sandbox = await opened.enter_async_context(Sandbox())
        serving = await opened.enter_async_context(AsyncExitStack())
        server = await serving.enter_async_context(ModelServer(home / "models", packages=False, clock=clock))
        bot = await opened.enter_async_context(
            bot_process(
                home / "bot",
                api=sandbox.api,
                gateway=sandbox.gateway,
                token=sandbox.token,
                ollama=server.url,
                **{"TINYLLM_DEFAULT_MODEL": "hello", "TINYLLM_SYSTEM_PROMPT": "{model}", **bot_settings},
            )
        )
        people = [await opened.enter_async_context(Person.join(sandbox.url, name)) for name in ("ada", "ben")]
        await sandbox.until_connected()
        yield Stack(sandbox, server, serving, clock, bot, *people)
        assert " ERROR " not in bot.log, bot.log
        assert "Traceback" not in bot.log, bot.log
