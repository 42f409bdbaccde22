"""What a scripted person does in servers besides talking: threads, channels, and other members."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sandbox.actor.line import Line
from sandbox.actor.messages import Json, Message


@dataclass(frozen=True, slots=True)
class Place:
    """One state of a channel or thread; `type` is Discord's number, `members` are those of a thread by name."""

    id: int
    guild: str
    name: str
    type: int
    topic: str
    parent: int | None
    archived: bool
    locked: bool
    members: tuple[str, ...]
    tags: tuple[str, ...]


def read_place(view: Json) -> Place:
    return Place(
        id=int(view["id"]),
        guild=view["guild"],
        name=view["name"],
        type=view["type"],
        topic=view["topic"],
        parent=None if view["parent"] is None else int(view["parent"]),
        archived=view["archived"],
        locked=view["locked"],
        members=tuple(view["members"]),
        tags=tuple(view["tags"]),
    )


class Resident:
    """Channels and threads are named as in `Person`, or given as a `Place`; servers by name.

    Everything raises NotAllowed where Discord would not let this person do it, and Refused for what it refuses.
    """

    _line: Line

    # Threads

    async def create_thread(
        self, where: "Message | Place | str", name: str, *, private: bool = False, **first_message: Any
    ) -> Place:
        """From a message, or in a channel; in a forum with `content` and perhaps `tags`."""
        body: Json = {"name": name, "private": private, **first_message}
        if isinstance(where, Message):
            body["message"] = str(where.id)
        else:
            body["channel"] = _written(where)
        return read_place(await self._line.act("POST", "/threads", body))

    async def change_thread(self, thread: Place | str, **changes: Any) -> Place:
        """`name`, `archived`, `locked`, `rate_limit_per_user` and so on, as in Discord's API; `tags` by name."""
        return read_place(await self._line.act("PATCH", f"/threads/{_quoted(thread)}", changes))

    async def archive_thread(self, thread: Place | str) -> Place:
        return await self.change_thread(thread, archived=True)

    async def delete_thread(self, thread: Place | str) -> None:
        await self._line.act("DELETE", f"/threads/{_quoted(thread)}")

    async def join_thread(self, thread: Place | str) -> Place:
        return read_place(await self._line.act("PUT", f"/threads/{_quoted(thread)}/members", {}))

    async def leave_thread(self, thread: Place | str) -> None:
        await self._line.act("DELETE", f"/threads/{_quoted(thread)}/members", {})

    async def bring_into_thread(self, thread: Place | str, user: str) -> Place:
        return read_place(await self._line.act("PUT", f"/threads/{_quoted(thread)}/members", {"user": user}))

    async def remove_from_thread(self, thread: Place | str, user: str) -> None:
        await self._line.act("DELETE", f"/threads/{_quoted(thread)}/members", {"user": user})

    # Channels

    async def create_channel(self, guild: str, name: str, kind: str = "text", **settings: Any) -> Place:
        """`category` by name; other settings as in Discord's API."""
        body = {"guild": guild, "name": name, "kind": kind, **settings}
        return read_place(await self._line.act("POST", "/channels", body))

    async def change_channel(self, channel: Place | str, **changes: Any) -> Place:
        """As in Discord's API."""
        return read_place(await self._line.act("PATCH", f"/channels/{_quoted(channel)}", changes))

    async def delete_channel(self, channel: Place | str) -> None:
        await self._line.act("DELETE", f"/channels/{_quoted(channel)}")

    # Servers and their members

    async def join_guild(self, guild: str) -> None:
        await self._in_guild("PUT", guild, "")

    async def leave_guild(self, guild: str) -> None:
        await self._in_guild("DELETE", guild, "")

    async def invite_bot(self, guild: str, permissions: int | None = None) -> None:
        """With an ordinary chat bot's permissions unless others are given."""
        await self._in_guild("PUT", guild, "/bot", **({} if permissions is None else {"permissions": permissions}))

    async def set_nick(self, guild: str, nick: str | None, *, of: str | None = None) -> None:
        await self._in_guild("PUT", guild, "/nick", nick=nick, **({} if of is None else {"user": of}))

    async def give_role(self, guild: str, user: str, role: str) -> None:
        await self._in_guild("PUT", guild, "/roles", user=user, role=role)

    async def take_role(self, guild: str, user: str, role: str) -> None:
        await self._in_guild("DELETE", guild, "/roles", user=user, role=role)

    async def time_out(self, guild: str, user: str, seconds: float, *, reason: str | None = None) -> None:
        """0 seconds end it."""
        await self._in_guild("PUT", guild, "/timeouts", user=user, seconds=seconds, reason=reason)

    async def kick(self, guild: str, user: str, *, reason: str | None = None) -> None:
        await self._in_guild("POST", guild, "/kicks", user=user, reason=reason)

    async def ban(self, guild: str, user: str, *, reason: str | None = None, delete_message_seconds: int = 0) -> None:
        more = {"reason": reason, "delete_message_seconds": delete_message_seconds}
        await self._in_guild("POST", guild, "/bans", user=user, **more)

    async def unban(self, guild: str, user: str) -> None:
        await self._in_guild("DELETE", guild, "/bans", user=user)

    async def _in_guild(self, method: str, guild: str, path: str, **body: Any) -> None:
        await self._line.act(method, f"/guilds/{quote(guild, safe='')}{path}", body)


def _written(place: Place | str) -> str:
    return place if isinstance(place, str) else str(place.id)


def _quoted(place: Place | str) -> str:
    return quote(_written(place), safe="")
