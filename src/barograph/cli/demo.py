"""`barograph demo`: the story in the terminal, and the reports behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from barograph.cli.rows import writable_folder
from barograph.cli.streams import progress, stdout, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from barograph.demo.run import Written
    from barograph.demo.story import Story


def run_demo(output: Path, *, as_json: bool) -> None:
    """Train the model, tell the story, write a report a week and end with the path of the last."""
    from barograph.demo.run import make_profiles, tell_figures, write_reports

    writable_folder(output)
    with progress("training the forest"):
        profiles = make_profiles()
        story = tell_figures(profiles)
    if not as_json:
        _tell(story, stdout())
    with progress("writing the reports"):
        reports = write_reports(profiles, output)
    if as_json:
        write_json(story.to_dict() | {"reports": [_plain(r) for r in reports]})
    else:
        _end(reports, stdout())


def _plain(report: Written) -> dict[str, Any]:
    return {"name": report.name, "path": str(report.path), "verdict": report.verdict}


def _tell(story: Story, console: Console) -> None:
    from barograph.demo import sentences as say

    console.print("[bold]How to break a model in 20 days[/]\n")
    console.print(say.opening(story))
    periods = (story.in_sample, story.out_of_bag, *story.weeks)
    console.print()
    console.print(
        _table(("", "hours", "ME (sd)", "MAE (sd)", "MAPE (sd)"), [say.errors_row(p) for p in periods])
    )
    console.print()
    console.print(
        _table(
            ("mean error of", "middle 90 %", "lowest 5 %", "highest 5 %", "KS p: rides", "predictions"),
            [say.ends_row(p) for p in periods],
        )
    )
    console.print()
    for told in (
        say.beside_both,
        say.one_bad_day,
        say.first_warmth,
        say.lasting_damage,
        say.label_and_prediction,
    ):
        console.print(f"• {told(story)}")
    days = story.days
    first, last = say.day_name(days[0].day), say.day_name(days[-1].day)
    console.print("\nmean absolute error, day by day; ▲ has hours warmer than any in training")
    console.print(f"  {first} [bold]{say.course(days)}[/] {last}")
    console.print(f"  {' ' * len(first)} [red]{say.warm_days(days)}[/]")


def _end(reports: Sequence[Written], console: Console) -> None:
    console.print("\n[bold]The reports, each week against the out-of-bag reference[/]")
    for report in reports:
        console.print(f"• {report.name}: ", report.verdict, sep="", markup=False)
    for report in reports:
        print(report.path)


def _table(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="right" if i else "left")
    for row in rows:
        table.add_row(*row)
    return table
