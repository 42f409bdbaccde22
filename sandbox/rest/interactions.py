"""The first response to an interaction."""

from typing import Any

from aiohttp import web

from sandbox import payloads
from sandbox.commands.definitions import completed_choice
from sandbox.commands.interactions import Callback, Interaction
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.rest.answering import write
from sandbox.rest.bodies import id_of, json_of, uploads_of
from sandbox.rest.queries import flag_in
from sandbox.rules.attachments import Upload
from sandbox.rules.form import Form
from sandbox.rules.messages import Draft, read_draft
from sandbox.rules.modals import read_modal
from sandbox.rules.options import OptionKind, check_choices
from sandbox.state import Message, MessageFlag
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_DATA = ("data",)
# A deferred response has made nothing yet that could be shown.
_WITH_RESOURCE = (Callback.MESSAGE, Callback.UPDATE)
# What a response of each kind is called on the feed of the person who waits for it.
_RESULTS = {
    Callback.MESSAGE: "message",
    Callback.DEFERRED_MESSAGE: "deferred",
    Callback.DEFERRED_UPDATE: "deferred_update",
    Callback.UPDATE: "update",
    Callback.CHOICES: "choices",
    Callback.MODAL: "modal",
}


@routes.post("/interactions/{interaction}/{token}/callback")
async def callback(request: web.Request) -> web.Response:
    core = request.app[CORE]
    interaction_id = id_of(request, "interaction", Why.UNKNOWN_INTERACTION)
    interaction = core.ledger.to_answer(interaction_id, request.match_info["token"])
    body = json_of(request)
    kind = _kind(interaction, body)
    message, shown = _answer(core, interaction, kind, _data(body), uploads_of(request))
    core.ledger.settle(interaction, kind, None if message is None else message.id)
    _tell(core, interaction, shown)
    if flag_in(request, "with_response"):
        return answer(_response(core, interaction, message))
    return nothing()


def _kind(interaction: Interaction, body: Json) -> Callback:
    kind: Any = body.get("type")
    allowed = interaction.allowed()
    if isinstance(kind, bool) or kind not in allowed:
        form = Form()
        if kind is None:
            form.required(("type",))
        else:
            form.choice(("type",), allowed)
        form.done()
    return Callback(kind)


def _data(body: Json) -> Json:
    data: Any = body.get("data")
    if data is None:
        return {}
    if not isinstance(data, dict):
        form = Form()
        form.wrong(_DATA, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        form.done()
    return dict(data)


def _answer(
    core: Core, interaction: Interaction, kind: Callback, data: Json, uploads: tuple[Upload, ...]
) -> tuple[Message | None, Json]:
    """Does what the callback asks for; what is not a message is shown to the person alone.

    Raises DiscordError, which leaves the interaction unanswered.
    """
    if kind == Callback.MESSAGE:
        return write(core, interaction, read_draft(data, uploads, _DATA)), {}
    if kind == Callback.DEFERRED_MESSAGE:
        flags = data.get("flags")
        ephemeral = isinstance(flags, int) and bool(flags & MessageFlag.EPHEMERAL)
        draft = Draft(flags=int(MessageFlag.EPHEMERAL) if ephemeral else 0)
        return write(core, interaction, draft, loading=True), {}
    if kind in (Callback.UPDATE, Callback.DEFERRED_UPDATE):
        source = core.store.message(interaction.channel_id, interaction.source_id or 0)
        if source is None and kind == Callback.UPDATE:
            raise DiscordError(Why.UNKNOWN_MESSAGE)
        if source is not None and kind == Callback.UPDATE:
            core.posting.edit(source, read_draft(data, uploads, _DATA, flags=source.flags))
        return source, {}
    if kind == Callback.CHOICES:
        return None, {"choices": _choices(interaction, data)}
    interaction.modal = read_modal(data, _DATA)
    return None, {"modal": interaction.modal}


def _choices(interaction: Interaction, data: Json) -> list[Json]:
    form = Form(_DATA)
    given: Any = data.get("choices") or []
    choices = [choice for choice in given if choice is not None] if isinstance(given, list) else given
    kind = interaction.focused or OptionKind.STRING
    check_choices(form, choices, ("choices",), kind)
    form.done()
    return [completed_choice(choice, kind) for choice in choices]


def _tell(core: Core, interaction: Interaction, shown: Json) -> None:
    """The person who waits for the answer."""
    callback, original = interaction.answered, interaction.original_id
    if callback is None:
        return
    told: Json = {
        "interaction": str(interaction.id),
        "callback": int(callback),
        "result": _RESULTS[callback],
        "message": None if original is None else str(original),
    }
    core.feeds.tell_answer(interaction.user_id, {**told, **shown})


def _response(core: Core, interaction: Interaction, message: Message | None) -> Json:
    about: Json = {"id": str(interaction.id), "type": int(interaction.origin.kind)}
    if message is None or interaction.answered is None:
        return {"interaction": about}
    about |= {
        "response_message_id": str(message.id),
        "response_message_loading": message.loading,
        "response_message_ephemeral": message.seen_by is not None,
        "channel_id": str(message.channel_id),
    }
    guild_id = core.store.channels[message.channel_id].guild_id
    if guild_id is not None:
        about["guild_id"] = str(guild_id)
    if interaction.answered not in _WITH_RESOURCE:
        return {"interaction": about}
    resource: Json = {"type": int(interaction.answered), "message": payloads.message(core.store, message)}
    return {"interaction": about, "resource": resource}
