"""What an interaction's token allows after the first response: its original, and follow-ups.

The token is that of a webhook whose id is the application's; `sandbox/rest/webhooks.py` has the routes.
"""

from aiohttp import web

from sandbox import payloads
from sandbox.commands.interactions import Callback, Interaction
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.rest.answering import write
from sandbox.rest.bodies import id_of, json_of, uploads_of
from sandbox.rules.messages import read_draft
from sandbox.state import Message
from sandbox.wire import answer, nothing


def _interaction(request: web.Request) -> tuple[Core, Interaction]:
    core = request.app[CORE]
    return core, core.ledger.answered(request.match_info["token"])


def _message(request: web.Request) -> tuple[Core, Message]:
    """The original, or a follow-up of the same interaction."""
    core, interaction = _interaction(request)
    if request.match_info["message"] == "@original":
        message_id = interaction.original_id or 0
    else:
        message_id = id_of(request, "message", Why.UNKNOWN_MESSAGE)
    message = core.store.message(interaction.channel_id, message_id)
    if message is None or not _belongs(interaction, message):
        raise DiscordError(Why.UNKNOWN_MESSAGE)
    return core, message


def _belongs(interaction: Interaction, message: Message) -> bool:
    if message.id in (interaction.original_id, interaction.source_id):
        return True
    return message.origin is not None and message.origin.interaction_id == interaction.id


async def follow_up(request: web.Request) -> web.Response:
    """Right after a deferred response the first follow-up takes the place of "thinking"."""
    core, interaction = _interaction(request)
    draft = read_draft(json_of(request), uploads_of(request))
    original = core.store.message(interaction.channel_id, interaction.original_id or 0)
    waiting = interaction.answered == Callback.DEFERRED_MESSAGE and original is not None and original.loading
    if waiting and original is not None:
        message = core.posting.edit(original, draft)
    else:
        message = write(core, interaction, draft)
    return answer(payloads.message(core.store, message))


async def one(request: web.Request) -> web.Response:
    core, message = _message(request)
    return answer(payloads.message(core.store, message))


async def edit(request: web.Request) -> web.Response:
    core, message = _message(request)
    draft = read_draft(json_of(request), uploads_of(request), flags=message.flags)
    return answer(payloads.message(core.store, core.posting.edit(message, draft)))


async def delete(request: web.Request) -> web.Response:
    core, message = _message(request)
    core.posting.delete(message)
    return nothing()
