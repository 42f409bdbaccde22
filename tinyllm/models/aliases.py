"""Names that stand for models: those that are built in, the rules for all, and how a setting lists some."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from tinyllm.models.names import canonical

BUILT_IN_ALIASES: Mapping[str, str] = {
    "fast": "qwen2.5:0.5b",
    "tiny": "tinyllama",
    "code": "granite-code:3b",
    "medium": "qwen2.5:3b",
    "large": "qwen3:8b",
    "judge": "qwen3:14b",
}

LONGEST_ALIAS = 100
"""Characters."""
LONGEST_NAME = 300
"""Characters of a model's name."""


def alias_key(name: str) -> str:
    """The form under which two spellings of an alias are equal; as of a model, `x` is `x:latest`."""
    return canonical(name).removesuffix(":latest")


def is_alias(name: str) -> bool:
    """Whether this can be an alias, in the form of `alias_key`."""
    return _is_word(name, LONGEST_ALIAS)


def is_target(name: str) -> bool:
    """Whether an alias can stand for this: the name of a model, or another alias."""
    return _is_word(name, LONGEST_NAME)


def chain(aliases: Mapping[str, str], name: str, installed: Container[str] = ()) -> list[str]:
    """What `name` stands for, and what that stands for, until an installed model or the first repetition.

    `installed` are the canonical names of models, which go before aliases.
    """
    followed: list[str] = []
    seen = set[str]()
    while canonical(name) not in installed and (key := alias_key(name)) in aliases and key not in seen:
        seen.add(key)
        name = aliases[key]
        followed.append(name)
    return followed


def loop(aliases: Mapping[str, str], name: str, installed: Container[str] = ()) -> list[str]:
    """The way from an alias back to itself; empty where it leads to something else."""
    followed = chain(aliases, name, installed)
    return followed if name in map(alias_key, followed) else []


def listed_aliases(text: str) -> dict[str, str]:
    """Aliases and what they stand for, as a setting lists them: `fast=qwen2.5:0.5b, large=fast`.

    The rules are those of `ModelRegistry.add_alias`. Raises ValueError, which tells which entry is wrong by its number
    and shows nothing of it.
    """
    found: dict[str, str] = {}
    for number, entry in enumerate(re.findall(r"[^\s,]+", re.sub(r"\s*=\s*", "=", text)), 1):
        alias, _, target = entry.partition("=")
        name = alias_key(alias)
        if not is_alias(name) or not is_target(target) or "=" in target:
            raise ValueError(
                f"entry {number} is no NAME=MODEL, with a name of one word and of at most {LONGEST_ALIAS} characters"
            )
        if name in found:
            raise ValueError(f"entry {number} has the name of an earlier one")
        found[name] = target
    for number, name in enumerate(found, 1):
        if loop({**BUILT_IN_ALIASES, **found}, name):
            raise ValueError(f"the name of entry {number} would stand for itself")
    return found


def _is_word(name: str, longest: int) -> bool:
    return 0 < len(name) <= longest and name.isprintable() and not any(map(str.isspace, name))
