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
