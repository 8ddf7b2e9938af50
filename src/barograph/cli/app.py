"""The commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from barograph.cli.check import Asked
from barograph.cli.events import Known
from barograph.cli.flags import Counting, Meaning, takes
from barograph.cli.grafana_commands import grafana_commands
from barograph.cli.monitor_commands import monitor_commands
from barograph.cli.server_commands import commands
from barograph.cli.sides import Sides
from barograph.cli.stories import StoryName
from barograph.cli.suggest_flags import Wanted

app = typer.Typer(
    help="Barograph: machine-learning monitoring from small summaries that add up.",
    epilog="Start with `barograph demo`, or `barograph schema FILE` on rows of your own.",
    add_completion=False,
    # Plain help: drawing it with Rich would double the time it takes.
    rich_markup_mode=None,
    # A traceback is for a bug, and then whole.
    pretty_exceptions_enable=False,
)

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="Parquet, CSV or NDJSON, a file or a folder of them.")
]
Reference = Annotated[
    Path, typer.Argument(metavar="REFERENCE", help="Rows (file or folder), or a saved profile.")
]
Current = Annotated[
    Path | None,
    typer.Argument(
        metavar="CURRENT", help="Rows (file or folder), or a saved profile; not needed with --since."
    ),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--since", metavar="TIME",
        help="Where one file holds both: its rows before this time are the reference, those from it on the current "
        "ones; such as 2026-02-01, in the time zone of --timezone.",
    ),
]  # fmt: skip
Origin = Annotated[str | None, typer.Option("--origin", metavar="WORD", help="Origin of reference rows.")]
Language = Annotated[
    str, typer.Option("--language", metavar="CODE", help="Language of the page written with -o: en or zh-CN.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else there.")]


def _show_version(wanted: bool) -> None:
    if wanted:
        from barograph import __version__

        print(f"barograph {__version__}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Barograph: machine-learning monitoring from small summaries that add up."""


@app.command("schema")
@takes(meaning=Meaning)
def schema_command(
    *,
    file: File,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the schema as YAML.")
    ] = None,
    json: AsJson = False,
    meaning: Meaning,
) -> None:
    """Show what each column is taken for and why, and the flags that would change it."""
    from barograph.cli.schema import run_schema

    run_schema(file, meaning, output=output, as_json=json)


@app.command("profile")
@takes(meaning=Meaning, counting=Counting)
def profile_command(
    *,
    file: File,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="Where to save the profile, such as out.baro."),
    ],
    like: Annotated[
        Path | None,
        typer.Option(
            "--like", metavar="PROFILE", help="Saved reference; needed for two profiles to be compared."
        ),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin", metavar="WORD", help="training, hold-out, out-of-bag, production or another word."
        ),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="Name shown in reports.")] = "",
    sampling_fraction: Annotated[
        float,
        typer.Option(
            "--sampling-fraction", metavar="SHARE", help="Share of rows that was logged: totals are scaled."
        ),
    ] = 1.0,
    json: AsJson = False,
    meaning: Meaning,
    counting: Counting,
) -> None:
    """Summarise rows in one pass and save the summary: small, without the rows, and able to be added."""
    from barograph.cli.profile import run_profile

    kept = {"origin": origin, "name": name, "sampling_fraction": sampling_fraction}
    run_profile(file, meaning, counting, output=output, like=like, as_json=json, kept=kept)


@app.command("compare")
@takes(known=Known, meaning=Meaning, counting=Counting)
def compare_command(
    *,
    reference: Reference,
    current: Current = None,
    since: Since = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the report: report.html or report.json."),
    ] = None,
    origin: Annotated[
        str | None,
        typer.Option(
            "--origin",
            metavar="WORD",
            help="Origin of reference rows; of training, the report warns that it flatters.",
        ),
    ] = None,
    no_why: Annotated[
        bool, typer.Option("--no-why", help="Leave out why performance changed, which takes longest.")
    ] = False,
    language: Language = "en",
    json: AsJson = False,
    known: Known,
    meaning: Meaning,
    counting: Counting,
) -> None:
    """Compare current rows with a reference: what changed most, performance, quality."""
    from barograph.cli.compare import run_compare

    sides = Sides(reference=reference, current=current, since=since)
    run_compare(
        sides, known, meaning, counting, output=output, origin=origin, why=not no_why, as_json=json,
        language=language,
    )  # fmt: skip


@app.command("explain")
@takes(known=Known, meaning=Meaning, counting=Counting)
def explain_command(
    *,
    reference: Reference,
    current: Current = None,
    since: Since = None,
    metric: Annotated[
        str | None,
        typer.Option(
            "--metric", metavar="ADDRESS", help="Such as performance.mae; default: the first of the task."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the explanation: why.html or why.json."),
    ] = None,
    origin: Origin = None,
    language: Language = "en",
    json: AsJson = False,
    known: Known,
    meaning: Meaning,
    counting: Counting,
) -> None:
    """Explain why a performance metric changed: parts that add up, columns, segments, since when, what to do."""
    from barograph.cli.explain import run_explain

    sides = Sides(reference=reference, current=current, since=since)
    run_explain(
        sides, known, meaning, counting, metric=metric, output=output, origin=origin, as_json=json,
        language=language,
    )  # fmt: skip


@app.command("check")
@takes(asked=Asked, meaning=Meaning, counting=Counting)
def check_command(
    *,
    reference: Reference,
    current: Current = None,
    since: Since = None,
    origin: Origin = None,
    json: AsJson = False,
    asked: Asked,
    meaning: Meaning,
    counting: Counting,
) -> None:
    """Check conditions on current rows against a reference; the exit code is 1 where one is not kept."""
    from barograph.cli.check import run_check

    sides = Sides(reference=reference, current=current, since=since)
    run_check(sides, asked, meaning, counting, origin=origin, as_json=json)


@app.command("suggest")
@takes(wanted=Wanted, meaning=Meaning, counting=Counting)
def suggest_command(
    *,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="[WHAT] REFERENCE",
            help="checks, which is the default, or monitors; then rows (file or folder) or a saved profile. Monitors "
            "of a server's --model need no reference.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write them: checks.yml or monitors.yml."),
    ] = None,
    origin: Origin = None,
    json: AsJson = False,
    wanted: Wanted,
    meaning: Meaning,
    counting: Counting,
) -> None:
    """Suggest checks or monitors for a reference, each with its reason: like rows pass them and faulty ones fail."""
    from barograph.cli.suggest import run_suggest

    run_suggest(words, wanted, meaning, counting, output=output, origin=origin, as_json=json)


@app.command("story")
def story_command(
    *,
    story: Annotated[
        StoryName,
        typer.Argument(
            metavar="[STORY]",
            help="bike: 20 days of real bike rides, the default. credit: generated loans with late labels, a data "
            "fault, a change of concept and a biased source, the truth known.",
        ),
    ] = StoryName.BIKE,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to write the reports.")
    ] = Path("barograph-story"),
    json: AsJson = False,
) -> None:
    """Tell how a model breaks, on bundled or generated rows, and write the reports. Needs scikit-learn."""
    from barograph.cli.story import run_story

    run_story(story, output, as_json=json)


app.add_typer(commands)
app.add_typer(monitor_commands)
app.add_typer(grafana_commands, name="grafana")
