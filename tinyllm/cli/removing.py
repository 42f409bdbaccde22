"""`tinyllm models remove`: delete a model, after saying who will miss it."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, is_terminal, note, print_json, say, shown
from tinyllm.cli.running import FAILED, WRONG_USAGE, clean, fail, run, with_core

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings


@dataclass(frozen=True, slots=True)
class Use:
    """A model, and who follows it."""

    model: str
    size_bytes: int | None
    aliases: list[str]
    default: bool
    """Whether it answers where nothing else was chosen."""
    guilds: int
    channels: int


def remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model, or an alias of it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    json: Json = False,
) -> None:
    """Delete a model from the model server.

    Says first how large it is and who uses it: aliases, the default, servers and channels.

    Example: tinyllm models remove qwen2.5:7b
    """
    typed = clean(name)
    if not yes and not is_terminal(sys.stdin):
        fail("Nobody can be asked here. Say --yes to remove it without a question.", WRONG_USAGE)
    use = with_core(lambda core, _: _use(core, typed))
    if not json or not yes:
        for line in _consequences(use):
            note(line)
    if not yes and not typer.confirm(shown(f"Remove {use.model}?"), err=True):
        fail("Nothing was removed.", FAILED)

    async def work(core: Core, _: Settings) -> None:
        await core.backend.remove(use.model)
        if json:
            print_json({**asdict(use), "removed": True})
        else:
            say(f"Removed {use.model}.")

    run(work)


async def _use(core: Core, typed: str) -> Use:
    """Raises UnknownModelError, BackendError, StorageError."""
    from tinyllm.scopes import EVERYWHERE, ScopeKind

    model = await core.choices.find(typed)
    following = await core.choices.following(model.name)
    default = await core.choices.effective(EVERYWHERE) if model.chat_support else None
    return Use(
        model=model.name,
        size_bytes=facts.size_bytes(model),
        aliases=facts.aliases_of(core.registry, model),
        default=default is not None and default.model is model,
        guilds=sum(key.startswith(f"{ScopeKind.GUILD}:") for key in following),
        channels=sum(key.startswith(f"{ScopeKind.CHANNEL}:") for key in following),
    )


def _consequences(use: Use) -> list[str]:
    """What will be gone, and who follows it."""
    lines = [
        f"{use.model} will be deleted from the model server"
        + (f": {facts.size(use.size_bytes)}." if use.size_bytes else ".")
    ]
    if use.aliases:
        lines.append(f"Aliases that lead to it: {', '.join(use.aliases)}.")
    if use.default:
        lines.append("It is the default, which then is the next best model.")
    if use.guilds or use.channels:
        uses = {"server": use.guilds, "channel": use.channels}
        places = " and ".join(facts.counted(count, what) for what, count in uses.items() if count)
        lines.append(f"Chosen by {places}, which then follow the default.")
    return lines
