"""`make demo`: a conversation through the real bot process, printed as a transcript.

Discord and the model server are stand-ins on loopback, each a process of its own; bot, sockets and database are real.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from sandbox.actor import Message, Person
from tests.stack import ROOT, BotProcess, bot_process

MODEL_SPEED = ("--first-token", "0.3", "--tokens-per-second", "14", "--load-time", "0.5")
"""Slow enough that an answer is seen growing."""
FACTS = "The capital of France is Paris. My cat is called Schrödinger."


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


class Demo:
    """Ada, the channels she writes in, and what she sees there."""

    def __init__(self, ada: Person, bot: BotProcess, models: str, transcript: Transcript) -> None:
        self._ada = ada
        self._bot = bot
        self._models = models
        self._out = transcript

    async def play(self) -> None:
        """Every step, each checked."""
        await self.watch_an_answer_grow()
        await self.switch_in_mid_conversation()
        await self.a_second_channel()
        await self.commands()
        await self.kill_and_start_again()
        await self.stop_and_read_the_health_table()

    async def watch_an_answer_grow(self) -> None:
        self._out.step("Mention the bot, and watch the answer grow")
        answer = await self._ask("general", f"@TinyLLM {FACTS} Please remember both.", show_growth=True)
        self._out.check(len(answer.revisions) >= 3, f"the answer was shown in {len(answer.revisions)} versions")
        self._out.check("qwen2.5:3b ·" in answer.content, "it names the model that gave it, qwen2.5:3b")

    async def switch_in_mid_conversation(self) -> None:
        self._out.step("Switch the model in the middle of the conversation")
        await self._run("/model", "general", name="large")
        answer = await self._ask("general", "@TinyLLM What is my cat called?")
        self._out.check("qwen3:8b ·" in answer.content, "the answer comes from qwen3:8b")
        given = await self._last_given()
        for message in given["messages"][1:]:
            self._out.note(f"{given['model']} was given {message['role']}: {message['content'][:80]!r}")
        texts = " ".join(message["content"] for message in given["messages"])
        self._out.check("Schrödinger" in texts, "qwen3:8b was given what was said to qwen2.5:3b")

    async def a_second_channel(self) -> None:
        self._out.step("A second channel has its own model and its own memory")
        await self._run("/model", "random", name="fast")
        answer = await self._ask("random", "@TinyLLM What is my cat called?")
        self._out.check("qwen2.5:0.5b ·" in answer.content, "the answer comes from qwen2.5:0.5b")
        self._out.check("no earlier messages" in answer.content, "it knows nothing of the first channel")

    async def commands(self) -> None:
        self._out.step("Look around")
        overview = await self._run("/models", "general")
        self._out.check("`qwen3:8b` **(current)**" in overview.content, "the current model is marked")
        details = await self._run("/modelinfo", "general", name="large")
        self._out.check("40,960 tokens" in details.content, "the facts are those of the model server")
        refused = await self._run("/model", "general", name="qwen33")
        self._out.check("qwen3:8b" in refused.content, "an unknown model is refused with the closest name")

    async def kill_and_start_again(self) -> None:
        self._out.step("Kill the bot with SIGKILL, and start it again")
        status = await self._bot.kill()
        self._out.note(f"the process ended with status {status}")
        await self._ada.bot_gone()
        await self._bot.start()
        await self._ada.bot_ready()
        why = await self._run("/model", "general")
        self._out.check("qwen3:8b" in why.content, "the first channel still has qwen3:8b")
        answer = await self._ask("general", "@TinyLLM And what is the capital of France?")
        self._out.check("4 earlier messages" in answer.content, "and everything that was said")
        answer = await self._ask("random", "@TinyLLM Do you remember this channel?")
        self._out.check(
            "qwen2.5:0.5b ·" in answer.content and "2 earlier messages" in answer.content,
            "the second channel has its model and its memory too",
        )

    async def stop_and_read_the_health_table(self) -> None:
        self._out.step(f"Stop the bot, and read the health of the models from {self._bot.database.name}")
        self._out.check(await self._bot.stop() == 0, "the bot ends cleanly when it is asked to")
        with sqlite3.connect(self._bot.database) as connection:
            rows = connection.execute(
                "SELECT model, total_requests, failed_requests, total_latency_ms FROM model_health ORDER BY model"
            ).fetchall()
        connection.close()
        print(f"  {'model':<16}{'requests':>10}{'failed':>8}{'average':>12}")
        for model, total, failed, latency in rows:
            print(f"  {model:<16}{total:>10}{failed:>8}{latency / max(total - failed, 1):>9.0f} ms")
        requests = {model: total for model, total, *_ in rows}
        self._out.check(
            requests.get("qwen2.5:3b") == 1 and requests.get("qwen3:8b", 0) >= 1 and "qwen2.5:0.5b" in requests,
            "every model that answered is in it",
        )

    async def _ask(self, channel: str, text: str, *, show_growth: bool = False) -> Message:
        """Say something and wait for the end of the answer, which is the line with its figures."""
        self._out.says("ada", f"#{channel}", text)
        await self._ada.say(channel, text)
        answer = await self._ada.wait_for(channel, lambda message: " tok/s" in message.content, timeout=30)
        if show_growth:
            for revision in answer.revisions[:-1]:
                self._out.note(f"… {len(revision.content):>4} characters: {revision.content[-50:]!r}")
        self._out.says("TinyLLM", f"#{channel}", answer.content)
        return answer

    async def _run(self, command: str, channel: str, **options: str) -> Message:
        typed = " ".join([command, *options.values()])
        self._out.says("ada", f"#{channel}", typed)
        answer = await self._ada.run(command, channel, **options)
        self._out.says("TinyLLM", f"#{channel}", answer.content)
        return answer

    async def _last_given(self) -> dict:
        """The newest chat request that the model server got."""
        async with aiohttp.ClientSession() as http, http.get(f"{self._models}/scripted/requests") as response:
            requests = await response.json()
        return [each["json"] for each in requests if each["path"] == "/api/chat"][-1]


@asynccontextmanager
async def process(*arguments: str, address: Callable[[str], str | None]) -> AsyncIterator[dict[str, str]]:
    """A process of ours, and the addresses that it prints; ended with SIGTERM."""
    running = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert running.stdout is not None
    found: dict[str, str] = {}
    try:
        async with asyncio.timeout(20):
            while wanted := address(" ".join(found)):
                line = (await running.stdout.readline()).decode().split()
                if not line:
                    raise DemoFailedError(f"{' '.join(arguments)} ended before it told its {wanted}")
                found[line[0] if len(line) > 1 else "url"] = line[-1]
        yield found
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def main() -> int:
    transcript = Transcript()
    print("Three processes on loopback: a stand-in for Discord, a scripted model server, and the bot itself.")
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinyllm-demo-")))
        discord = await stack.enter_async_context(
            process("-m", "sandbox", "--port", "0", address=lambda seen: None if "token" in seen else "token")
        )
        models = await stack.enter_async_context(
            process(
                "-m", "sandbox.models", "--port", "0", *MODEL_SPEED, address=lambda seen: None if seen else "address"
            )
        )
        bot = await stack.enter_async_context(
            bot_process(
                home,
                api=discord["api"],
                gateway=discord["gateway"],
                token=discord["token"],
                ollama=models["url"],
                TINYLLM_DEFAULT_MODEL="medium",
            )
        )
        ada = await stack.enter_async_context(Person.join(discord["sandbox"], "ada"))
        try:
            await ada.bot_ready()
            await Demo(ada, bot, models["url"], transcript).play()
        except (DemoFailedError, TimeoutError) as exc:
            print(f"\nThe demo failed: {exc}\n\nThe bot's log:\n{bot.log}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
