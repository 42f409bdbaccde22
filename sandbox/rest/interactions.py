"""The first response to an interaction."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.interactions import Callback, Interaction, InteractionKind
from sandbox.rest.bodies import id_of, json_of, uploads_of
from sandbox.rules.commands import check_choices
from sandbox.rules.form import Form
from sandbox.rules.layouts import check_modal
from sandbox.rules.messages import Draft, Upload, read_draft
from sandbox.state import Message, MessageFlag, MessageKind
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_DATA = ("data",)
_WITHOUT_MESSAGE = (Callback.PONG, Callback.CHOICES, Callback.MODAL)
# A deferred response has made nothing yet that could be shown.
_WITH_RESOURCE = (Callback.MESSAGE, Callback.UPDATE)


@routes.post("/interactions/{interaction}/{token}/callback")
async def callback(request: web.Request) -> web.Response:
    core = request.app[CORE]
    interaction_id = id_of(request, "interaction", Why.UNKNOWN_INTERACTION)
    interaction = core.ledger.to_answer(interaction_id, request.match_info["token"])
    body = json_of(request)
    kind = _kind(interaction, body)
    data: Json = body.get("data") or {}
    message = _answer(core, interaction, kind, data, uploads_of(request))
    interaction.answered = kind
    interaction.original_id = None if message is None else message.id
    _tell(core, interaction, data)
    if request.query.get("with_response", "").lower() in ("1", "true"):
        return answer(_response(core, interaction, message))
    return nothing()


def _kind(interaction: Interaction, body: Json) -> Callback:
    if body.get("type") not in interaction.allowed():
        form = Form()
        form.choice(("type",), interaction.allowed())
        form.done()
    return Callback(body["type"])


def _answer(
    core: Core, interaction: Interaction, kind: Callback, data: Json, uploads: tuple[Upload, ...]
) -> Message | None:
    """Does what the callback asks for. Raises DiscordError, which leaves the interaction unanswered."""
    source = core.store.message(interaction.channel_id, interaction.source_id or 0)
    if kind == Callback.MESSAGE:
        return write(core, interaction, read_draft(data, uploads, _DATA))
    if kind == Callback.DEFERRED_MESSAGE:
        return write(core, interaction, Draft(flags=_flags(data)), loading=True)
    if kind == Callback.UPDATE:
        if source is None:
            raise DiscordError(Why.UNKNOWN_MESSAGE)
        return core.posting.edit(source, read_draft(data, uploads, _DATA, flags=source.flags))
    if kind == Callback.DEFERRED_UPDATE:
        return source
    form = Form(_DATA)
    if kind == Callback.CHOICES:
        check_choices(form, form.listed(("choices",), data.get("choices") or []), ("choices",))
    elif kind == Callback.MODAL:
        check_modal(form, data)
    form.done()
    return None


def _flags(data: Json) -> int:
    flags = data.get("flags")
    return flags if isinstance(flags, int) else 0


def write(core: Core, interaction: Interaction, draft: Draft, *, loading: bool = False) -> Message:
    """A message of the application that answers this interaction, for everybody or for one person."""
    first = interaction.answered is None
    kind = MessageKind.DEFAULT
    if first and interaction.kind == InteractionKind.COMMAND:
        kind = MessageKind.SLASH_COMMAND if interaction.slash else MessageKind.CONTEXT_COMMAND
    ephemeral = (draft.flags or 0) & MessageFlag.EPHEMERAL
    channel = core.store.channels.get(interaction.channel_id)
    if channel is None:  # it was deleted meanwhile
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    return core.posting.create(
        channel,
        core.store.bot_id,
        draft,
        kind=kind,
        origin=interaction.origin,
        seen_by=interaction.user_id if ephemeral else None,
        loading=loading,
    )


def _tell(core: Core, interaction: Interaction, data: Json) -> None:
    """The person who waits for the answer."""
    callback = interaction.answered
    original = interaction.original_id
    told: Json = {
        "interaction": str(interaction.id),
        "callback": None if callback is None else int(callback),
        "message": None if original is None else str(original),
    }
    if callback == Callback.CHOICES:
        told["choices"] = data.get("choices") or []
    elif callback == Callback.MODAL:
        told["modal"] = data
    core.feeds.tell_answer(interaction.user_id, told)


def _response(core: Core, interaction: Interaction, message: Message | None) -> Json:
    about: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    if message is None or interaction.answered in _WITHOUT_MESSAGE:
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
    resource = {"type": int(interaction.answered), "message": payloads.message(core.store, message)}
    return {"interaction": about, "resource": resource}
