"""Makes and revokes the invites to guilds."""

import secrets

from sandbox import payloads
from sandbox.clock import Clock
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.permissions import Permission
from sandbox.rules.settings import Changes
from sandbox.state import Channel, Guild, Invite
from sandbox.store import Store
from sandbox.wire import Json

_LOGGED = ("code", "channel_id", "inviter_id", "max_uses", "uses", "max_age", "temporary")
_MANAGERS = Permission.MANAGE_CHANNELS | Permission.MANAGE_GUILD


class Invites:
    """The only writer of invites."""

    def __init__(self, store: Store, clock: Clock, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._teller = teller
        self._audit = audit

    def create(self, guild: Guild, channel: Channel, given: Changes, deed: Deed) -> Invite:
        """The one that there is already, if it is the same and `unique` is not asked for."""
        unique = given.pop("unique", False)
        for invite in self.good(guild):
            same = (invite.channel_id, invite.inviter_id) == (channel.id, deed.by)
            if not unique and same and all(getattr(invite, key) == value for key, value in given.items()):
                return invite
        invite = Invite(secrets.token_urlsafe(6), channel.id, deed.by, self._clock.now(), **given)
        guild.invites[invite.code] = invite
        data = {
            **payloads.invite_metadata(invite),
            **self._place(guild, invite),
            "inviter": payloads.user(self._store.users[deed.by]),
            "expires_at": payloads.invite(self._store, guild, invite)["expires_at"],
        }
        self._tell(guild, "INVITE_CREATE", data)
        changes = difference({}, _logged(invite), _LOGGED)
        self._audit.record(guild, deed, Action.INVITE_CREATED, None, changes)
        return invite

    def revoke(self, guild: Guild, invite: Invite, deed: Deed) -> None:
        del guild.invites[invite.code]
        self._tell(guild, "INVITE_DELETE", self._place(guild, invite))
        changes = difference(_logged(invite), {}, _LOGGED)
        self._audit.record(guild, deed, Action.INVITE_DELETED, None, changes)

    def good(self, guild: Guild) -> list[Invite]:
        """Those that are still good; others are forgotten."""
        now = self._clock.now()
        for invite in list(guild.invites.values()):
            expires_at = invite.expires_at()
            if (expires_at is not None and expires_at <= now) or 0 < invite.max_uses <= invite.uses:
                del guild.invites[invite.code]
        return list(guild.invites.values())

    def find(self, code: str) -> tuple[Guild, Invite] | None:
        for guild in self._store.guilds.values():
            for invite in self.good(guild):
                if invite.code == code:
                    return guild, invite
        return None

    def _place(self, guild: Guild, invite: Invite) -> Json:
        return {"code": invite.code, "channel_id": str(invite.channel_id), "guild_id": str(guild.id)}

    def _tell(self, guild: Guild, name: str, data: Json) -> None:
        self._teller.tell(guild, name, data, only_with=_MANAGERS)


def _logged(invite: Invite) -> Json:
    ids = {"channel_id": str(invite.channel_id), "inviter_id": str(invite.inviter_id)}
    return {**payloads.invite_metadata(invite), **ids, "code": invite.code}
