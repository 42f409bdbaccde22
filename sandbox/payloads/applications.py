"""The application as Discord's JSON."""

from sandbox.payloads.users import user
from sandbox.store import Store
from sandbox.wire import Json


def application(store: Store, flags: int) -> Json:
    bot = store.users[store.bot_id]
    return {
        "id": str(store.application_id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(store.users[store.owner_id]),
        "approximate_guild_count": len(store.bots_guilds()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}, "1": {}},
        **store.application,
    }
