"""`tinyllm doctor`: everything that the terminal and the bot need, looked at one by one, each with its remedy."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, print_json, print_rows, say
from tinyllm.cli.running import DONE, FAILED, collect_garbage, finished, log_only_when_asked

if TYPE_CHECKING:
    from tinyllm.cli.diagnosis import Setting
    from tinyllm.cli.examining import Finding


def doctor(json: Json = False) -> None:
    """Check everything that is needed, and say what to do.

    Looks at every setting, the file .env, the database, the model servers and the Discord token.

    Works also where settings are wrong. Of tokens, keys and passwords it shows only whether they are set. Ends with 1
    where something is wrong; a Discord token is needed only by the bot.
    """
    from tinyllm.cli.diagnosis import look_at_settings
    from tinyllm.cli.examining import WRONG, examine

    log_only_when_asked(debug=False)
    collect_garbage()
    seen = look_at_settings()
    findings = finished(lambda: examine(seen))
    wrong = sum(each.problem is not None for each in seen.each) + sum(each.status == WRONG for each in findings)
    if json:
        print_json(_json(seen.each, findings, "wrong" if wrong else "ok"))
    else:
        _print(seen.each, findings)
        say("", f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong." if wrong else "All is well.")
    raise typer.Exit(FAILED if wrong else DONE)


def _json(settings: Iterable[Setting], findings: Iterable[Finding], status: str) -> dict[str, Any]:
    return {
        "status": status,
        "settings": [asdict(each) for each in settings],
        "checks": [asdict(each) for each in findings],
        "timestamp": facts.moment_json(time.time()),
    }


def _print(settings: Sequence[Setting], findings: Sequence[Finding]) -> None:
    say("Settings")
    print_rows([(each.name, _shortened(each.value), each.source) for each in settings])
    for each in settings:
        if each.problem is not None:
            print_rows([("wrong", each.problem)])
    say("", "Checks")
    rows: list[tuple[str, ...]] = []
    for finding in findings:
        rows.append((finding.status, finding.name, finding.detail))
        if finding.remedy:
            rows.append(("", "", f"-> {finding.remedy}"))
    print_rows(rows)


def _shortened(value: str) -> str:
    from tinyllm.errors import shortened

    return shortened(value, 60)
