"""Names of models, compared the way Ollama compares them."""

import difflib
from collections.abc import Iterable


def canonical(name: str) -> str:
    """The form under which two spellings of a model's name are equal: `X` is `x:latest`."""
    return tagged(name).casefold()


def tagged(name: str) -> str:
    """As servers list it: with a tag."""
    plain = name.strip()
    return plain if ":" in plain.rpartition("/")[2] else f"{plain}:latest"


def closest(name: str, candidates: Iterable[str], limit: int = 3, likeness: float = 0.5) -> list[str]:
    """The candidates most like `name`, best first; empty when none is like it. `likeness` is between 0 and 1."""
    by_folded = {candidate.casefold(): candidate for candidate in candidates}
    wanted = name.strip().casefold()[:200]
    starting = [candidate for folded, candidate in by_folded.items() if wanted and folded.startswith(wanted)]
    similar = [by_folded[folded] for folded in difflib.get_close_matches(wanted, by_folded, n=limit, cutoff=likeness)]
    return list(dict.fromkeys([*similar, *starting]))[:limit]
