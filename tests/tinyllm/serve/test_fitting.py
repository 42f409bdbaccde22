"""What is left of a prompt that is too long, by the tokens of the real engine: every byte is one, and every mark."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio

from tests import recitals
from tests.cast import CAST, HELLO
from tests.tinyllm.serve.serving import SAYS_HELLO, Served, in_one_loop, serving
from tinyllm.serve.engine import Engine
from tinyllm.serve.fitting import ending, fitted
from tinyllm.serve.refusals import RefusalError

pytestmark = in_one_loop

CONTEXT = 512
STRICT = (
    "{% for message in messages %}"
    "{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""As the templates of Mistral and Gemma are."""
TOOL = {"type": "function", "function": {"name": "x", "description": "d" * 300, "parameters": {"type": "object"}}}
AROUND = len("<user\n>\n<assistant\n")
"""Tokens around the words of one question."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("models")
    recitals.write(folder / "strict.gguf", HELLO, template=STRICT)
    for name in ("hello", "tool"):
        CAST[name](folder / f"{name}.gguf")
    async with serving(tmp_path_factory.mktemp("home"), folder, slots=1) as running:
        yield running


async def engine(served: Served, model: str) -> Engine:
    assert (await served.chat(model, options={"num_ctx": CONTEXT})).status_code == 200
    return served.engine(model)


def turns(count: int, size: int = 100) -> list[dict[str, Any]]:
    """A conversation that ends with a question; each turn begins with its number."""
    roles = ["assistant", "user"] * count
    return [{"role": role, "content": f"{number} ".ljust(size, "x")} for number, role in enumerate(roles[-count:])]


def numbers(messages: list[Mapping[str, Any]]) -> list[str]:
    return [message["content"].partition(" ")[0] for message in messages]


async def test_what_fits_stays_as_it_is(served: Served) -> None:
    messages = turns(3)
    assert await fitted(await engine(served, "hello"), messages, {}) == messages


@pytest.mark.parametrize("count", [4, 5, 6, 9, 40])
async def test_as_few_turns_go_as_possible(served: Served, count: int) -> None:
    messages = turns(count)
    assert await fitted(await engine(served, "hello"), messages, {}) == messages[-4:]


async def test_system_messages_stay_in_their_places(served: Served) -> None:
    first, later = ({"role": "system", "content": text.ljust(50, "s")} for text in ("Be kind. ", "And short. "))
    messages = [first, *turns(8), later, *turns(1)]
    assert await fitted(await engine(served, "hello"), messages, {}) == [first, *messages[-4:]]
    assert messages[-2] == later


async def test_where_a_template_wants_a_question_first_it_gets_one(served: Served) -> None:
    messages = turns(11)
    assert await fitted(await engine(served, "strict"), messages, {}) == messages[-3:]
    answer = (await served.ask("/api/chat", {"model": "strict", "messages": messages, "stream": False})).json()
    assert answer["message"]["content"] == SAYS_HELLO


async def test_what_else_the_template_tells_takes_its_room(served: Served) -> None:
    running = await engine(served, "tool")
    assert len(await fitted(running, turns(9, 50), {})) > len(await fitted(running, turns(9, 50), {"tools": [TOOL]}))


@pytest.mark.parametrize("letter", ["q", "ü", "🦙"])
async def test_a_turn_that_is_too_long_alone_is_cut_at_its_front(served: Served, letter: str) -> None:
    (only,) = await fitted(await engine(served, "hello"), [{"role": "user", "content": f"{letter * 900}."}], {})
    assert only["content"].endswith(f"{letter}.")
    tokens = sum(len(each.encode()) if each != "\N{REPLACEMENT CHARACTER}" else 0 for each in only["content"])
    assert CONTEXT // 2 - AROUND - 4 < tokens <= CONTEXT // 2 - AROUND


async def test_the_turns_before_it_are_gone_then(served: Served) -> None:
    system = {"role": "system", "content": "Be kind."}
    kept = await fitted(await engine(served, "hello"), [system, *turns(3), *turns(1, 5000)], {})
    assert [message["role"] for message in kept] == ["system", "user"]


async def test_where_only_the_system_message_is_too_long_the_answer_is_a_refusal(served: Served) -> None:
    system = {"role": "system", "content": "s" * 900}
    assert await fitted(await engine(served, "hello"), [system], {}) == [system]
    refused = await served.ask("/api/chat", {"model": "hello", "messages": [system, *turns(1)], "stream": False})
    assert refused.status_code == 400
    assert "exceeds the available context size" in refused.json()["error"]


async def test_a_raw_prompt_keeps_its_end(served: Served) -> None:
    running = await engine(served, "hello")
    assert await ending(running, "abcdef", 3) == "def"
    assert await ending(running, "abcdef", 99) == "abcdef"
    assert await ending(running, "abcdef", -5) == "f"
    asked = {"model": "hello", "prompt": "z" * 3000 + "\n", "raw": True, "stream": False}
    answer = (await served.ask("/api/generate", asked)).json()
    assert (answer["response"], answer["prompt_eval_count"]) == (SAYS_HELLO, CONTEXT // 2)


async def test_what_may_not_be_cut_is_refused_with_its_length(served: Served) -> None:
    await engine(served, "hello")
    for path, asked in (
        ("/api/generate", {"prompt": "y" * 3000, "raw": True}),
        ("/api/generate", {"prompt": "y" * 3000}),
        ("/api/chat", {"messages": turns(30)}),
    ):
        refused = await served.ask(path, {"model": "hello", "stream": False, "truncate": False, **asked})
        assert (refused.status_code, '"n_ctx":512' in refused.json()["error"]) == (400, True)


async def test_a_template_that_refuses_a_conversation_is_heard(served: Served) -> None:
    with pytest.raises(RefusalError, match="Conversation roles must alternate") as refused:
        await fitted(await engine(served, "strict"), turns(1) * 2, {})
    assert refused.value.status == 400
