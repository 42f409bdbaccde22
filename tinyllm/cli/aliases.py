"""`tinyllm models alias`: short names that stand for models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, note, print_json, print_table, say
from tinyllm.cli.running import FAILED, clean, run, synced

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings

aliases = typer.Typer(name="alias", help="Short names for models, such as fast and large.", no_args_is_help=True)


@aliases.command("list")
def list_aliases(json: Json = False) -> None:
    """List the aliases, what they stand for, and whether that is installed."""

    async def work(core: Core, _: Settings) -> None:
        known = await synced(core)
        listed = sorted(core.registry.list_aliases().items())
        entries = [facts.alias_json(core.registry, *entry, known=known) for entry in listed]
        if json:
            print_json(entries)
        elif entries:
            print_aliases(entries)
        else:
            say("There is no alias. Add one: tinyllm models alias add fast qwen2.5:0.5b")

    run(work)


def print_aliases(entries: Sequence[Mapping[str, Any]]) -> None:
    """A row for each of `facts.alias_json`."""
    rows = [(entry["alias"], facts.stands_for(entry), facts.presence(entry)) for entry in entries]
    print_table(("Alias", "Stands For", "Model"), rows)


@aliases.command("add")
def add(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The short name: one word.")],
    model: Annotated[str, typer.Argument(metavar="MODEL", help="What it stands for: a model, or another alias.")],
    json: Json = False,
) -> None:
    """Let a short name stand for a model, or for another model than before.

    Whatever follows the alias moves with it: channels, servers and the default. A bot that is running knows it within
    ten seconds.

    Example: tinyllm models alias add fast qwen2.5:1.5b
    """
    name, target = clean(alias), clean(model)

    async def work(core: Core, _: Settings) -> None:
        known = await synced(core)
        before = core.registry.list_aliases()
        core.registry.add_alias(name, target)
        await core.shared.save()
        now = core.registry.list_aliases()
        added = next((each for each in now if now[each] != before.get(each)), name.strip().casefold())
        entry = facts.alias_json(core.registry, added, now.get(added, target), known=known)
        if json:
            print_json(entry)
        else:
            earlier = f" (before: {before[added]})" if before.get(added, entry["target"]) != entry["target"] else ""
            say(f"{added} stands for {facts.stands_for(entry)} now{earlier}.")
        if entry["installed"] is False:
            note(f"{entry['model']} is not installed. Install it: tinyllm models pull {added}")

    run(work)


@aliases.command("remove")
def remove(
    alias: Annotated[str, typer.Argument(metavar="ALIAS", help="The short name to forget.")],
    json: Json = False,
) -> None:
    """Forget a short name; a built-in one too, or one of the settings.

    Example: tinyllm models alias remove fast
    """
    name = clean(alias)

    async def work(core: Core, _: Settings) -> int | None:
        from tinyllm.errors import shortened
        from tinyllm.models.names import closest

        before = core.registry.list_aliases()
        if not core.registry.remove_alias(name):
            near = closest(name, before)
            note(f"“{shortened(name)}” is no alias." + (f" Closest: {', '.join(near)}." if near else ""))
            return FAILED
        await core.shared.save()
        removed = (before.keys() - core.registry.list_aliases().keys()).pop()
        followers = sorted(other for other, target in core.registry.list_aliases().items() if target == removed)
        if json:
            print_json({"alias": removed, "target": before[removed], "removed": True})
        else:
            say(f"{removed} is no alias any more. It stood for {before[removed]}.")
        if followers:
            note(f"{facts.listed(followers)} stood for it and now lead{'s' * (len(followers) == 1)} nowhere.")
        return None

    run(work)
