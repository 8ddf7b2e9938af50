"""The commands that bring monitors to a server as code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

monitor_commands = typer.Typer()

File = Annotated[Path, typer.Argument(metavar="[FILE]", help="The monitors; default: monitors.yml.")]
Kept = Annotated[bool, typer.Option("--keep", help="Leave alone what the file does not hold.")]
Project = Annotated[
    str | None, typer.Option("--project", metavar="NAME", help="Default: BAROGRAPH_PROJECT, or default.")
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url", metavar="URL", help="The server; default: BAROGRAPH_URL, or http://127.0.0.1:8080."
    ),
]
ApiKey = Annotated[str | None, typer.Option("--api-key", metavar="KEY", help="Default: BAROGRAPH_API_KEY.")]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else there.")]
_USUAL = Path("monitors.yml")


@monitor_commands.command("plan")
def plan_command(
    *,
    file: File = _USUAL,
    keep: Kept = False,
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Show what applying a file of monitors would change on a server; the exit code is 1 where anything would."""
    from barograph.cli.http import server_project
    from barograph.cli.plan import run_plan

    run_plan(file, server_project(project, url, api_key), keep=keep, as_json=json)


@monitor_commands.command("apply")
def apply_command(
    *,
    file: File = _USUAL,
    keep: Kept = False,
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Make a project's monitors, routes, calendars and inhibitions those of a file: all of them, or none."""
    from barograph.cli.apply import run_apply
    from barograph.cli.http import server_project

    run_apply(file, server_project(project, url, api_key), keep=keep, as_json=json)


@monitor_commands.command("export")
def export_command(
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write it; default: stdout."),
    ] = None,
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Write the monitors of a project as a file that `plan` finds nothing to change in."""
    from barograph.cli.export import run_export
    from barograph.cli.http import server_project

    run_export(server_project(project, url, api_key), output=output, as_json=json)


@monitor_commands.command("backtest")
def backtest_command(
    *,
    file: File = _USUAL,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Only monitors of this model.")
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="On a server; default: 90 days ago.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Default: now.")] = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile", metavar="PROFILE", help="Try them on a saved profile with windows, without a server."
        ),
    ] = None,
    reference: Annotated[
        Path | None,
        typer.Option("--reference", metavar="PROFILE", help="What that is compared with; with windows too."),
    ] = None,
    at_most: Annotated[
        float | None,
        typer.Option("--at-most", metavar="N", help="Incidents told a week; more make the exit code 1."),
    ] = None,
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Try monitors on the past: of what people would have been told, how often a week, and what would be missed.

    Alerts are put into incidents, and inhibited, as a server does. A severity from impact is known only once an
    incident is explained: such incidents count as told, and it is said how many they are. The exit code is 1 where
    people would have been told nothing of an incident that was marked useful, or more often than --at-most.
    """
    from barograph.cli.backtest import run_on_profile, run_on_server, show

    if profile is not None:
        found = run_on_profile(file, profile, reference, model=model, span=(first, end))
    else:
        from barograph.cli.http import server_project

        found = run_on_server(file, server_project(project, url, api_key), model=model, span=(first, end))
    show(found, at_most=at_most, as_json=json)


@monitor_commands.command("test")
def rules_command(
    *,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Rule tests, such as rules.test.yml.")
    ],
    monitors: Annotated[
        Path | None,
        typer.Option(
            "--monitors",
            metavar="FILE",
            help="The monitors that are tested; default: those in the file, else monitors.yml beside it.",
        ),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Play series against monitors, on a clock of their own, and compare what happens with what is expected."""
    from barograph.cli.test import run_test

    run_test(files, monitors, junit=junit, as_json=json)


@monitor_commands.command("replay")
def replay_command(
    *,
    alert: Annotated[int, typer.Argument(metavar="ALERT", help="Number of the alert.", min=1)],
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Judge an alert again from what was kept for it; the exit code is 1 unless the verdict is the same."""
    from barograph.cli.http import server_project
    from barograph.cli.replay import run_replay

    run_replay(alert, server_project(project, url, api_key), as_json=json)


@monitor_commands.command("noise")
def noise_command(
    *,
    days: Annotated[int, typer.Option("--days", metavar="N", min=1, max=400, help="Until now.")] = 28,
    project: Project = None,
    url: Url = None,
    api_key: ApiKey = None,
    json: AsJson = False,
) -> None:
    """Say which monitors of a project were worth their alerts, and what to change about the others."""
    from barograph.cli.http import server_project
    from barograph.cli.noise import run_noise

    run_noise(days, server_project(project, url, api_key), as_json=json)
