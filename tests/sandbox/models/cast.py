"""The toy models of the recordings, scripted: what they recite and what the real server said of them."""

from collections.abc import Sequence

from sandbox.models import Message, ScriptedModel, ToolCall

RECITED = (
    "Hello! I am a small model that recites one sentence with an ümlaut, an emoji 🦙 and code:"
    '\n\n```python\nprint("hi")\n```\nDone.'
)
STOPS = 'stop                           "<|im_end|>"'


def by_characters(messages: Sequence[Message]) -> int:
    """The tokeniser of the toy `hello`: every character, four marks a message, and eleven that open the answer."""
    return 11 + sum(len(message.role) + len(message.content) + 4 for message in messages)


CAST = (
    ScriptedModel(
        "tool",
        "2.11M",
        2_110_976,
        "F32",
        size=8_449_882,
        capabilities=("completion", "tools"),
        tool_call=ToolCall("get_weather", {"city": "Paris"}),
    ),
    ScriptedModel("embed", "2.10M", 2_102_784, "F32", size=8_416_587, capabilities=("embedding",)),
    ScriptedModel("endless", "2.10M", 2_105_344, "F32", size=8_424_955, answer="on andon and" * 1000),
    ScriptedModel(
        "hello",
        "2.13M",
        2_126_336,
        "F32",
        size=8_511_463,
        answer=RECITED,
        count_tokens=by_characters,
        parameters=STOPS,
    ),
    ScriptedModel(
        "think",
        "2.11M",
        2_113_024,
        "F32",
        size=8_457_992,
        capabilities=("completion", "thinking"),
        thinking="The person wants a number.\n",
        answer="The answer is 42!",
    ),
    ScriptedModel("tiny-b", "27.55M", 27_550_000, "F32", size=110_214_841, context_length=8192),
    ScriptedModel(
        "tiny-tools",
        "142K",
        141_760,
        "F32",
        size=574_052,
        embedding_length=64,
        capabilities=("completion", "tools", "thinking"),
        parameters="num_ctx                        2048\nnum_predict                    30",
        system="You are a tool.",
        license="MIT",
    ),
    ScriptedModel("tiny-a", "142K", 141_760, "F32", size=573_783, embedding_length=64),
)

BIG = ScriptedModel("127.0.0.1:5001/library/big", "27.55M", 27_550_000, size=110_214_841)
