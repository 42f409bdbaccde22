"""`tinyllm models pull`: a download that can be watched, stopped, and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, aclosing, contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, console, on_terminal, print_json_line, say, shown
from tinyllm.cli.running import clean, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress, TaskID

    from tinyllm.core import Core
    from tinyllm.models.backend import PullProgress
    from tinyllm.settings import Settings

Show = Callable[["PullProgress"], None]

STOPPED = "The download was stopped. Pull it again, and it goes on where it stopped."
LONGEST_NAME = 300
"""Characters of a model's name."""
MOST_BARS = 12
"""Layers that are shown at a time; the oldest make room."""


def pull(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model of Ollama's library, or an alias.")],
    json: Json = False,
) -> None:
    """Download a model to the model server.

    An alias pulls the model that it stands for. Ctrl-C stops the download; pulling again goes on where it stopped.

    Example: tinyllm models pull qwen2.5:7b
    """
    typed = clean(name)

    async def work(core: Core, _: Settings) -> None:
        model = _model_meant(core, typed)
        as_typed = "" if model.casefold() == typed.strip().casefold() else f", which {typed.strip()} stands for"
        if not json:
            say(f"Pulling {model}{as_typed} ...")
        with _objects() if json else watching(say) as show:
            await download(core, model, show)
        installed = await _installed(core, model)
        if json:
            print_json_line({"status": "installed", "model": installed})
        else:
            say(f"Installed {installed}.")

    run(work, interrupted=STOPPED)


async def download(core: Core, model: str, show: Show) -> None:
    """Let the model server get a model. Raises BackendError."""
    async with aclosing(core.backend.pull(model)) as steps:
        async for step in steps:
            show(step)


def _model_meant(core: Core, typed: str) -> str:
    """The name to ask the server for. Raises UnknownModelError for what cannot be one."""
    from tinyllm.errors import ModelError, shortened

    name = core.registry.resolve_name(typed)
    if not name.isprintable() or " " in name or not 0 < len(name) <= LONGEST_NAME:
        raise ModelError(f"“{shortened(typed)}” cannot be the name of a model; an example: qwen2.5:7b")
    return name


async def _installed(core: Core, model: str) -> str:
    """The model's name as its server lists it now."""
    from tinyllm.errors import BackendError

    try:
        await core.registry.sync(core.backend)
    except BackendError:
        return model  # it is installed all the same
    return core.registry.resolve_name(model)


def watching(tell: Callable[[str], None]) -> AbstractContextManager[Show]:
    """What shows a person the steps of a download: bars on a terminal, lines told elsewhere."""
    return _bars() if on_terminal() else _lines(tell)


@contextmanager
def _objects() -> Iterator[Show]:
    """One JSON object a step."""

    def show(step: PullProgress) -> None:
        layer: dict[str, Any] = {"digest": step.digest, "completed": step.completed, "total": step.total}
        print_json_line({"status": step.status, **(layer if step.digest else {})})

    yield show


@contextmanager
def _lines(tell: Callable[[str], None]) -> Iterator[Show]:
    """A line for each thing that the server begins to do."""
    last = ""

    def show(step: PullProgress) -> None:
        nonlocal last
        if step.status not in (last, "success"):
            total = max(step.total or 0, 0)
            there = f", {min(step.completed / total, 1):.0%} is there" if total and step.completed > 0 else ""
            tell(step.status + (f" ({facts.size(total)}{there})" if total else ""))
            last = step.status

    yield show


@contextmanager
def _bars() -> Iterator[Show]:
    """A bar for each layer, and below them what the server is doing beside."""
    from rich.constrain import Constrain
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    screen = console()

    class WithMargin(Progress):
        def get_renderable(self) -> Constrain:
            """Leaves room at the right, where the terminal writes ^C: a new line there would draw the bars twice."""
            return Constrain(super().get_renderable(), screen.width - 3)

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with WithMargin(*columns, console=screen, expand=True) as progress:
        bars = _Bars(progress)
        yield bars.show


class _Bars:
    """What is drawn of each layer."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._layers: dict[str, TaskID] = {}
        self._begun = set[str]()
        self._last = ""

    def show(self, step: PullProgress) -> None:
        if step.digest and step.total and step.total > 0:
            self._show_layer(step.digest, step.status, min(max(step.completed, 0), step.total), step.total)
        elif step.status not in (self._last, "success"):
            self._progress.console.print(shown(step.status))
            self._last = step.status

    def _show_layer(self, digest: str, status: str, completed: int, total: int) -> None:
        if digest not in self._layers:
            self._make_room()
            self._layers[digest] = self._progress.add_task(shown(status, 40), total=total, completed=completed)
        elif completed and digest not in self._begun:
            # What an earlier try has brought is no speed of this one: the bar begins there.
            self._progress.reset(self._layers[digest], total=total, completed=completed)
        else:
            self._progress.update(self._layers[digest], total=total, completed=completed)
        if completed:
            self._begun.add(digest)

    def _make_room(self) -> None:
        while len(self._layers) >= MOST_BARS:
            oldest = next(iter(self._layers))
            self._progress.remove_task(self._layers.pop(oldest))
            self._begun.discard(oldest)
