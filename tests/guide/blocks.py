"""The fenced blocks of a Markdown document, and Python ones run as one program."""

from __future__ import annotations

import ast
import asyncio
import inspect
import io
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from tinyllm.models import OllamaClient


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    language: str
    text: str
    line: int
    """Where its text begins in the document, counted from 1."""


def blocks(document: Path) -> list[Block]:
    """All of them, those inside lists included."""
    return [
        Block(token.info.strip(), textwrap.dedent(token.content), (token.map or [0])[0] + 2)
        for token in MarkdownIt().parse(document.read_text())
        if token.type == "fence"
    ]


class Program:
    """Runs blocks one after the other in one namespace; `await` may stand at the top, as in a notebook."""

    def __init__(self, document: Path, **names: Any) -> None:
        self.names: dict[str, Any] = {"__name__": "__guide__", **names}
        self._document = document

    def run(self, wanted: Iterator[Block]) -> Mapping[int, str]:
        """Run them; returns what each printed, by its line. Must not be called where a loop runs."""
        printed: dict[int, str] = {}
        with asyncio.Runner() as runner:
            for block in wanted:
                output = io.StringIO()
                with redirect_stdout(output):
                    self._run(block, runner)
                printed[block.line] = output.getvalue()
            if isinstance(client := self.names.get("client"), OllamaClient):
                runner.run(client.close())  # a reader of a document leaves his interpreter instead
        return printed

    def _run(self, block: Block, runner: asyncio.Runner) -> None:
        code = compile(
            "\n" * (block.line - 1) + block.text,  # so that a traceback names the document's own line
            str(self._document),
            "exec",
            flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
        )
        if code.co_flags & inspect.CO_COROUTINE:
            runner.run(_awaited(code, self.names))
        else:
            exec(code, self.names)


async def _awaited(code: Any, names: dict[str, Any]) -> None:
    await eval(code, names)
