"""One answer worked out before it is given: its pieces, why it ends, and its figures."""

from dataclasses import dataclass

from sandbox.models.answers import answer_to, pieces, thoughts_on
from sandbox.models.asked import ChatRequest
from sandbox.models.faults import Fault
from sandbox.models.refusals import Version, no_vision
from sandbox.models.scripted import ScriptedModel, ToolCall
from sandbox.models.window import fitted

_SLOWEST_FAST_TOKEN = 0.001  # s: a model without a speed says that it made a thousand tokens a second


@dataclass(frozen=True, slots=True)
class Piece:
    content: str = ""
    thinking: str = ""
    tool_call: ToolCall | None = None


@dataclass(frozen=True, slots=True)
class Script:
    pieces: tuple[Piece, ...]
    done_reason: str
    prompt_tokens: int
    tokens: int

    def figures(self, model: ScriptedModel, loading: float) -> dict[str, int]:
        """Counts and nanoseconds for the last line; from the model's speeds, so that they repeat."""
        per_token = max(1 / model.tokens_per_second, _SLOWEST_FAST_TOKEN)
        reading = max(model.first_token, _SLOWEST_FAST_TOKEN)
        load, prompt, answer = (round(seconds * 1e9) for seconds in (loading + 0.001, reading, self.tokens * per_token))
        return {
            "total_duration": load + prompt + answer,
            "load_duration": load,
            "prompt_eval_count": self.prompt_tokens,
            "prompt_eval_duration": prompt,
            "eval_count": self.tokens,
            "eval_duration": answer,
        }


def script_for(chat: ChatRequest, model: ScriptedModel, version: Version, fault: Fault | None) -> Script:
    """Raises RefusalError where the engine, not the server, would refuse: images it cannot see, prompts too long."""
    if version == "0.33" and not model.can("vision") and any(message.images for message in chat.messages):
        raise no_vision(chat.stream)
    window = fitted(chat, model, version)
    everything = _all_pieces(window.chat, model, fault)
    most = min(chat.most_tokens, model.most_tokens)
    if not chat.shift:
        # 0.24 gives one token more than there is room for (recorded: 169 + 344 tokens in 512).
        room = window.limit - window.tokens + (1 if version == "0.24" else 0)
        most = min(most, max(room, 1))
    if len(everything) > most:
        given = everything[: int(most)]
        return Script(given, "length", window.tokens, len(given))
    # The token that ends the answer is counted but not shown.
    return Script(everything, "stop", window.tokens, len(everything) + 1)


def _all_pieces(chat: ChatRequest, model: ScriptedModel, fault: Fault | None) -> tuple[Piece, ...]:
    if fault is Fault.EMPTY:
        return ()
    if fault is Fault.BLANK:
        return (Piece(" "), Piece("\n"))
    thoughts = tuple(Piece(thinking=part) for part in pieces(thoughts_on(chat, model)))
    if _calls_tool(chat, model):
        return (*thoughts, Piece(tool_call=model.tool_call))
    return (*thoughts, *(Piece(part) for part in pieces(answer_to(chat, model))))


def _calls_tool(chat: ChatRequest, model: ScriptedModel) -> bool:
    answered = bool(chat.messages) and chat.messages[-1].role == "tool"
    return model.tool_call is not None and model.tool_call.name in chat.tools and not answered
