"""The models of the recordings, and a few more, as GGUF files for the real engine: `python -m tests.cast FOLDER`.

`hello`, `think`, `tool`, `endless` and `embed` have the words, the sizes and the shape of those that the real Ollama of
`tests/recordings` ran. Its templates were in Go's language, which the engine does not read; these are in Jinja.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests import recitals

HELLO = (
    *("Hello", "!", " I", " am", " a", " small", " model", " that", " recites", " one", " sentence", " with", " an"),
    *(" ümlaut", ",", " an emoji", " 🦙", " and", " code", ":", "\n\n```", "python", "\nprint", '("hi")', "\n```\n"),
    *("Done", "."),
)
THINK = ("The", " person", " wants", " a", " number", ".", "\n</think>", "\n\nThe", " answer", " is", " 42", "!")
CALL = (
    *("<tool_call>", '\n{"name": "', "get_weather", '", "arguments": {', '"city": ', '"Paris', '"', "}}"),
    "\n</tool_call>",
)
ENDLESS = ("on", " and")
SLOW = ("tick", " tock")
JSON = ('{"city": ', '"Paris', '"', ', "degrees": ', "21", "}")

_THOUGHTS = "{% if message.reasoning_content %}<think>\n{{ message.reasoning_content }}\n</think>\n\n{% endif %}"
THINKING = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n"
    f"{_THOUGHTS}{{{{ message.content }}}}<|im_end|>\n{{% endfor %}}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think></think>\n"
    "{% else %}<think>\n{% endif %}{% endif %}"
)
TOOLS = (
    "{% if tools %}<|im_start|>system\nThese functions may be called:\n"
    "<tools>\n{% for tool in tools %}{{ tool | tojson }}\n{% endfor %}</tools>\n"
    'A call is <tool_call>\n{"name": <name>, "arguments": <object>}\n</tool_call><|im_end|>\n{% endif %}'
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content or '' }}"
    "{% for call in message.tool_calls or [] %}<tool_call>\n"
    '{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}'
    "\n</tool_call>{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""From the form of a call in here the engine learns how to find one in an answer."""
TOOLS_AND_THINKING = TOOLS.replace("{{ message.content", _THOUGHTS + "{{ message.content")

_small = partial(recitals.write, width=64)
CAST: Mapping[str, Callable[..., None]] = {
    "hello": partial(recitals.write, pieces=HELLO),
    "think": partial(recitals.write, pieces=THINK, template=THINKING),
    "tool": partial(recitals.write, pieces=CALL, template=TOOLS),
    "endless": partial(recitals.write, pieces=ENDLESS, endless=True),
    "embed": partial(recitals.write, pieces=(), pooling=True, template=None),
    "tiny-a": partial(_small, pieces=("I", " am", " A", ".")),
    "tiny-b": partial(_small, pieces=("I", " am", " B", "."), context=8192),
    "tiny-tools": partial(_small, pieces=("No", " tool", " is", " needed", "."), template=TOOLS_AND_THINKING),
    "json": partial(_small, pieces=JSON),
    "mute": partial(_small, pieces=("One", " moment", "!"), mute=True),
    "slow": partial(_small, pieces=SLOW, endless=True, layers=500, inner=8),
}
"""What writes each model. `slow` says 160 words a second at best, where others say thousands."""
RECORDED = ("hello", "think", "tool", "endless", "embed", "tiny-a", "tiny-b", "tiny-tools")


def write_cast(folder: Path, *names: str) -> None:
    """Write the models of these names, or those of the recordings, each as `NAME.gguf`."""
    for name in names or RECORDED:
        CAST[name](folder / f"{name}.gguf", name=name)


if __name__ == "__main__":
    write_cast(Path(sys.argv[1]), *CAST)
