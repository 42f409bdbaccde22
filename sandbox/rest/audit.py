"""The audit log of a guild."""

from aiohttp import web

from sandbox import payloads
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rest.bodies import guild_of
from sandbox.rest.queries import limit_in
from sandbox.rules.form import Form
from sandbox.rules.settings import Settings
from sandbox.state import Entry, Guild
from sandbox.store import Store
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.get("/guilds/{guild}/audit-logs")
async def log(request: web.Request) -> web.Response:
    """Newest first, or with `after` oldest first."""
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.VIEW_AUDIT_LOG)
    limit = limit_in(request, 50, 100)
    form = Form()
    fields = Settings(form, dict(request.query))
    for name in ("user_id", "target_id", "before", "after"):
        fields.identifier(name)
    fields.number("action_type", 0)
    form.done()
    return answer(_shown(core.store, guild, _found(guild, fields.found)[:limit]))


def _found(guild: Guild, asked: Json) -> list[Entry]:
    wanted = {"user_id": "user_id", "target_id": "target_id", "action_type": "action"}
    found = [
        entry
        for entry in guild.log
        if all(getattr(entry, name) == asked[key] for key, name in wanted.items() if key in asked)
    ]
    if "after" in asked and "before" not in asked:
        return [entry for entry in found if entry.id > asked["after"]]
    return [entry for entry in reversed(found) if entry.id < asked.get("before", 1 << 63)]


def _shown(store: Store, guild: Guild, entries: list[Entry]) -> Json:
    """With the users and threads that the entries speak of."""
    about = {each for entry in entries for each in (entry.user_id, entry.target_id) if each is not None}
    threads = [guild.channels[each] for each in about if each in guild.channels and guild.channels[each].is_thread]
    empty: Json = {
        key: []
        for key in (
            "integrations", "webhooks", "guild_scheduled_events", "application_commands", "auto_moderation_rules",
        )
    }  # fmt: skip
    return {
        "audit_log_entries": [payloads.entry(entry) for entry in entries],
        "users": [payloads.user(store.users[each]) for each in about if each in store.users],
        "threads": [payloads.channel(store, thread) for thread in threads],
        **empty,
    }
