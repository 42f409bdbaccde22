"""The counter of invalid requests, and the ban of an address that has sent too many of them."""

from collections import deque

from aiohttp import web

from sandbox.clock import Clock

_INVALID = frozenset({401, 403, 429})
_PAGE = """<!doctype html>
<html lang="en-US">
<head><title>Access denied | discord.com used Cloudflare to restrict access</title></head>
<body>
<h1>Error 1015</h1>
<h2>You are being rate limited</h2>
<p>The owner of this website (discord.com) has banned you temporarily from accessing this website.</p>
</body>
</html>
"""


class InvalidRequests:
    """Counts answers of 401, 403 and 429 by address; a 429 that others are to blame for does not count."""

    def __init__(self, clock: Clock, most: int, seconds: float, ban_seconds: float) -> None:
        self._clock = clock
        self._most = most
        self._seconds = seconds
        self._ban_seconds = ban_seconds
        self._counted: dict[str, deque[float]] = {}
        self._banned_until: dict[str, float] = {}

    def count(self, address: str, response: web.StreamResponse) -> None:
        if response.status not in _INVALID or response.headers.get("X-RateLimit-Scope") == "shared":
            return
        now = self._clock.now()
        times = self._counted.setdefault(address, deque())
        times.append(now)
        while times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            times.clear()
            self._banned_until[address] = now + self._ban_seconds

    def ban(self, address: str) -> float | None:
        """For how many more seconds the address is banned."""
        left = self._banned_until.get(address, 0.0) - self._clock.now()
        return left if left > 0 else None


def banned_page(seconds: float) -> web.Response:
    """What Cloudflare answers in Discord's place: no JSON, and without the header that Discord's own answers have."""
    headers = {"Retry-After": str(int(seconds) + 1), "Server": "cloudflare"}
    return web.Response(text=_PAGE, status=429, content_type="text/html", headers=headers)
