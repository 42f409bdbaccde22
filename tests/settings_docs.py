"""The settings as README.md and .env.example show them: `make docs` writes both, a test compares them."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from pydantic.fields import FieldInfo

from tests.stack import ROOT
from tinyllm.settings import BotSettings, environment_name

README = ROOT / "README.md"
EXAMPLE = ROOT / ".env.example"
BEGIN, END = "<!-- settings: written by `make docs` -->\n", "<!-- end of settings -->\n"
_LONG = 60
"""Characters of a default beyond which only its kind is shown."""


def table() -> str:
    """The README's table."""
    rows = [f"| `{name}` | {_default(field)} | {field.description} |\n" for name, field in _settings()]
    return "".join(["| name | default | meaning |\n", "|---|---|---|\n", *rows])


def example() -> str:
    """The text of .env.example."""
    parts = ["# The settings of the bot. Copy this file to .env, and take the # away from the lines that you change.\n"]
    for name, field in _settings():
        comment = textwrap.fill(field.description or "", 110, initial_indent="# ", subsequent_indent="# ")
        mark = "" if field.is_required() else "# "
        parts.append(f"{comment}\n{mark}{name}={_example(field)}\n")
    return "\n".join(parts)


def readme() -> str:
    """README.md with the table as it should be."""
    text = README.read_text()
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


def _settings() -> list[tuple[str, FieldInfo]]:
    fields = [(environment_name(name, field), field) for name, field in BotSettings.model_fields.items()]
    return sorted(fields, key=lambda entry: (not entry[1].is_required(), entry[0].startswith("TINYLLM_")))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.default
    if default is None or default == () or field.default_factory is not None:
        return ""
    return f"`{default}`" if len(str(default)) <= _LONG else "a good one"


def _example(field: FieldInfo) -> str:
    value = str((field.examples or [""])[0])
    return f'"{value}"' if " " in value else value


def main() -> int:
    README.write_text(readme())
    Path(EXAMPLE).write_text(example())
    return 0


if __name__ == "__main__":
    sys.exit(main())
