"""`tinyllm chat` in a pipe, and `tinyllm conversations`."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from tests.tinyllm.cli.terminal import environment, piped, terminal
from tinyllm.memory import Turn
from tinyllm.models.backend import Role
from tinyllm.scopes import conversation_scope
from tinyllm.storage import TurnTable, open_database

MARKDOWN = "# Title\n\n* a **b**\n\n\n"


async def test_only_the_answer_goes_to_stdout_as_it_was_written(home: Path, models: ScriptedModels) -> None:
    question = f"say: {MARKDOWN}".encode()
    assert await piped("chat", "-m", "medium", home=home, models=models.url, question=question) == (
        0,
        b"# Title\n\n* a **b**\n",
        "",
    )
    listed = json.loads((await piped("conversations", "list", "--json", home=home, models=models.url))[1])
    assert listed == {"conversations": []}
    assert not (home / "history").exists()


async def test_what_a_very_small_model_is_stands_in_no_pipe(home: Path, models: ScriptedModels) -> None:
    models.install(ScriptedModel("smollm2:135m", parameter_size="134.52M", answer="Paris."))
    asked = await piped("chat", "-m", "smollm2:135m", home=home, models=models.url, question=b"hello")

    assert asked == (0, b"Paris.\n", "")


async def test_a_choice_in_a_pipe_is_for_that_question_alone(home: Path, models: ScriptedModels) -> None:
    chosen = await piped("chat", "-m", "fast", home=home, models=models.url, question=b"hello")
    default = await piped("chat", home=home, models=models.url, question=b"hello")

    assert chosen[:2] == (0, b"Of course! What would you like to discuss?\n")
    assert default[1].startswith(b"This is qwen2.5:3b. I was given no earlier messages.")


async def test_a_named_conversation_goes_on_with_its_model(home: Path, models: ScriptedModels) -> None:
    await piped("chat", "-m", "fast", "-c", "work", home=home, models=models.url, question=b"one")
    await piped("chat", "-c", "work", home=home, models=models.url, question=b"two")

    assert [message["content"] for message in models.chats[1].json["messages"][1:]] == [
        "one",
        "Of course! What would you like to discuss?",
        "two",
    ]
    assert [chat.model for chat in models.chats] == ["qwen2.5:0.5b"] * 2
    assert "in a chat (a terminal, a private conversation)" in models.chats[0].json["messages"][0]["content"]


async def test_json_is_one_object(home: Path, models: ScriptedModels) -> None:
    status, out, _ = await piped("chat", "-m", "fast", "--json", home=home, models=models.url, question=b"hello")
    told = json.loads(out)

    assert status == 0
    assert (told["model"], told["outcome"], told["reason"]) == ("qwen2.5:0.5b", "done", "")
    assert told["answer"] == "Of course! What would you like to discuss?"
    assert told["figures"]["tokens_per_second"] > 0


@pytest.mark.parametrize(
    ("arguments", "question", "status", "told"),
    [
        pytest.param([], b"", 2, "There is no question.", id="nothing"),
        pytest.param([], b" \n\t", 2, "There is no question.", id="white space"),
        pytest.param(["-c", "a\nb"], b"x", 2, "cannot be the name of a conversation", id="a name of two lines"),
        pytest.param(["-c", "x" * 81], b"x", 2, "at most 80 characters", id="a long name"),
        pytest.param(["-m", "fsat"], b"x", 1, "“fsat” is not an installed model. Closest: fast.", id="unknown model"),
        pytest.param(["-m", "\x1b[31m"], b"x", 1, "“�[31m” is not an installed model.", id="a hostile name"),
        pytest.param(["--no-such"], b"x", 2, "No such option", id="unknown option"),
    ],
)
async def test_what_cannot_be_asked_is_told(
    home: Path, models: ScriptedModels, arguments: list[str], question: bytes, status: int, told: str
) -> None:
    ended, out, err = await piped("chat", *arguments, home=home, models=models.url, question=question)

    assert (ended, out) == (status, b"")
    assert told in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "question",
    [
        pytest.param(b"say: \xff\xfe\x00 ok", id="no text"),
        pytest.param(b"x" * 10_000_000 + b" say: ok", id="10 MB"),
        pytest.param(b"say: ok\r\n", id="Windows"),
    ],
)
async def test_whatever_comes_in_is_answered(home: Path, models: ScriptedModels, question: bytes) -> None:
    status, out, err = await piped("chat", "-m", "medium", home=home, models=models.url, question=question)

    assert (status, err) == (0, "")
    assert out.rstrip().endswith(b"ok")


async def test_an_answer_that_breaks_off_is_printed_as_far_as_it_came(home: Path, models: ScriptedModels) -> None:
    models.fault(Fault.ERROR_LINE, after=2)
    status, out, err = await piped("chat", "-m", "medium", home=home, models=models.url, question=b"count to 9")

    assert (status, out) == (1, b"1, 2,\n")
    assert err.startswith("The model server reported an error:")


async def test_a_server_that_is_down_is_told(home: Path, models: ScriptedModels) -> None:
    models.down()
    status, out, err = await piped("chat", home=home, models=models.url, question=b"hello")

    assert (status, out) == (1, b"")
    assert "cannot be reached (connection refused). Is it running?" in err


async def test_ctrl_c_stops_and_keeps_what_came(home: Path, models: ScriptedModels) -> None:
    models.hold(after=2)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tinyllm", "chat", "-m", "medium", "-c", "kept"),
        cwd=home,
        env=environment(home, models.url),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"count to 9")
    process.stdin.close()
    assert await process.stdout.readexactly(5) == b"1, 2,"
    process.send_signal(signal.SIGINT)
    out, err = await process.communicate()

    assert (process.returncode, out, err) == (1, b"\n", b"Stopped.\n")
    await models.until(lambda server: server.chats[0].outcome == "client left")
    async with open_database(f"sqlite+aiosqlite:///{home / 'tinyllm.db'}") as database:
        kept = [turn.text async for turn in TurnTable(database).newest(conversation_scope("kept"))]
    assert kept == ["1, 2,", "count to 9"]


async def test_a_reader_that_has_enough_ends_it_quietly(home: Path, models: ScriptedModels) -> None:
    command = f"echo count to 20000 | {sys.executable} -m tinyllm chat -m medium | head -c 20"
    shell = await asyncio.create_subprocess_shell(
        command,
        cwd=home,
        env=environment(home, models.url),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await shell.communicate()

    assert (out, err) == (b"1, 2, 3, 4, 5, 6, 7,", b"")
    await models.until(lambda server: server.chats[0].outcome == "client left")


async def test_an_answer_on_a_terminal_has_no_effect_on_it(home: Path, models: ScriptedModels) -> None:
    (home / "question").write_bytes(b"say: \x1b[31mred")
    script = f"exec {sys.executable} -m tinyllm chat -m medium < question"
    async with terminal(program=("/bin/sh", "-c", script), home=home, models=models.url) as shown:
        assert await shown.ended() == 0
        await shown.until("red")

    assert shown.text == "␛[31mred"


async def remembered(home: Path, **conversations: int) -> None:
    """Let conversations have taken place, the last one last."""
    async with open_database(f"sqlite+aiosqlite:///{home / 'tinyllm.db'}") as database:
        for place, (name, count) in enumerate(conversations.items()):
            for number in range(count):
                role, model = ((Role.USER, None), (Role.ASSISTANT, "qwen2.5:3b"))[number % 2]
                turn = Turn(role, "x", model=model, said_at=1_800_000_000.0 + place)
                await TurnTable(database).append(conversation_scope(name), turn)


async def test_conversations_are_listed_the_last_used_first(home: Path, models: ScriptedModels) -> None:
    await remembered(home, work=4, play=1)
    plain = await piped("conversations", "list", home=home, models=models.url, TZ="UTC")
    as_json = await piped("conversations", "list", "--json", home=home, models=models.url)

    assert plain[1].decode().splitlines() == [
        "Conversation  Turns  Model       Last Used",
        "play              1  -           2027-01-15 08:00 (0 s ago)",
        "work              4  qwen2.5:3b  2027-01-15 08:00 (0 s ago)",
    ]
    assert json.loads(as_json[1])["conversations"][1] == {
        "name": "work",
        "turns": 4,
        "model": "qwen2.5:3b",
        "last_used": "2027-01-15T08:00:00+00:00",
    }


async def test_a_conversation_is_deleted_when_that_is_confirmed(home: Path, models: ScriptedModels) -> None:
    await remembered(home, work=4, play=1)
    async with terminal("conversations", "delete", "work", home=home, models=models.url) as shown:
        await shown.until("Delete “work” with 4 turns? [y/N]:")
        shown.say("n")
        assert await shown.ended() == 1
    unasked = await piped("conversations", "delete", "work", home=home, models=models.url)
    unknown = await piped("conversations", "delete", "wrok", "--yes", home=home, models=models.url)
    confirmed = await piped("conversations", "delete", "work", "--yes", home=home, models=models.url)
    again = await piped("conversations", "delete", "work", "--yes", home=home, models=models.url)

    assert (unasked[0], unasked[2]) == (2, "Nobody can be asked here. Say --yes to delete it without a question.\n")
    assert (unknown[0], unknown[2]) == (1, "There is no conversation “wrok”. Closest: work.\n")
    assert confirmed == (0, "Deleted “work” with 4 turns.\n".encode(), "")
    assert again[0] == 1


async def test_an_answer_counts_although_its_statistics_cannot_be_stored(home: Path, models: ScriptedModels) -> None:
    with closing(sqlite3.connect(home / "tinyllm.db", isolation_level=None)) as other:
        other.execute("DROP TABLE requests")
    status, answer, problem = await piped("chat", "-m", "fast", home=home, models=models.url, question=b"hello")

    assert (status, answer) == (0, b"Of course! What would you like to discuss?\n")
    assert problem == "The statistics of this are lost. The database could not be used: no such table: requests.\n"
