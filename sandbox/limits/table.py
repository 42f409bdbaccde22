"""Which routes share which bucket, and how much goes through it.

Discord documents the limit over all routes, the count of invalid requests, and how many commands are new in a day:
`limiter.py` has these. Of the limits of routes it documents how they are announced, and no number, because they may
change and bots have to read them from the headers. Every number here is observed, by the authors of libraries, who have
published them over the years; those of creating and editing messages are the best known. A route that no row names has
a bucket of its own that is no tighter than the limit over everything. The first response to an interaction has none, as
on Discord.
"""

import hashlib
from dataclasses import dataclass

HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Bucket:
    """So many requests in so many seconds, over all of its routes together, for each channel, guild or webhook.

    A route is a method and a path in which `{}` stands for whatever it names.
    """

    name: str
    limit: int
    seconds: float
    routes: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """What `X-RateLimit-Bucket` says: it means nothing, and is always the same."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Sublimit:
    """A limit that no header tells of: it counts only requests of one route whose body has one of these parts."""

    route: str
    parts: frozenset[str]
    limit: int
    seconds: float


_CHANNEL = "/channels/{}"
_MESSAGES = _CHANNEL + "/messages"
_MESSAGE = _MESSAGES + "/{}"
_REACTIONS = _MESSAGE + "/reactions"
_GUILD = "/guilds/{}"
_MEMBER = _GUILD + "/members/{}"
_COMMANDS = "/applications/{}/commands"
_GUILD_COMMANDS = "/applications/{}/guilds/{}/commands"
_WEBHOOK = "/webhooks/{}/{}"

MESSAGES = (
    Bucket("create messages", 5, 5, (f"POST {_MESSAGES}",)),
    Bucket("edit messages", 5, 5, (f"PATCH {_MESSAGE}",)),
    # Messages of the last ten seconds, and those older than two weeks, have other numbers on Discord.
    Bucket("delete messages", 5, 1, (f"DELETE {_MESSAGE}",)),
    Bucket("delete many messages", 1, 3, (f"POST {_MESSAGES}/bulk-delete",)),
    Bucket("read history", 5, 5, (f"GET {_MESSAGES}",)),
    Bucket("read messages", 5, 5, (f"GET {_MESSAGE}",)),
    Bucket("publish messages", 10, HOUR, (f"POST {_MESSAGE}/crosspost",)),
    Bucket(
        "change reactions",
        1,
        0.25,
        (
            f"PUT {_REACTIONS}/{{}}/@me",
            f"DELETE {_REACTIONS}/{{}}/@me",
            f"DELETE {_REACTIONS}/{{}}/{{}}",
            f"DELETE {_REACTIONS}/{{}}",
            f"DELETE {_REACTIONS}",
        ),
    ),
    Bucket("read pins", 1, 5, (f"GET {_CHANNEL}/pins", f"GET {_MESSAGES}/pins")),
    Bucket(
        "change pins",
        5,
        4,
        tuple(f"{method} {path}/pins/{{}}" for method in ("PUT", "DELETE") for path in (_CHANNEL, _MESSAGES)),
    ),
)

CHANNELS = (
    Bucket("type", 5, 5, (f"POST {_CHANNEL}/typing",)),
    Bucket("change channels", 5, 15, (f"PATCH {_CHANNEL}",)),
    Bucket("change overwrites", 10, 15, (f"PUT {_CHANNEL}/permissions/{{}}", f"DELETE {_CHANNEL}/permissions/{{}}")),
    Bucket("invite", 5, 15, (f"POST {_CHANNEL}/invites",)),
    Bucket("create threads", 50, 300, (f"POST {_CHANNEL}/threads", f"POST {_MESSAGE}/threads")),
    Bucket("read thread members", 10, 10, (f"GET {_CHANNEL}/thread-members",)),
    Bucket(
        "change thread members",
        5,
        5,
        tuple(f"{method} {_CHANNEL}/thread-members/{who}" for method in ("PUT", "DELETE") for who in ("@me", "{}")),
    ),
)

GUILDS = (
    Bucket("list members", 10, 10, (f"GET {_GUILD}/members",)),
    Bucket("search members", 10, 10, (f"GET {_GUILD}/members/search",)),
    Bucket("read members", 5, 1, (f"GET {_MEMBER}",)),
    Bucket("change members", 10, 10, (f"PATCH {_MEMBER}",)),
    Bucket("change own member", 1, 1, (f"PATCH {_GUILD}/members/@me", f"PATCH {_GUILD}/members/@me/nick")),
    Bucket("kick", 5, 1, (f"DELETE {_MEMBER}",)),
    Bucket("give roles", 10, 10, (f"PUT {_MEMBER}/roles/{{}}", f"DELETE {_MEMBER}/roles/{{}}")),
    Bucket("list bans", 10, 10, (f"GET {_GUILD}/bans",)),
    Bucket("create roles", 250, 2 * DAY, (f"POST {_GUILD}/roles",)),
    Bucket("change roles", 1000, DAY, (f"PATCH {_GUILD}/roles/{{}}",)),
    Bucket("create emojis", 50, HOUR, (f"POST {_GUILD}/emojis",)),
    Bucket("change emojis", 1, 2, (f"PATCH {_GUILD}/emojis/{{}}", f"DELETE {_GUILD}/emojis/{{}}")),
)

USERS = (
    Bucket("find the gateway", 2, 5, ("GET /gateway/bot",)),
    Bucket("change own user", 2, 600, ("PATCH /users/@me",)),
    Bucket("read users", 30, 30, ("GET /users/{}",)),
    Bucket("list own guilds", 1, 1, ("GET /users/@me/guilds",)),
    Bucket("read invites", 250, 6, ("GET /invites/{}",)),
)

_WRITES = (
    ("create", "POST", "", 5, 20.0),
    ("replace", "PUT", "", 2, 60.0),
    ("change", "PATCH", "/{}", 5, 20.0),
    ("remove", "DELETE", "/{}", 5, 20.0),
)
COMMANDS = (
    *(Bucket(f"{what} commands", limit, per, (f"{how} {_COMMANDS}{end}",)) for what, how, end, limit, per in _WRITES),
    *(
        Bucket(f"{what} commands of a guild", limit, per, (f"{how} {_GUILD_COMMANDS}{end}",))
        for what, how, end, limit, per in _WRITES
    ),
    Bucket("permit commands", 5, 20, (f"PUT {_GUILD_COMMANDS}/{{}}/permissions",)),
)

# Of an interaction too, where the token stands in the place of the webhook's.
WEBHOOKS = (
    Bucket(
        "execute webhooks",
        5,
        2,
        (
            f"POST {_WEBHOOK}",
            *(f"{method} {_WEBHOOK}/messages/{{}}" for method in ("GET", "PATCH", "DELETE")),
            *(f"{method} {_WEBHOOK}/messages/@original" for method in ("GET", "PATCH", "DELETE")),
        ),
    ),
)

TABLE = MESSAGES + CHANNELS + GUILDS + USERS + COMMANDS + WEBHOOKS

SUBLIMITS = (Sublimit(f"PATCH {_CHANNEL}", frozenset({"name", "topic"}), 2, 600),)
