"""What is heard from Discord when something behind its doors has failed: seldom JSON."""

from collections.abc import Callable
from http import HTTPStatus

from aiohttp import web

from sandbox.wire import Json, answer

Answer = Callable[[], web.Response]

_BAD_GATEWAY = """<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>cloudflare</center>
</body>
</html>
"""
_UNAVAILABLE = "upstream connect error or disconnect/reset before headers. reset reason: overflow"


def answering(status: int, body: Json | str | None, headers: dict[str, str]) -> Answer:
    """Makes answers of this kind; without a body it is the one that is usual for the status."""

    def made() -> web.Response:
        if body is None:
            response = outage(status)
        elif isinstance(body, str):
            response = web.Response(text=body, status=status)
        else:
            response = answer(body, status)
        response.headers.update(headers)
        return response

    return made


def outage(status: int) -> web.Response:
    """The usual body for a status: a page, a line, or for those that Discord itself answers its JSON."""
    if status == HTTPStatus.BAD_GATEWAY:
        return web.Response(text=_BAD_GATEWAY, status=status, content_type="text/html")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return web.Response(text=_UNAVAILABLE, status=status)
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return web.Response(text="error code: 504", status=status)
    return answer({"message": f"{status}: {_phrase(status)}", "code": 0}, status)


def _phrase(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return known.get(status, "Unknown Error")
