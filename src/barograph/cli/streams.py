"""What goes where: answers on stdout; errors, hints and progress on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.console import Console

#: Work shorter than this shows no progress.
PATIENCE_SECONDS: Final = 1.0
#: Columns of a table where there is no terminal to measure, and COLUMNS says nothing.
_WIDTH_UNSEEN: Final = 120


def stdout() -> Console:
    """A Rich console for answers."""
    from rich.console import Console

    console = Console(highlight=False)
    told = os.environ.get("COLUMNS", "").isdigit()
    return console if console.is_terminal or told else Console(highlight=False, width=_WIDTH_UNSEEN)


def hint(text: str) -> None:
    """Tell the user something that is not the answer."""
    print(text, file=sys.stderr)


def refuse(text: str) -> int:
    """Write an error as one line and return the exit code for it."""
    line = " ".join(text.split())
    print(f"error: {line}", file=sys.stderr)
    return 2


def write_json(answer: object) -> None:
    """Write an answer as one JSON document; numbers that are not finite are refused as a bug."""
    print(json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=2))


@contextmanager
def progress(what: str, *, unit: str = "rows") -> Iterator[Callable[[int, int | None], None]]:
    """Show rows done on stderr once work has lasted for a second, where stderr is a terminal.

    Parameters
    ----------
    what : the work, in a word or two.
    unit : of what is counted.

    Yields
    ------
    Function of the rows done and their number, None where it is not known.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[rows]}"), TimeElapsedColumn(),
        console=console, transient=True,
    )  # fmt: skip
    task = bar.add_task(what, total=None, rows="")

    def report(done: int, total: int | None) -> None:
        rows = f"{done:,} {unit}" if total is None else f"{done:,} of {total:,} {unit}"
        bar.update(task, completed=done, total=total, rows=rows)

    patience = Timer(PATIENCE_SECONDS, bar.start)
    patience.start()
    try:
        yield report
    finally:
        patience.cancel()
        patience.join()
        if bar.live.is_started:
            bar.stop()
