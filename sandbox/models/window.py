"""What of a prompt fits a model's context: a real server drops the rest in silence, or refuses if asked to."""

from dataclasses import dataclass, replace

from sandbox.models.asked import ChatRequest, Message
from sandbox.models.refusals import Version, overflow
from sandbox.models.scripted import ScriptedModel


@dataclass(frozen=True, slots=True)
class Window:
    chat: ChatRequest  # with the messages that are left
    tokens: int  # of the prompt
    limit: int  # tokens of context


def fitted(chat: ChatRequest, model: ScriptedModel, version: Version) -> Window:
    """Whole turns go from the front, system messages stay.

    Raises RefusalError when the prompt is too long and must not be cut.
    """
    limit = chat.context(model.context_length)
    tokens = model.count_tokens(chat.messages)
    if tokens <= limit:
        return Window(chat, tokens, limit)
    if not chat.truncate:
        raise overflow(tokens, limit, version, chat.stream)
    kept = _newest_that_fit(chat.messages, model, limit)
    tokens = model.count_tokens(kept)
    if tokens > limit:
        # A single turn too long is cut itself; 0.33 keeps half and two more (recorded: 258 of 512).
        tokens = limit if version == "0.24" else limit // 2 + 2
    return Window(replace(chat, messages=kept), tokens, limit)


def _newest_that_fit(messages: tuple[Message, ...], model: ScriptedModel, limit: int) -> tuple[Message, ...]:
    kept = list(messages)
    while model.count_tokens(kept) > limit:
        oldest = next((index for index, message in enumerate(kept[:-1]) if message.role != "system"), None)
        if oldest is None:
            break
        del kept[oldest]
    return tuple(kept)
