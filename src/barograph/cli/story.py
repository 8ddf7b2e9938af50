"""`barograph story`: a story in the terminal, and the reports behind it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from barograph.cli.rows import writable_folder
from barograph.cli.stories import StoryName
from barograph.cli.streams import progress, stdout, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from barograph.demo.bike.story import Story as BikeStory
    from barograph.demo.credit.story import Story as CreditStory
    from barograph.demo.written import Written


def run_story(story: StoryName, output: Path, *, as_json: bool) -> None:
    """Tell a story, write its reports and end with the path of the last."""
    writable_folder(output)
    told, written = (_run_credit if story is StoryName.CREDIT else _run_bike)(output, as_json=as_json)
    if as_json:
        write_json(told | {"reports": [_plain(r) for r in written]})


def _run_bike(output: Path, *, as_json: bool) -> tuple[dict[str, Any], Sequence[Written]]:
    from barograph.demo.bike.run import make_profiles, tell_figures, write_reports
    from barograph.demo.bike.why import explain_warm_days

    with progress("training the forest"):
        profiles = make_profiles()
        story = tell_figures(profiles)
    with progress("explaining"):
        why = explain_warm_days(profiles)
    if not as_json:
        _tell_bike(story, stdout())
        _tell_why("Why, 15 to 20 February", (*why.explanation.summary, why.retraining.sentence), stdout())
    with progress("writing the reports"):
        written = write_reports(profiles, output)
    if not as_json:
        _end("The reports, each week against the out-of-bag reference", written, stdout())
    return story.to_dict() | {"why": why.to_dict()}, written


def _run_credit(output: Path, *, as_json: bool) -> tuple[dict[str, Any], Sequence[Written]]:
    from barograph.demo.credit.figures import figures_of
    from barograph.demo.credit.run import make_profiles, make_reports, write_reports
    from barograph.demo.credit.why import explain_periods

    with progress("generating loans, training the model"):
        profiles = make_profiles()
    with progress("comparing"):
        reports = make_reports(profiles)
        story = figures_of(profiles, reports)
    with progress("explaining"):
        whys = explain_periods(profiles)
    if not as_json:
        _tell_credit(story, stdout())
        for name, why in whys.items():
            _tell_why(f"Why, {name}", why.summary, stdout())
    with progress("writing the reports"):
        written = write_reports(reports, output)
    if not as_json:
        _end("The reports, each against the hold-out", written, stdout())
    return story.to_dict() | {"why": {name: why.to_dict() for name, why in whys.items()}}, written


def _plain(report: Written) -> dict[str, Any]:
    return {"name": report.name, "path": str(report.path), "verdict": report.verdict}


def _tell_bike(story: BikeStory, console: Console) -> None:
    from barograph.demo.bike import sentences as say
    from barograph.demo.days import day_name

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
    first, last = day_name(days[0].day), day_name(days[-1].day)
    console.print("\nmean absolute error, day by day; ▲ has hours warmer than any in training")
    console.print(f"  {first} [bold]{say.course(days)}[/] {last}")
    console.print(f"  {' ' * len(first)} [red]{say.warm_days(days)}[/]")


def _tell_credit(story: CreditStory, console: Console) -> None:
    from barograph.demo.credit import sentences as say

    console.print("[bold]How to break a lender's model, twice[/]\n")
    console.print(f"{say.opening(story)} {say.labels(story)}\n")
    for told in (say.quiet_weeks, say.fault, say.cost_of_fault, say.rise, say.first_seen):
        console.print(f"• {told(story)}")
    rise = story.rise
    looks = zip(rise.looks[rise.other], rise.looks[rise.segment], strict=True)
    console.print()
    console.print(
        _table(
            ("as known on", rise.other, "log-loss", rise.segment, "log-loss", "expected", "defaulted"),
            [say.look_row(*pair) for pair in looks],
        )
    )
    console.print("▲ worse than the hold-out\n")
    console.print(f"• {say.what_broke(story)}")
    console.print(f"• {say.fairness(story)}\n")
    console.print(
        _table(
            ("age", "loans", "advised against", "of those who repaid", "expected", "defaulted", "truth"),
            [say.group_row(g) for g in story.groups],
        )
    )


def _tell_why(heading: str, sentences: Sequence[str], console: Console) -> None:
    console.print(f"\n[bold]{heading}[/]")
    for sentence in sentences:
        console.print(f"• {sentence}", markup=False, highlight=False)


def _end(heading: str, reports: Sequence[Written], console: Console) -> None:
    console.print(f"\n[bold]{heading}[/]")
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
