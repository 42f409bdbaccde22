"""The command `tinyllm`: every family of commands under one name."""

from __future__ import annotations

import gc
import logging
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from tinyllm import __version__
from tinyllm.cli.chat import chat
from tinyllm.cli.conversations import conversations
from tinyllm.cli.doctor import doctor
from tinyllm.cli.health import health
from tinyllm.cli.models import models
from tinyllm.cli.output import note
from tinyllm.cli.running import FAILED
from tinyllm.cli.serve import serve
from tinyllm.cli.tiers import tiers

log = logging.getLogger(__name__)

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
app.command("tiers")(tiers)
app.command("health")(health)
app.command("doctor")(doctor)
app.add_typer(conversations)
app.command("serve")(serve)


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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no “→” gets a question mark
    gc.freeze()
    gc.disable()  # while modules are imported nothing becomes garbage; `run` turns it on again
    try:
        app(prog_name="tinyllm")
    except OSError as exc:
        log.debug("unexpected", exc_info=True)
        note(f"The system does not allow it: {exc.strerror or type(exc).__name__}.")  # a full disk behind stdout
        sys.exit(FAILED)
    except Exception as exc:
        log.debug("unexpected", exc_info=True)
        note(f"Something unexpected went wrong ({type(exc).__name__}). TINYLLM_LOG_LEVEL=debug shows what.")
        sys.exit(FAILED)
    finally:
        gc.freeze()  # or the interpreter looks through everything once more before it ends
