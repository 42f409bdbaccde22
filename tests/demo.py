"""`make demo`: a conversation through the real bot process, printed as a transcript.

Discord is a stand-in on loopback, a process of its own; bot, sockets and database are real, and so are the models. What
they say differs each time; checked is which model says it, what it was given to read, and what survives.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from sandbox.actor import Message, Person
from tests.inference import FOLDER, Models, find_models
from tests.stack import ROOT, BotProcess, bot_process
from tinyllm.errors import SettingsError

CAT = "My cat is called Schrödinger."
QUESTION = "What is my cat called?"
PATIENCE = 300.0
"""Seconds that an answer may take, since a person's own models may be big ones."""
MOST_CHARACTERS_A_TOKEN = 10
"""No tokenizer makes longer ones of what people say."""


class DemoFailedError(Exception):
    """A step did not show what it should."""


class Transcript:
    """Prints what happens and checks it."""

    def __init__(self) -> None:
        self._colours = sys.stdout.isatty()

    def step(self, title: str) -> None:
        print(f"\n{self._in('1', title)}\n{'─' * len(title)}")

    def says(self, name: str, where: str, text: str) -> None:
        """One message; the following lines of a long one are indented."""
        head = self._in("36" if name != "TinyLLM" else "32", name) + self._in("2", f" in {where}")
        first, *others = text.splitlines() or [""]
        print(f"{head}: {first}", *(f"    {line}" for line in others), sep="\n")

    def note(self, text: str) -> None:
        print(self._in("2", f"  {text}"))

    def check(self, holds: bool, what: str) -> None:
        """Say that something holds. Raises DemoFailedError if it does not."""
        print(f"  {self._in('32', '✓') if holds else self._in('31', '✗')} {what}", flush=True)
        if not holds:
            raise DemoFailedError(what)

    def _in(self, colour: str, text: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self._colours else text


@dataclass(frozen=True)
class Read:
    """What the database tells of the newest answer."""

    model: str
    tokens: int
    """That the model read for it."""
    before: int
    """Characters of what was said in that channel before the question."""


class Demo:
    """Ada, the channels she writes in, and what she sees there."""

    def __init__(self, ada: Person, bot: BotProcess, models: Models, transcript: Transcript) -> None:
        self._ada = ada
        self._bot = bot
        self._first, self._second = models.names[-2:][0], models.names[-1]
        self._out = transcript

    async def play(self) -> None:
        """Every step, each checked."""
        await self.watch_an_answer_grow()
        alone = await self.a_channel_without_a_past()
        together = await self.switch_in_mid_conversation(alone)
        await self.commands()
        await self.kill_and_start_again(alone, together)
        await self.stop_and_read_the_health_table()

    async def watch_an_answer_grow(self) -> None:
        self._out.step("Mention the bot, and watch the answer grow")
        if self._first == self._second:
            self._out.note(f"{self._first} is the only model, and so whatever is switched to is the same one")
        page = await self._ask("general", f"{CAT} Please tell me a little story about it.")
        shown = [revision.content for revision in page.revisions]
        for content in shown[:-1]:
            self._out.note(f"… {len(content):>4} characters: {content[-50:]!r}")
        self._out.check(len(shown[0]) < len(shown[-1]), f"it was shown in {len(shown)} versions, and grew")
        self._out.check(self._read().model == self._first, f"it is the answer of {self._first}")

    async def a_channel_without_a_past(self) -> Read:
        self._out.step("Another channel has its own model and its own memory")
        await self._run("/model", "random", name=self._second)
        await self._ask("random", QUESTION)
        read = self._read()
        self._out.check(read.model == self._second, f"the answer is {self._second}'s")
        self._out.check(read.before == 0, f"which read {read.tokens} tokens: that question, and nothing before it")
        return read

    async def switch_in_mid_conversation(self, alone: Read) -> Read:
        self._out.step("Switch the model in the middle of the conversation")
        await self._run("/model", "general", name=self._second)
        await self._ask("general", QUESTION)
        read = self._read()
        self._out.check(read.model == self._second, f"the answer is {self._second}'s")
        self._out.check(
            read.tokens - alone.tokens >= _fewest(read.before) > 0,
            f"which read {read.tokens} tokens for the same question: what was said to {self._first} as well",
        )
        return read

    async def commands(self) -> None:
        self._out.step("Look around")
        overview = await self._run("/models", "general")
        self._out.check(f"`{self._second}` **(current)" in overview.content, "the current model is marked")
        details = await self._run("/modelinfo", "general", name=self._first)
        self._out.check("**Context:**" in details.content, "the facts are those of the model server")
        refused = await self._run("/model", "general", name=f"{self._second}x")
        self._out.check(self._second in refused.content, "an unknown model is refused with the closest name")

    async def kill_and_start_again(self, alone: Read, together: Read) -> None:
        self._out.step("Kill the bot with SIGKILL, and start it again")
        await self._run("/model", "random", name=self._first)
        status = await self._bot.kill()
        self._out.note(f"the process ended with status {status}")
        await self._ada.bot_gone()
        await self._bot.start()
        await self._ada.bot_ready()
        why = await self._run("/model", "general")
        self._out.check(f"`{self._second}` answers here" in why.content, f"the first channel still has {self._second}")
        await self._ask("general", QUESTION)
        read = self._read()
        self._out.check(
            read.before > together.before and read.tokens - together.tokens >= _fewest(read.before - together.before),
            f"and everything that was said: it read {read.tokens} tokens",
        )
        await self._ask("random", "And what did I ask you?")
        read = self._read()
        self._out.check(
            read.model == self._first and read.tokens - alone.tokens >= _fewest(read.before) > 0,
            f"the second channel has its model, now {self._first}, and its memory too",
        )

    async def stop_and_read_the_health_table(self) -> None:
        self._out.step(f"Stop the bot, and read the health of the models from {self._bot.database.name}")
        self._out.check(await self._bot.stop() == 0, "the bot ends cleanly when it is asked to")
        with closing(sqlite3.connect(self._bot.database)) as connection:
            rows = connection.execute(
                "SELECT model, total_requests, failed_requests, total_latency_ms FROM model_health ORDER BY model"
            ).fetchall()
        print(f"  {'model':<16}{'requests':>10}{'failed':>8}{'average':>12}")
        for model, total, failed, latency in rows:
            print(f"  {model:<16}{total:>10}{failed:>8}{latency / max(total - failed, 1):>9.0f} ms")
        self._out.check({self._first, self._second} <= {row[0] for row in rows}, "every model that answered is in it")

    async def _ask(self, channel: str, text: str) -> Message:
        """Say something and wait for the end of the answer, which is the line with its figures; its first page."""
        self._out.says("ada", f"#{channel}", f"@TinyLLM {text}")
        await self._ada.say(channel, f"@TinyLLM {text}")
        begun = await self._ada.wait_for(channel, lambda message: bool(message.content), PATIENCE)
        last = await self._ada.wait_for(channel, lambda message: " tok/s" in message.content, PATIENCE)
        pages = [page for page in await self._ada.history(channel) if begun.id <= page.id <= last.id]
        self._out.says("TinyLLM", f"#{channel}", "\n".join(page.content for page in pages))
        return pages[0]

    async def _run(self, command: str, channel: str, **options: str) -> Message:
        typed = " ".join([command, *options.values()])
        self._out.says("ada", f"#{channel}", typed)
        answer = await self._ada.run(command, channel, **options)
        self._out.says("TinyLLM", f"#{channel}", answer.content)
        return answer

    def _read(self) -> Read:
        """What the newest answer was made from."""
        with closing(sqlite3.connect(self._bot.database)) as connection:
            scope, model, tokens, answer = connection.execute(
                "SELECT scope, model, prompt_tokens, id FROM turns WHERE role = 'assistant' ORDER BY id DESC LIMIT 1"
            ).fetchone()
            before = connection.execute(
                "SELECT coalesce(sum(length(text)), 0) FROM turns WHERE scope = ? AND id < "
                "(SELECT max(id) FROM turns WHERE scope = ? AND id < ?)",
                (scope, scope, answer),
            ).fetchone()[0]
        return Read(model, tokens or 0, before)


def _fewest(characters: int) -> float:
    """Tokens that so many characters are at least."""
    return characters / MOST_CHARACTERS_A_TOKEN


@asynccontextmanager
async def discord() -> AsyncIterator[dict[str, str]]:
    """The stand-in for Discord, and the addresses that it prints; ended with SIGTERM."""
    arguments = ("-m", "sandbox", "--port", "0")
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    found: dict[str, str] = {}
    try:
        async with asyncio.timeout(20):
            while "token" not in found:
                line = (await running.stdout.readline()).decode()
                if not line:
                    raise DemoFailedError("the stand-in for Discord ended before it told its token")
                if told := re.fullmatch(r"\s*(\w+)\s+(\S+)\s*", line):
                    found[told[1]] = told[2]
        yield found
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """0: everything showed what it should; 1: something did not, or it could not be played."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--models", type=Path, default=FOLDER, help="the folder with GGUF files of one's own")
    return asyncio.run(play(parser.parse_args(arguments).models.absolute()))


async def play(folder: Path) -> int:
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinyllm-demo-")))
        try:
            place = await stack.enter_async_context(discord())
            models = await stack.enter_async_context(find_models(folder))
        except (DemoFailedError, TimeoutError, SettingsError) as exc:
            print(f"The demo cannot be played: {exc}", file=sys.stderr)
            return 1
        print("Discord is a stand-in on loopback; the bot is the real one, in a process of its own.")
        print(f"Models: {models.said}")
        settings = {**models.settings, "TINYLLM_DEFAULT_MODEL": models.names[-2:][0]}
        bot = await stack.enter_async_context(
            bot_process(
                home,
                api=place["api"],
                gateway=place["gateway"],
                token=place["token"],
                ollama=models.ollama,
                **settings,
            )
        )
        ada = await stack.enter_async_context(Person.join(place["sandbox"], "ada"))
        try:
            await ada.bot_ready()
            await Demo(ada, bot, models, Transcript()).play()
        except (DemoFailedError, TimeoutError) as exc:
            print(f"\nThe demo failed: {exc}\n\nThe bot's log:\n{bot.log}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
