"""`barograph compare`: what changed, in the terminal, as JSON or as a report."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from barograph.cli.events import Known, events_of, held_out_of
from barograph.cli.faults import faults
from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import writable
from barograph.cli.sides import Sides, both_profiles
from barograph.cli.streams import hint, stdout, write_json

if TYPE_CHECKING:
    from rich.table import Table

    from barograph.metrics.drift.columns import ColumnDrift
    from barograph.report.report import Report

#: Rows of a table in the terminal; the report has all.
_SHOWN: Final = 12


def run_compare(
    sides: Sides,
    known: Known,
    meaning: Meaning,
    counting: Counting,
    *,
    output: Path | None,
    origin: str | None,
    why: bool,
    as_json: bool,
    language: str,
) -> None:
    """Compare two selections of rows, each given as rows or as a saved profile, or one file cut in two."""
    from barograph.api import compare
    from barograph.report.languages import known_language
    from barograph.report.parts.performance import left_out

    writable(output, (".html", ".json"))
    known_language(language)
    events_of(known, "UTC")  # a wrong event is told before any row is read
    before, after = both_profiles(sides, meaning, counting, origin=origin)
    for line in faults(after, sides.rows, before):
        hint(f"warning: {line}")
    events = events_of(known, after.grid.timezone)
    held_out = held_out_of(known, before, counting)
    report = compare(before, after, held_out=held_out, events=events, why=why, language=language)
    if left := left_out(after):
        hint(f"warning: {left}")
    if output is not None:
        report.save(output)
    if as_json:
        write_json(report.to_dict())
        return
    print_report(report)
    if output is None:
        hint("Add -o report.html for every column, its distributions and its course in time.")
    else:
        print(output)


def print_report(report: Report) -> None:
    """Print the verdict, what changed most and the performance of a report."""
    from rich.markup import escape

    from barograph.report.document import document

    # Without the explanation, which is no part of what is printed.
    console, told = stdout(), document(report.comparison)
    console.print(f"[bold]{escape(report.verdict)}[/]")
    columns = report.comparison.drift
    if columns:
        console.print()
        console.print(_changes(columns))
        if len(columns) > _SHOWN:
            console.print(f"[dim]and {len(columns) - _SHOWN:,} more columns[/]")
    known = {name: sides for name, sides in told["performance"].items() if sides.get("current")}
    if known:
        console.print()
        console.print(_performance(known))
        if len(known) > _SHOWN:
            console.print(f"[dim]and {len(known) - _SHOWN:,} more metrics[/]")
    skipped = told["schema"]["not_profiled"]
    if skipped:
        console.print(f"\n[yellow]not profiled:[/] {escape(', '.join(skipped))}")


def _changes(columns: Mapping[str, ColumnDrift]) -> Table:
    """Columns by how far they moved, those that changed first."""
    from rich.markup import escape
    from rich.table import Table

    from barograph.charts import numbers
    from barograph.report.column_sentences import column_state

    table = Table(
        title="What changed most", title_justify="left", box=None, pad_edge=False, header_style="bold"
    )
    table.add_column("column", overflow="fold")
    table.add_column("moved (95 %)", justify="right", no_wrap=True)
    table.add_column("size")
    table.add_column("q", justify="right", no_wrap=True)
    table.add_column("")
    said = {"changed": "[bold red]◆ changed[/]", "unknown": "[yellow]unknown[/]", "ok": "no change"}
    ranked = sorted(columns.items(), key=lambda c: (not c[1].verdict.detected, -c[1].verdict.effect))
    for name, found in ranked[:_SHOWN]:
        v = found.verdict
        moved, q = numbers.measured_share(v.effect, v.effect_interval), numbers.probability(v.q_value)
        table.add_row(escape(name), moved, v.size, q, said[column_state(found)])
    return table


def _performance(metrics: Mapping[str, Mapping[str, Any]]) -> Table:
    """Metrics of both sides and their change."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(title="Performance", title_justify="left", box=None, pad_edge=False, header_style="bold")
    table.add_column("metric", overflow="fold")
    for heading in ("reference", "current", "change"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    for name, sides in list(metrics.items())[:_SHOWN]:
        change = sides.get("change") or {}
        told = [_figure(sides.get("reference")), _figure(sides.get("current")), _figure(change)]
        table.add_row(escape(name), *told, escape(str(change.get("verdict") or "")))
    return table


def _figure(result: Mapping[str, Any] | None) -> str:
    """A value with its interval, or a dash."""
    from barograph.charts import numbers

    if not result or result.get("value") is None:
        return "–"
    ends = result.get("interval")
    return numbers.measured(result["value"], tuple(ends) if ends else None)
