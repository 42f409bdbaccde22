"""Model names as Ollama compares them: without regard to case, and `x` is `x:latest`."""

import re

_ALLOWED = re.compile(r"[\w][\w.:/-]*", re.ASCII)
_HOME = "registry.ollama.ai/library/"


def tagged(name: str) -> str:
    """The name as the server lists it."""
    bare = re.sub(r"^https?://", "", name).removeprefix(_HOME)
    return bare if ":" in bare.rpartition("/")[2] else f"{bare}:latest"


def canonical(name: str) -> str:
    """The name as a key: two names of one model give the same."""
    return tagged(name).lower()


def full(name: str) -> str:
    """The name with the registry it came from, as some errors print it."""
    return tagged(name) if "/" in name else _HOME + tagged(name)


def is_valid(name: str) -> bool:
    return _ALLOWED.fullmatch(tagged(name)) is not None
