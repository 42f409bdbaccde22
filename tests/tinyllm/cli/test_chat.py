"""`tinyllm chat` at a terminal, as a person sees it."""

from __future__ import annotations

import re
import signal
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.models import DEFAULT_MODELS, Fault, ScriptedModel, ScriptedModels
from tests.tinyllm.cli.conftest import ANSWERS
from tests.tinyllm.cli.terminal import ALT_ENTER, CTRL_C, CTRL_D, ENTER, TAB, UP, Terminal, terminal
from tinyllm.memory import Turn, TurnState
from tinyllm.models.health import ModelHealth
from tinyllm.models.remarks import VERY_SMALL
from tinyllm.scopes import conversation_scope
from tinyllm.storage import HealthTable, TurnTable, open_database

GUIDE = """
TinyLLM Interactive Chat
Model: qwen2.5:1.5b
Identity: TinyLLM Assistant
Commands:
  • /model <name> - Switch models
  • /models - List available models
  • /help - Show all commands
  • Type 'quit' or 'exit' to leave
  • Type 'clear' to clear history

You (qwen2.5:1.5b): Hello! How are you?
Assistant: I'm doing well, thank you! How can I help you today?

You (qwen2.5:1.5b): /model fast
Switching from qwen2.5:1.5b to qwen2.5:0.5b...
Switched to model: qwen2.5:0.5b
Conversation context preserved

You (qwen2.5:0.5b): Continue our conversation
Assistant: Of course! What would you like to discuss?

You (qwen2.5:0.5b): quit
"""
GUIDE_MODELS = """
You (qwen2.5:1.5b): /models

Available Models:
  • qwen2.5:0.5b (100% success, 150ms avg)
  • qwen2.5:1.5b (current) (95% success, 200ms avg)
  • qwen2.5:3b

Aliases:
  fast -> qwen2.5:0.5b
  medium -> qwen2.5:3b

You (qwen2.5:1.5b): /quit
"""
BIG = next(model for model in DEFAULT_MODELS if model.name == "qwen2.5:3b")


async def turns(home: Path, name: str) -> list[Turn]:
    """What is kept of a conversation, oldest first."""
    async with open_database(f"sqlite+aiosqlite:///{home / 'tinyllm.db'}") as database:
        return [turn async for turn in TurnTable(database).newest(conversation_scope(name))][::-1]


def kept_name(shown: Terminal) -> str:
    """The name that is told at the end."""
    return shown.text.rpartition("Go on with: tinyllm chat -c ")[2]


async def test_the_transcript_of_the_guide(home: Path, models: ScriptedModels) -> None:
    async with terminal("chat", "-m", "qwen2.5:1.5b", home=home, models=models.url) as shown:
        for line in ("Hello! How are you?", "/model fast", "Continue our conversation", "quit"):
            await shown.until_asked()
            shown.say(line)
            await shown.until(line)
        assert await shown.ended() == 0
        await shown.until("Go on with")
        name = kept_name(shown)

    assert shown.lines[: GUIDE.count("\n")] == GUIDE.split("\n")[:-1]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}", name)
    assert [(turn.text, turn.model) for turn in await turns(home, name)][1:] == [
        (ANSWERS["qwen2.5:1.5b"], "qwen2.5:1.5b"),
        ("Continue our conversation", None),
        (ANSWERS["qwen2.5:0.5b"], "qwen2.5:0.5b"),
    ]


async def test_the_models_of_the_guide_with_their_statistics(home: Path, models: ScriptedModels) -> None:
    counts = [ModelHealth("qwen2.5:0.5b", 10, 0, 1500.0), ModelHealth("qwen2.5:1.5b", 20, 1, 3800.0)]
    async with open_database(f"sqlite+aiosqlite:///{home / 'tinyllm.db'}") as database:
        await HealthTable(database).add(counts)

    async with terminal("chat", "-m", "qwen2.5:1.5b", home=home, models=models.url) as shown:
        for line in ("/models", "/quit"):
            await shown.until_asked()
            shown.say(line)
            await shown.until(line)
        assert await shown.ended() == 0

    assert GUIDE_MODELS.strip() in shown.text


async def test_a_very_small_model_is_called_that_at_the_start_and_after_a_switch(
    home: Path, models: ScriptedModels
) -> None:
    models.install(ScriptedModel("smollm2:135m", parameter_size="134.52M", answer="Paris."))
    async with terminal("chat", "-m", "smollm2:135m", home=home, models=models.url, columns=250) as shown:
        for line in ("capital of France?", "/model fast", "/model smollm2:135m", "/model", "quit"):
            await shown.until_asked()
            shown.say(line)
            await shown.until(line)
        assert await shown.ended() == 0

    told = [number for number, line in enumerate(shown.lines) if line == VERY_SMALL]
    assert [shown.lines[number - 1] for number in told] == [
        "Model: smollm2:135m",
        "Conversation context preserved",
        "smollm2:135m answers here: chosen for this conversation.",
    ]


async def test_ctrl_c_stops_the_answer_at_the_server_and_empties_a_line(home: Path, models: ScriptedModels) -> None:
    models.hold(after=3)
    async with terminal("chat", "-m", "medium", "-c", "stops", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("count to 50")
        await shown.until("Assistant: 1, 2, 3,")
        shown.type(CTRL_C)
        await shown.until("■ Stopped.")
        await models.until(lambda server: server.chats[-1].outcome == "client left")
        await shown.until_asked()
        shown.type("never mind")
        await shown.until("never mind")
        shown.type(CTRL_C)
        await shown.until_asked()
        shown.type(CTRL_D)
        assert await shown.ended() == 0

    assert [(turn.text, turn.state) for turn in await turns(home, "stops")] == [
        ("count to 50", TurnState.DONE),
        ("1, 2, 3,", TurnState.STOPPED),
    ]


async def test_what_is_pasted_or_joined_by_keys_is_one_message(home: Path, models: ScriptedModels) -> None:
    async with terminal("chat", "-m", "medium", "-c", "pasted", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.paste("say: one\r\nquit\r\n")
        shown.type(f"two{ALT_ENTER}three{ENTER}")
        await shown.until("Assistant: one")
        await shown.until_asked()

    assert [turn.text for turn in await turns(home, "pasted")] == [
        "say: one\nquit\ntwo\nthree",
        "one\nquit\ntwo\nthree",
    ]
    assert "Assistant: one\nquit\ntwo\nthree\n" in shown.text


async def test_commands_and_models_complete(home: Path, models: ScriptedModels) -> None:
    async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.type("/mo")
        await shown.until("List available models with their statistics")
        shown.type("del fa")
        await shown.until("-> qwen2.5:0.5b")
        shown.type(TAB)
        await shown.until(lambda it: it.prompt.endswith("/model fast"))
        shown.type(ENTER)
        await shown.until("Switched to model: qwen2.5:0.5b")


async def test_the_history_survives_and_only_its_owner_can_read_it(home: Path, models: ScriptedModels) -> None:
    for line in ("say: first", "say: second"):
        async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
            await shown.until_asked()
            shown.say(line)
            await shown.until("Assistant: " + line[5:])
    async with terminal("chat", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.type(UP + UP)
        await shown.until(lambda it: it.prompt.endswith("say: first"))

    assert stat.S_IMODE((home / "history").stat().st_mode) == 0o600


async def test_a_killed_conversation_goes_on_with_its_question(home: Path, models: ScriptedModels) -> None:
    models.hold(after=2)
    async with terminal("chat", "-m", "medium", "-c", "killed", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("count to 9")
        await shown.until("Assistant: 1, 2,")
        await shown.kill()
    models.release()
    async with terminal("chat", "-c", "killed", home=home, models=models.url) as shown:
        await shown.until("Going on with “killed”, 1 turn.")
        await shown.until_asked("qwen2.5:3b")
        shown.say("say: here I am")
        await shown.until("Assistant: here I am")
        await shown.until_asked("qwen2.5:3b")

    assert [turn.text for turn in await turns(home, "killed")] == ["count to 9", "say: here I am", "here I am"]


@pytest.mark.parametrize(
    ("answer", "shown_lines"),
    [
        pytest.param(
            "\n\n".join(f"Paragraph {number} of many." for number in range(30)),
            [f"Paragraph {number} of many." for number in range(30)],
            id="paragraphs",
        ),
        pytest.param(
            "```python\n" + "".join(f"print({number})\n" for number in range(40)) + "```",
            [f"print({number})" for number in range(40)],
            id="code",
        ),
        pytest.param("\n".join(f"line {number}" for number in range(40)), [f"line {n}" for n in range(40)], id="verse"),
        pytest.param(
            "".join(f"{number}. item {number}\n   - nested {number}\n" for number in range(1, 21)),
            [f"{number}. item {number}" for number in range(1, 21)] + [f"• nested {number}" for number in range(1, 21)],
            id="lists",
        ),
        pytest.param(
            "|a|b|\n|-|-|\n" + "".join(f"|cell {number}|x|\n" for number in range(30)),
            [f"cell {number}   x" for number in range(10)] + [f"cell {number}  x" for number in range(10, 30)],
            id="table",
        ),
    ],
)
async def test_an_answer_longer_than_the_screen_is_printed_once(
    home: Path, models: ScriptedModels, answer: str, shown_lines: list[str]
) -> None:
    models.install(replace(BIG, answer=answer, tokens_per_second=400.0))
    async with terminal("chat", "-m", "medium", home=home, models=models.url, columns=40, rows=10) as shown:
        await shown.until_asked()
        shown.say("go")
        await models.until(lambda server: [chat.outcome for chat in server.chats] == ["answered"])
        await shown.until_asked()

    lines = [line.strip().removeprefix("Assistant: ") for line in shown.lines]
    found = [line for line in lines if line in shown_lines]
    assert sorted(found) == sorted(shown_lines)


async def test_nothing_that_a_model_says_has_an_effect_on_the_terminal(home: Path, models: ScriptedModels) -> None:
    models.install(replace(BIG, answer="red \x1b[31m title \x1b]0;owned\x07 clear \x9b2J &#27;[2J `\x1b[H`\r\x08 end"))
    async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
        await shown.until_asked()
        before = len(shown.raw)
        shown.say("go")
        await shown.until("end")
        await shown.until_asked()

    assert "Assistant: red ␛[31m title ␛]0;owned␇ clear �2J �[2J ␛[H␈ end" in shown.text
    for harmful in (b"\x1b[31m", b"\x1b]0;", b"\x9b2J\x1b", b"\x1b[2J", b"\x08"):
        assert harmful not in shown.raw[before:]


async def test_commands_that_go_wrong_are_told_and_the_conversation_goes_on(home: Path, models: ScriptedModels) -> None:
    async with terminal("chat", home=home, models=models.url, columns=100) as shown:
        for line, told in (
            ("/model", "qwen2.5:3b answers here: the biggest healthy model, since nothing else was chosen."),
            ("/model fsat", "“fsat” is not an installed model. Closest: fast."),
            ("/modles", "There is no command /modles. Is /models meant?"),
            ("//etc is what?", "This is qwen2.5:3b. I was given no earlier messages."),
            ("clear", "I have forgotten 2 messages."),
            ("/clear", "There was nothing to forget."),
            ("/help", "Ctrl-C     Stop the answer, or empty the line"),
            ("/model FAST", "Switched to model: qwen2.5:0.5b"),
            ("/model default", "qwen2.5:3b answers here: the biggest healthy model, since nothing else was chosen."),
        ):
            await shown.until_asked()
            shown.say(line)
            await shown.until(told)
        await shown.until_asked("qwen2.5:3b")
        shown.say("exit")
        assert await shown.ended() == 0

    assert "To “/etc is what?” I say:" in shown.text
    assert "Go on with" not in shown.text


async def test_a_server_that_is_down_is_told_and_the_next_question_tries_again(
    home: Path, models: ScriptedModels
) -> None:
    models.down()
    async with terminal("chat", "-m", "fast", home=home, models=models.url, columns=200) as shown:
        await shown.until("cannot be reached (connection refused). Is it running?")
        await shown.until_asked("qwen2.5:0.5b")
        shown.say("are you there?")
        await shown.until(lambda it: it.text.count("connection refused") >= 2)
        await models.up()
        await shown.until_asked()
        shown.say("and now?")
        await shown.until("Assistant: Of course! What would you like to discuss?")
        await shown.until_asked("qwen2.5:0.5b")


async def test_an_answer_that_breaks_off_is_kept_and_told(home: Path, models: ScriptedModels) -> None:
    models.fault(Fault.CUT, after=3)
    async with terminal("chat", "-m", "medium", "-c", "cut", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("count to 9")
        await shown.until("⚠ The connection to the model server broke before the answer was finished.")

    assert "Assistant: 1, 2, 3,\n⚠" in shown.text
    assert [turn.text for turn in await turns(home, "cut")] == ["count to 9", "1, 2, 3,"]


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP"])
async def test_the_end_of_the_process_or_the_window_keeps_the_answer(
    home: Path, models: ScriptedModels, how: str
) -> None:
    models.hold(after=3)
    async with terminal("chat", "-m", "medium", "-c", "ended", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("count to 9")
        await shown.until("Assistant: 1, 2, 3,")
        if how == "SIGTERM":
            shown.signal(signal.SIGTERM)
            await shown.until("■ Interrupted.")
        else:
            shown.hang_up()
        assert await shown.ended() == 0

    assert [(turn.text, turn.state) for turn in await turns(home, "ended")][1:] == [("1, 2, 3,", TurnState.INTERRUPTED)]


@pytest.mark.parametrize("how", ["SIGTERM", "SIGHUP"])
async def test_the_end_comes_at_once_where_nobody_says_anything(home: Path, models: ScriptedModels, how: str) -> None:
    async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("say: hello")
        await shown.until("Assistant: hello")
        await shown.until_asked()
        if how == "SIGTERM":
            shown.signal(signal.SIGTERM)
        else:
            shown.hang_up()
        assert await shown.ended() == 0

    async with open_database(f"sqlite+aiosqlite:///{home / 'tinyllm.db'}") as database:
        assert [health.total_requests for health in await HealthTable(database).read()] == [1]


async def test_ctrl_c_ends_the_wait_for_a_server_that_says_nothing(home: Path, models: ScriptedModels) -> None:
    models.fault(Fault.HANG, path="/api/tags", times=None)
    async with terminal("chat", home=home, models=models.url) as shown:
        await shown.until(f"Looking for the models at {models.url} …")
        shown.type(CTRL_C)
        assert await shown.ended() == 1

    assert shown.text == ""


async def test_thinking_is_told_and_not_shown(home: Path, models: ScriptedModels) -> None:
    models.install(replace(BIG, capabilities=("completion", "thinking"), thinking="Hm. " * 20, answer="Yes."))
    models.hold(after=5)
    async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("well?")
        await shown.until("Thinking … 1 s")
        models.release()
        await shown.until("Assistant: Yes.")
        await shown.until_asked()

    assert re.search(r"^Thought for \d+ s\nAssistant: Yes\.$", shown.text, re.MULTILINE)
    assert "Hm." not in shown.text
    assert "Thinking" not in shown.text


async def test_a_model_that_loads_is_told_to_do_so(home: Path, models: ScriptedModels) -> None:
    models.install(replace(BIG, answer="At last.", load_time=2.0))
    async with terminal("chat", "-m", "medium", home=home, models=models.url) as shown:
        await shown.until_asked()
        shown.say("well?")
        await shown.until("Loading qwen2.5:3b …")
        await shown.until("Assistant: At last.")

    assert "Loading" not in shown.text
