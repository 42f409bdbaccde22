"""The command `tinyllm`: every family of commands under one name."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from tinyllm import __version__
from tinyllm.cli.chat import chat
from tinyllm.cli.conversations import conversations
from tinyllm.cli.models import models

app = typer.Typer(
    name="tinyllm",
    help="Talk to your own language models, and change the model in the middle of a conversation.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(chat)
app.add_typer(models)
app.add_typer(conversations)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tinyllm {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options that come before a command."""


def main() -> None:
    """Run the command that the arguments name, and exit: 0 done, 1 failed, 2 wrong usage."""
    gc.freeze()
    gc.disable()  # while modules are imported nothing becomes garbage; `run` turns it on again
    try:
        app()
    except BrokenPipeError:  # `tinyllm … | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
