"""`tinyllm tiers`: which alias is made for which kind of work, and what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinyllm.cli import facts
from tinyllm.cli.aliases import print_aliases
from tinyllm.cli.output import Json, note, print_json, print_table, say
from tinyllm.cli.running import run, synced

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.settings import Settings


@dataclass(frozen=True, slots=True)
class Tier:
    """A kind of work, and the aliases that are made for it."""

    name: str
    work: str
    aliases: tuple[str, ...]


TIERS = (
    Tier("T0 routers", "fast classification", ("tiny", "fast")),
    Tier("T1 specialists", "tasks", ("code", "medium")),
    Tier("T2 workers", "complex tasks", ("large",)),
    Tier("T3 judges", "evaluation", ("judge",)),
)
ROOM = 1.2
"""Memory that a loaded model takes, in sizes of its file: a model is loaded whole, and its context and what the server
works with come to about a fifth more at the contexts that chats have. With long contexts it is more."""
GIGABYTE = 1e9


def tiers(json: Json = False) -> None:
    """Which alias is for which kind of work.

    Shows what each alias stands for now, and whether that is installed. Memory is a rule of thumb: the size of the
    model's file and a fifth more, for the context and for what the model server works with. Of a model that is not
    installed it is not known.
    """

    async def work(core: Core, _: Settings) -> None:
        known = await synced(core)
        entries = [_entry(core, tier, alias, known=known) for tier in TIERS for alias in tier.aliases]
        others = sorted(core.registry.list_aliases().items())
        in_tiers = {entry["alias"] for entry in entries}
        own = [facts.alias_json(core.registry, *each, known=known) for each in others if each[0] not in in_tiers]
        if json:
            print_json({"tiers": entries, "aliases": own})
        else:
            _print(entries, own)

    run(work)


def memory_bytes(model: ModelCapabilities | None) -> int | None:
    """Bytes that a model needs while it is loaded, by the rule of thumb; None where its size is not known."""
    if model is None or model.size_gb is None:
        return None
    return round(model.size_gb * GIGABYTE * ROOM)


def _entry(core: Core, tier: Tier, alias: str, *, known: bool) -> dict[str, Any]:
    """What is known of one alias of a tier; `target` is null where somebody removed it."""
    place = {"tier": tier.name, "work": tier.work}
    target = core.registry.list_aliases().get(alias)
    if target is None:
        unknown = dict.fromkeys(("target", "model", "installed", "problem", "memory_bytes"))
        return {**place, "alias": alias, **unknown}
    needs = memory_bytes(core.registry.get_model(alias))
    return {**place, **facts.alias_json(core.registry, alias, target, known=known), "memory_bytes": needs}


def _print(entries: list[dict[str, Any]], own: list[dict[str, Any]]) -> None:
    rows = [
        (
            f"{entry['tier']} ({entry['work']})",
            entry["alias"],
            facts.stands_for(entry) if entry["target"] else facts.NOTHING,
            facts.presence(entry) if entry["target"] else "no alias any more",
            facts.size(entry["memory_bytes"]),
        )
        for entry in entries
    ]
    print_table(("Tier", "Alias", "Stands For", "Model", "Memory"), rows, right=(4,))
    if own:
        say("", "Your own aliases:")
        print_aliases(own)
    for entry in entries + own:
        if entry["installed"] is False:
            note(f"{entry['alias']} is not installed. Install it: tinyllm models pull {entry['alias']}")
