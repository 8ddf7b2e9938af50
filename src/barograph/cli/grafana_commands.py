"""The commands of `barograph grafana`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

grafana_commands = typer.Typer(
    help="Dashboards for Grafana and alert rules for Prometheus, over the figures of /metrics."
)

AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else there.")]


@grafana_commands.command("export")
def export_command(
    *,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FOLDER", help="Where to write them.")
    ] = Path("barograph-grafana"),
    json: AsJson = False,
) -> None:
    """Write the dashboards as JSON, and the alert rules as a Prometheus rule file."""
    from barograph.cli.grafana import run_export

    run_export(output, as_json=json)


@grafana_commands.command("push")
def push_command(
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="Of Grafana, such as http://127.0.0.1:3000; default: GRAFANA_URL."
        ),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option("--token", metavar="TOKEN", help="Of a service account; default: GRAFANA_TOKEN."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Send the dashboards to Grafana, into the folder Barograph, in place of those sent before."""
    from barograph.cli.grafana import run_push

    run_push(url, token, as_json=json)
