"""`tinyllm conversations`: what is remembered of the chats at the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from tinyllm.cli.output import Json, on_terminal, print_json, print_table
from tinyllm.cli.running import FAILED, WRONG_USAGE, clean, run

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings

conversations = typer.Typer(
    name="conversations", help="The conversations at the terminal: list, delete.", no_args_is_help=True
)


@conversations.command("list")
def list_conversations(json: Json = False) -> None:
    """List the conversations that are kept, the last used first."""

    async def work(core: Core, _: Settings) -> None:
        from datetime import datetime

        from tinyllm.cli.words import inert_line
        from tinyllm.scopes import ScopeKind

        kept = await core.turns.kept(ScopeKind.TERMINAL)
        if json:
            rows = [
                {"name": one.id, "turns": one.turns, "model": one.model, "last_used": one.last_said_at} for one in kept
            ]
            print_json({"conversations": rows})
        elif not kept and on_terminal():
            typer.echo("No conversation is kept yet. Begin one with: tinyllm chat")
        else:
            print_table(
                ("Conversation", "Turns", "Model", "Last Used"),
                [
                    (
                        inert_line(one.id),
                        f"{one.turns:,}",
                        inert_line(one.model or "-"),
                        datetime.fromtimestamp(one.last_said_at).strftime("%Y-%m-%d %H:%M"),
                    )
                    for one in kept
                ],
                right=(1,),
            )

    run(work)


@conversations.command("delete")
def delete_conversation(
    name: Annotated[str, typer.Argument(help="The conversation.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a conversation with everything that was said in it."""

    async def work(core: Core, _: Settings) -> int | None:
        from tinyllm.cli.words import counted, inert_line
        from tinyllm.errors import shortened
        from tinyllm.models.names import closest
        from tinyllm.scopes import ScopeKind, conversation_scope

        wanted = clean(name).strip()
        kept = {one.id: one for one in await core.turns.kept(ScopeKind.TERMINAL)}
        shown = inert_line(shortened(wanted))
        if wanted not in kept:
            near = closest(wanted, kept)
            typer.echo(
                f"There is no conversation “{shown}”." + (f" Closest: {inert_line(', '.join(near))}." if near else ""),
                err=True,
            )
            return FAILED
        turns = counted(kept[wanted].turns, "turn")
        if not yes:
            if not (sys.stdin and sys.stdin.isatty() and on_terminal()):
                typer.echo("Nothing was deleted: nobody can be asked here. Add --yes.", err=True)
                return WRONG_USAGE
            if not _confirmed(f"Delete “{shown}” with {turns}?"):
                typer.echo("Nothing was deleted.", err=True)
                return FAILED
        scope = conversation_scope(wanted)
        await core.conversations.clear(scope)
        await core.choices.follow(scope)
        typer.echo(f"Deleted “{shown}” with {turns}.")
        return None

    run(work)


def _confirmed(question: str) -> bool:
    try:
        return typer.confirm(question)
    except typer.Abort:
        return False
