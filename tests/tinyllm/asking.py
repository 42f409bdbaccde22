"""A question to a model, and what the tests of the client need to hear its answer."""

import httpx

from tinyllm.errors import BackendError
from tinyllm.models.backend import Backend, ChatEvent, ChatMessage, ChatRequest, Role

REQUEST = ChatRequest(
    "qwen3:8b",
    (ChatMessage(Role.SYSTEM, "Be kind."), ChatMessage(Role.USER, "Grüße 🌍"), ChatMessage(Role.ASSISTANT, "Hi.")),
    4096,
)
REFUSED = httpx.ConnectError("All connection attempts failed")
STALE = httpx.RemoteProtocolError("Server disconnected without sending a response.")
# What 0.24 and 0.33 answered to a prompt that does not fit, from the recordings.
OVERFLOW_024 = "the input length exceeds the context length"
OVERFLOW_033 = (
    '{"error":{"code":400,"message":"request (919 tokens) exceeds the available context size (512 tokens), '
    'try increasing it","type":"exceed_context_size_error","n_prompt_tokens":919,"n_ctx":512}}'
)


async def heard(client: Backend, request: ChatRequest = REQUEST) -> tuple[list[ChatEvent], BackendError | None]:
    """The events of an answer, and the error that it ended with."""
    events: list[ChatEvent] = []
    try:
        async for event in client.chat(request):
            events.append(event)  # noqa: PERF401 - those before an error must stay
    except BackendError as exc:
        return events, exc
    return events, None
