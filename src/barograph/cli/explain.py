"""`barograph explain`: why a metric changed, in the terminal, as JSON or as a page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from barograph.cli.events import Known, events_of, held_out_of
from barograph.cli.faults import faults
from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import writable
from barograph.cli.sides import Sides, both_profiles
from barograph.cli.streams import hint, stdout, write_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from barograph.explain.explanation import Explanation, Onset
    from barograph.metrics.values import Result
    from barograph.profile.grid import Grid

#: Rows of a table in the terminal; JSON and page have all.
_SHOWN: Final = 6


def run_explain(
    sides: Sides,
    known: Known,
    meaning: Meaning,
    counting: Counting,
    *,
    metric: str | None,
    output: Path | None,
    origin: str | None,
    as_json: bool,
    language: str,
) -> None:
    """Explain a metric's change between two selections of rows, as `barograph compare` takes them."""
    from barograph.api import explain
    from barograph.report.languages import known_language

    writable(output, (".html", ".json"))
    known_language(language)
    events_of(known, "UTC")  # a wrong event is told before any row is read
    before, after = both_profiles(sides, meaning, counting, origin=origin)
    for line in faults(after, sides.rows, before):
        hint(f"warning: {line}")
    found = explain(
        before,
        after,
        metric,
        held_out=held_out_of(known, before, counting),
        events=events_of(known, after.grid.timezone),
        language=language,
    )
    if output is not None:
        found.save(output)
    if as_json:
        write_json(found.to_dict())
        return
    print_explanation(found, after.grid)
    if output is None:
        hint("Add -o why.html for the parts, the timeline and every column as a page.")
    else:
        print(output)


def print_explanation(found: Explanation, grid: Grid) -> None:
    """Print the sentences, then the tables behind them; times as the grid's windows are written."""
    from rich.markup import escape

    console = stdout()
    first, *others = found.summary
    console.print(f"[bold]{escape(first)}[/]")
    for sentence in others:
        console.print(f"\n{escape(sentence)}")
    _print(console, "Parts, which add up to the change", _parts(found))
    if found.shown:
        _print(
            console,
            "Columns, each a view of the whole change; rank by rows, by outcomes",
            _columns(found),
            len(found.columns),
        )
        _print(console, "Segments", _segments(found), len(found.segments))
        _print(console, "Since", _since(found, grid))
        _print(console, "Actions", _actions(found))
    for note in found.notes:
        console.print(f"\n[yellow]note:[/] {escape(note)}")


def _print(console: Console, title: str, table: Table, total: int = 0) -> None:
    """A table that has rows, and how many more there are."""
    if not table.row_count:
        return
    console.print(f"\n[italic]{title}[/]")
    console.print(table)
    if total > _SHOWN:
        console.print(f"[dim]and {total - _SHOWN:,} more[/]")


def _table(first: str, *others: str) -> Table:
    """A table whose first column folds and whose others are figures."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _parts(found: Explanation) -> Table:
    from rich.markup import escape

    from barograph.charts import numbers
    from barograph.explain.explanation import is_shown
    from barograph.explain.words import interval

    table = _table("cause", "amount", "of rows", "")
    for part in found.parts:
        amount = interval(part.amount)
        share = "" if part.cause in ("optimism", "curvature") else numbers.share(part.share)
        table.add_row(escape(part.name), amount, share, "" if is_shown(part.amount) else "not shown")
    return table


def _columns(found: Explanation) -> Table:
    from rich.markup import escape

    table = _table("columns", "known values", "new values", "uneven, sd", "rank")
    for c in found.columns[:_SHOWN]:
        new = _figure(c.new_territory) if c.unseen_share else "–"
        uneven = f"{c.heterogeneity:.1f}"
        names = escape(", ".join(c.columns))
        table.add_row(names, _figure(c.mix), new, uneven, f"{c.rank_x}, {c.rank_concept}")
    return table


def _segments(found: Explanation) -> Table:
    from rich.markup import escape

    table = _table("segment", "rows", "reference", "current")
    for s in found.segments[:_SHOWN]:
        rows = f"{s.rows[0]:,} → {s.rows[1]:,}"
        table.add_row(escape(s.segment), rows, _figure(s.reference), _figure(s.current))
    return table


def _since(found: Explanation, grid: Grid) -> Table:
    from rich.markup import escape

    from barograph.windows import parse_every, window_label

    every = parse_every(grid.every or "1d")

    def said(at: datetime) -> str:
        return window_label(at, every, grid.timezone)

    def add(name: str, onset: Onset) -> None:
        first, last = map(said, onset.interval)
        table.add_row(escape(name), said(onset.window), first if first == last else f"{first} to {last}")

    table = _table("what changed", "since", "with 95 %")
    if found.since is None:
        return table
    if found.since.metric is not None:
        add(found.metric, found.since.metric)
    for onset in found.since.columns[:_SHOWN]:
        add(onset.series, onset)
    for window in found.since.bad_windows[:_SHOWN]:
        table.add_row("a single bad window", said(window), "")
    for event in found.since.events:
        table.add_row(escape(f"{event.kind}: {event.name}"), said(event.at), "")
    return table


def _actions(found: Explanation) -> Table:
    from rich.markup import escape

    table = _table("action", "gain (95 %)", "")
    for action in found.actions:
        gain = "" if action.action == "nothing" else _figure(action.gain)
        table.add_row(escape(action.name), gain, "suffices" if action.sufficient else "not shown to suffice")
    return table


def _figure(result: Result) -> str:
    """A value with its interval, or a word where there is none."""
    from barograph.charts import numbers
    from barograph.metrics.values import Value

    if not isinstance(result, Value):
        return "unknown"
    return "–" if result.interval == (0.0, 0.0) else numbers.measured(result.value, result.interval)
