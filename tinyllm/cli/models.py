"""`tinyllm models`: what is installed, what it can do, and what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from tinyllm.cli.output import Json, print_json, print_table
from tinyllm.cli.running import run

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings

models = typer.Typer(name="models", help="The models: list, pull, remove, describe, choose.", no_args_is_help=True)


@models.command("list")
def list_models(json: Json = False) -> None:
    """List the installed models with their statistics, and the aliases."""

    async def work(core: Core, _: Settings) -> None:
        await core.registry.sync(core.backend)
        infos = [core.registry.get_model_info(name) for name in core.registry.list_models()]
        if json:
            print_json({"models": infos, "aliases": core.registry.list_aliases()})
            return
        print_table(
            ("Model", "Parameters", "Context Size", "Requests", "Success Rate", "Avg Latency"),
            [
                (
                    str(info["name"]),
                    info["parameters"] or "-",
                    f"{info['context_size']:,}" if info["context_size"] else "-",
                    str(info["total_requests"]),
                    str(info["success_rate"]) if info["total_requests"] else "-",
                    f"{info['avg_latency_ms']} ms" if info["total_requests"] else "-",
                )
                for info in infos
            ],
            right=(1, 2, 3, 4, 5),
        )

    run(work)
