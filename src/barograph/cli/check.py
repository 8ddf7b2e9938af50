"""`barograph check`: conditions on two selections of rows, for CI."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from barograph.cli.faults import faults
from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import writable
from barograph.cli.sides import Sides, both_profiles
from barograph.cli.streams import hint, stdout, write_json

if TYPE_CHECKING:
    from rich.table import Table

    from barograph.checks.check import Severity
    from barograph.checks.result import CheckResult
    from barograph.checks.results import CheckResults

_COLOURS: Final = {"fail": "bold red", "unknown": "bold yellow", "pass": "green"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is checked, and where the verdicts go."""

    checks: Annotated[
        list[Path],
        typer.Option("--checks", metavar="FILE", help="checks.yml; may be given several times."),
    ] = field(default_factory=list)
    condition: Annotated[
        list[str],
        typer.Option(
            "-c", "--check", metavar="CONDITION",
            help="A condition such as 'drift.share <= 0.2'; may be given several times.",
        ),
    ] = field(default_factory=list)  # fmt: skip
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="SEVERITY",
            help="Mildest severity that fails the run: info, warning, critical or emergency.",
        ),
    ] = "warning"  # fmt: skip
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the verdicts as JUnit XML.")
    ] = None


def run_check(
    sides: Sides,
    asked: Asked,
    meaning: Meaning,
    counting: Counting,
    *,
    origin: str | None,
    as_json: bool,
) -> None:
    """Judge checks on two selections of rows and leave with 1 where the run failed."""
    from barograph.checks.run import run_checks

    writable(asked.junit)
    checks = _checks(asked.checks, asked.condition)
    before, after = both_profiles(sides, meaning, counting, origin=origin)
    for line in faults(after, sides.rows, before):
        hint(f"warning: {line}")
    results = run_checks(before, after, checks, fail_on=cast("Severity", asked.fail_on))
    if asked.junit is not None:
        asked.junit.write_text(results.to_junit(), encoding="utf-8")
    if as_json:
        write_json(results.to_dict())
    else:
        print_results(results)
    raise typer.Exit(results.exit_code)


def print_results(results: CheckResults) -> None:
    """Print the verdicts, failures first, and what is behind them."""
    from rich.markup import escape

    console = stdout()
    console.print(f"[bold]{escape(results.summary)}[/]")
    if results.shown:
        console.print()
        console.print(_table(results.shown))
    for r in results.shown:
        if r.status != "pass":
            reason = f" ({r.check.reason})" if r.check.reason else ""
            console.print(f"\n[{_COLOURS[r.status]}]{r.status}[/] {escape(r.sentence + reason)}")


def _checks(files: Sequence[Path], conditions: Sequence[str]) -> list[Any]:
    """All checks asked for, read before any row is."""
    from barograph.checks.check import Check
    from barograph.checks.collection import Checks
    from barograph.errors import CheckError

    if not files and not conditions:
        raise CheckError(
            "nothing to check: give --checks checks.yml, or -c and a condition such as 'drift.share <= 0.2'. "
            "`barograph suggest REFERENCE -o checks.yml` writes a file to start from."
        )
    return [*map(Checks.from_yaml, files), *map(Check, conditions)]


def _table(results: Sequence[CheckResult]) -> Table:
    from rich.markup import escape
    from rich.table import Table

    from barograph.checks.results import cells

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "severity"):
        table.add_column(heading, no_wrap=True)
    table.add_column("check", overflow="fold")
    for heading in ("value", "limit"):
        table.add_column(heading, justify="right", no_wrap=True)
    for r in results:
        status, *rest = map(escape, cells(r))
        table.add_row(f"[{_COLOURS[r.status]}]{status}[/]", *rest)
    return table
