"""Who is there, what they see, and whether a bot is connected."""

from aiohttp import web

from sandbox.control.asked import Given, asked, channel_named
from sandbox.control.problems import ControlError, Problem
from sandbox.control.streaming import stream
from sandbox.core import CORE
from sandbox.feeds import sees
from sandbox.gateway.presences import STATUSES, Presence
from sandbox.state import Message
from sandbox.views import channel_name, message_view
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.get("/world")
async def world(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    return answer(
        {
            "bot": store.users[store.bot_id].name,
            "people": [user.name for user in store.users.values() if not user.bot],
            "guilds": {
                guild.name: [channel_name(store, channel) for channel in guild.channels.values()]
                for guild in store.guilds.values()
            },
        }
    )


@routes.get("/bot")
async def bot(request: web.Request) -> web.Response:
    """Waits up to `timeout` seconds until a bot is connected, or with `gone` until none is."""
    sessions, gone = request.app[CORE].sessions, "gone" in request.query
    wait = sessions.until_alone if gone else sessions.until_connected
    try:
        await wait(float(request.query.get("timeout", "0")))
    except TimeoutError:
        return answer({"connected": gone})
    return answer({"connected": not gone})


@routes.post("/people/{person}/presence")
async def appear(request: web.Request) -> web.Response:
    """A status, and what the person is playing."""
    who = await asked(request)
    gateway, playing = who.core.gateway, who.body.get("playing")
    if who.body["status"] not in STATUSES:
        raise ControlError(Problem.REFUSED, f"a status is one of {', '.join(STATUSES)}")
    activities = () if playing is None else ({"name": str(playing), "type": 0},)
    gateway.presences.set(who.person.id, Presence(who.body["status"], activities))
    for guild in who.core.store.guilds.values():
        if who.person.id in guild.members:
            gateway.sessions.tell(gateway.presences.event(who.person.id, guild.id))
    return answer({})


@routes.get("/people/{person}/messages")
async def history(request: web.Request) -> web.Response:
    """Oldest first."""
    who = await asked(request)
    channel = channel_named(who.core, who.person, Given(request.query)["channel"])
    shelf = who.core.store.shelves[channel.id]
    seen = [each for each in shelf.after(0) if not each.deleted and sees(who.core.store, who.person.id, each)]
    return answer([message_view(who.core.store, message) for message in seen])


@routes.get("/people/{person}/feed")
async def feed(request: web.Request) -> web.WebSocketResponse:
    """Everything that the person sees: first what there is, then what happens."""
    who = await asked(request)
    with who.core.feeds.open(who.person.id) as items:
        messages = [message_view(who.core.store, each) for each in _seen(request, who.person.id)]
        hello: Json = {"kind": "hello", "sequence": who.core.feeds.sequence, "messages": messages}
        return await stream(request, hello, items)


def _seen(request: web.Request, user_id: int) -> list[Message]:
    store = request.app[CORE].store
    everything = (message for shelf in store.shelves.values() for message in shelf.after(0))
    return [message for message in everything if not message.deleted and sees(store, user_id, message)]
