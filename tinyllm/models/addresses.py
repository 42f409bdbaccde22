"""Addresses of model servers, read the way Ollama reads them."""

import ipaddress
import re
from urllib.parse import urlsplit

import idna

DEFAULT_PORT = 11434
"""Ollama's own, used where an address without a scheme names none."""


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
