"""What a command says of an error, where a command may be the remedy."""

import json
from pathlib import Path

import pytest

from sandbox.models import ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tests.tinyllm.cli.terminal import piped, terminal
from tinyllm.cli.running import WITHOUT_OLLAMA, sentence
from tinyllm.errors import BusyError, TinyLLMError, UnknownModelError, UnreachableError

HERE = "http://127.0.0.1:11434"


@pytest.fixture
async def down(server: ScriptedModels) -> ScriptedModels:
    """A server that does not answer."""
    server.down()
    return server


@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        pytest.param(UnreachableError(HERE, "connection refused"), WITHOUT_OLLAMA, id="Ollama on this machine"),
        pytest.param(UnreachableError("http://[::1]:11434", "x"), WITHOUT_OLLAMA, id="by its other address"),
        pytest.param(UnreachableError("http://gpu-box:11434", "x"), "", id="Ollama elsewhere"),
        pytest.param(UnreachableError("http://127.0.0.1:8000/v1", "x", is_ollama=False), "", id="another dialect"),
        pytest.param(BusyError(HERE), "", id="one that answers"),
        pytest.param(UnknownModelError("huge", target="x:1b"), "Install it: tinyllm models pull huge", id="an alias"),
        pytest.param(UnknownModelError("huge"), "", id="a name"),
    ],
)
def test_a_remedy_follows_the_error_that_it_mends(error: TinyLLMError, remedy: str) -> None:
    assert sentence(error) == f"{error} {remedy}".strip()


@pytest.mark.parametrize(
    "command",
    [["models", "list"], ["models", "info", "fast"], ["health"], ["health", "--json"], ["doctor"]],
    ids=" ".join,
)
async def test_commands_say_what_can_be_done_without_ollama(
    tinyllm: Shell, down: ScriptedModels, command: list[str]
) -> None:
    said = await tinyllm(*command)
    assert said.status == 1
    assert (said.out + said.err).count(WITHOUT_OLLAMA) == 1


@pytest.mark.parametrize(
    "other", ["openai://127.0.0.1:1", "ollama://127.0.0.1:1, ollama://127.0.0.1:2"], ids=["OpenAI", "several"]
)
async def test_servers_of_other_kinds_and_several_are_not_made_up_for(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    monkeypatch.setenv("TINYLLM_BACKENDS", other)
    for command in ("health", "doctor"):
        said = await tinyllm(command)
        assert "cannot be reached" in said.out
        assert WITHOUT_OLLAMA not in said.out + said.err


async def test_a_pipe_says_it_on_stderr_and_in_json(home: Path, down: ScriptedModels) -> None:
    status, out, err = await piped("chat", home=home, models=down.url, question=b"hello")
    assert (status, out) == (1, b"")
    assert err.endswith(f" {WITHOUT_OLLAMA}\n")
    _, out, _ = await piped("chat", "--json", home=home, models=down.url, question=b"hello")
    assert json.loads(out)["reason"].endswith(WITHOUT_OLLAMA)
    chosen = await piped("chat", "-m", "fast", home=home, models=down.url, question=b"hello")
    assert chosen[2].endswith(f" {WITHOUT_OLLAMA}\n")


async def test_a_chat_says_it_once_when_it_begins(home: Path, down: ScriptedModels) -> None:
    async with terminal("chat", home=home, models=down.url, columns=500) as shown:
        await shown.until(WITHOUT_OLLAMA)
        await shown.until_asked("no model")
        shown.say("hello?")
        await shown.until(lambda it: it.text.count("connection refused") >= 2)
        await shown.until_asked("no model")

    assert shown.text.count("runs a small model of its own") == 1
