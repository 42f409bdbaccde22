"""`tinyllm conversations`: what is remembered of the chats at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, is_terminal, print_json, print_table, say, shown
from tinyllm.cli.running import WRONG_USAGE, clean, fail, run, with_core
from tinyllm.errors import UnknownConversationError

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings
    from tinyllm.storage.turns import Kept

conversations = typer.Typer(
    name="conversations", help="The conversations at the terminal: list, delete.", no_args_is_help=True
)


@conversations.command("list")
def list_conversations(json: Json = False) -> None:
    """List the conversations that are kept, the last used first."""

    async def work(core: Core, _: Settings) -> None:
        from tinyllm.scopes import ScopeKind

        kept = await core.turns.kept(ScopeKind.TERMINAL)
        if json:
            print_json({"conversations": [_as_json(one) for one in kept]})
        elif not kept and is_terminal(sys.stdout):
            say("No conversation is kept yet. Begin one with: tinyllm chat")
        else:
            print_table(
                ("Conversation", "Turns", "Model", "Last Used"),
                [
                    (one.id, f"{one.turns:,}", one.model or facts.NOTHING, facts.moment(one.last_said_at))
                    for one in kept
                ],
                right=(1,),
            )

    run(work)


@conversations.command("delete")
def delete_conversation(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The conversation.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    json: Json = False,
) -> None:
    """Delete a conversation with everything that was said in it.

    Example: tinyllm conversations delete work
    """
    wanted = clean(name).strip()
    if not yes and not is_terminal(sys.stdin):
        fail("Nobody can be asked here. Say --yes to delete it without a question.", WRONG_USAGE)
    kept = with_core(lambda core, _: _find(core, wanted))
    what = f"“{wanted}” with {facts.counted(kept.turns, 'turn')}"
    if not yes and not typer.confirm(shown(f"Delete {what}?"), err=True):
        fail("Nothing was deleted.")

    async def work(core: Core, _: Settings) -> None:
        from tinyllm.scopes import conversation_scope

        scope = conversation_scope(wanted)
        await core.conversations.clear(scope)
        await core.choices.follow(scope)
        if json:
            print_json(_as_json(kept) | {"deleted": True})
        else:
            say(f"Deleted {what}.")

    run(work)


async def _find(core: Core, wanted: str) -> Kept:
    """Raises UnknownConversationError, StorageError."""
    from tinyllm.scopes import ScopeKind

    kept = {one.id: one for one in await core.turns.kept(ScopeKind.TERMINAL)}
    if wanted not in kept:
        raise UnknownConversationError(wanted, kept)
    return kept[wanted]


def _as_json(kept: Kept) -> dict[str, Any]:
    last = facts.moment_json(kept.last_said_at)
    return {"name": kept.id, "turns": kept.turns, "model": kept.model, "last_used": last}
