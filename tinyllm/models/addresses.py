"""Addresses of model servers: Ollama's read the way Ollama reads them, and others that name their dialect."""

import ipaddress
import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote, urlsplit

import idna

DEFAULT_PORT = 11434
"""Ollama's own, used where an address without a scheme names none."""


class Dialect(StrEnum):
    """What a server speaks."""

    OLLAMA = "ollama"
    OPENAI = "openai"


@dataclass(frozen=True, slots=True)
class BackendAddress:
    """Where a model server is, and how to speak to it."""

    dialect: Dialect
    url: str
    """The base URL, without a key."""
    api_key: str | None = field(default=None, repr=False)


_SCHEMES = {
    "": (Dialect.OLLAMA, ""),
    "http": (Dialect.OLLAMA, "http://"),
    "https": (Dialect.OLLAMA, "https://"),
    "ollama": (Dialect.OLLAMA, ""),
    "ollama+http": (Dialect.OLLAMA, "http://"),
    "ollama+https": (Dialect.OLLAMA, "https://"),
    "openai": (Dialect.OPENAI, "http://"),
    "openai+http": (Dialect.OPENAI, "http://"),
    "openai+https": (Dialect.OPENAI, "https://"),
}
"""The dialect that a scheme means, and what the address begins with on the wire."""
_NO_ADDRESS = "that is no address of a server; in a key, / is written %2F, @ is %40 and : is %3A"


def backend_addresses(text: str) -> tuple[BackendAddress, ...]:
    """Several addresses with commas or white space between them. Raises ValueError as `backend_address` does."""
    return tuple(backend_address(part) for part in re.split(r"[\s,]+", text) if part)


def backend_address(text: str) -> BackendAddress:
    """What the address of any model server means; an API key stands before the host, as in `openai+https://:KEY@host`.

    Without a port, `ollama://` and no scheme mean Ollama's own, all others the web's (80, with TLS 443). In the
    dialect of OpenAI a missing path is `/v1`. Raises ValueError, whose text shows nothing of a key.
    """
    scheme, mark, rest = text.strip().partition("://")
    if not mark:
        scheme, rest = "", scheme
    if scheme.lower() not in _SCHEMES or (mark and not scheme):
        raise ValueError("an address begins with http://, https://, ollama://, openai:// or openai+https://")
    dialect, prefix = _SCHEMES[scheme.lower()]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    userinfo, at, host = authority.rpartition("@")
    path = rest[len(authority) :]
    if "@" in path or (dialect is Dialect.OPENAI and not host):
        raise ValueError(_NO_ADDRESS)
    if dialect is Dialect.OPENAI and not path.strip("/"):
        path = "/v1"
    try:
        url = server_address(f"{prefix}{host}{path}")
    except ValueError:
        # Half of a key may stand where a host was looked for.
        raise ValueError(_NO_ADDRESS) from None
    return BackendAddress(dialect, url, _key(userinfo) if at else None)


def checked_key(api_key: str) -> str:
    """The key, where a header can carry it. Raises ValueError."""
    if re.fullmatch(r"[!-~]+", api_key) is None:
        raise ValueError("an API key has no spaces and only plain letters, digits and signs")
    return api_key


def _key(userinfo: str) -> str:
    """The API key before an @, alone or after a colon. Raises ValueError."""
    user, _, password = userinfo.partition(":")
    if user and password:
        raise ValueError("before the @ stands nothing but the API key; in it, : is written %3A")
    return checked_key(unquote(user or password))


def server_address(host: str) -> str:
    """The base URL that `OLLAMA_HOST` means: scheme and port may be missing, a path is kept.

    A wildcard such as `0.0.0.0`, which a server listens on, becomes the loopback address that a client can reach.
    Raises ValueError where no host can be made out.
    """
    text = host.strip().strip("\"'").strip()
    has_scheme = "://" in text
    parts = urlsplit(text if has_scheme else f"http://{_bracketed(text)}")
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"{parts.scheme}:// is no address of a model server")
    if " " in text or not text.isprintable() or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("not an address")
    port = parts.port
    if port is None:
        port = {"https": 443, "http": 80}[parts.scheme] if has_scheme else DEFAULT_PORT
    return f"{parts.scheme}://{_reachable(parts.hostname or '127.0.0.1')}:{port}{parts.path.rstrip('/')}"


def is_this_machine(url: str) -> bool:
    """Whether the host of a base URL is the machine that we run on; 0.0.0.0 leads there, too.

    Raises ValueError where it is no URL.
    """
    host = urlsplit(url).hostname or ""
    try:
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    except ValueError:
        return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")


def _bracketed(text: str) -> str:
    """An IPv6 address gets the brackets that a URL needs."""
    try:
        return f"[{ipaddress.IPv6Address(text)}]"
    except ValueError:
        return text


def _reachable(hostname: str) -> str:
    try:
        address = ipaddress.ip_address(hostname)
    except ValueError:
        return _ascii(hostname)
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"[{address}]" if address.version == 6 else str(address)


def _ascii(hostname: str) -> str:
    """The name as it is looked up. Raises ValueError where it cannot be one."""
    name = hostname if hostname.isascii() else idna.encode(hostname).decode()
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", name, re.ASCII) is None:
        raise ValueError(f"{name} is no name of a host")
    return name
