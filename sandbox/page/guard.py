"""What a browser is told about the page, so that nothing that a bot or a person wrote can act in it."""

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

_SAME_ORIGIN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@web.middleware
async def harden(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await handler(request)
    if not response.prepared:  # a websocket has said its headers already, and shows nothing
        response.headers.update(_SAME_ORIGIN)
        response.headers["Content-Security-Policy"] = policy(request.host)
        response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    return response


def policy(host: str) -> str:
    """Only this server's own files; no code and no style within the page; HTML only through the page's one function."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            f"connect-src 'self' ws://{host}",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types sandbox",
        )
    )
