"""The commands of the server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()

Data = Annotated[
    str | None, typer.Option("--data", metavar="FOLDER", help="The data directory; default: as configured.")
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="The database; default: as configured, a file in the data directory.",
    ),
]
Configured = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings; default: barograph.toml, if there is one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON to stdout, and nothing else there.")]


@commands.command("backup")
def backup_command(
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="The file to write; default: barograph-TIME.tar.zst, here."
        ),
    ] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Write all that a server keeps into one file, at one moment; the server may run meanwhile."""
    from barograph.cli.backup import run_backup

    run_backup(output, data=data, database=database, config=config, as_json=json)


@commands.command("restore")
def restore_command(
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `barograph backup`.")],
    data: Data = None,
    database: DatabaseUrl = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Put a backup into an empty data directory, and an empty database where it was PostgreSQL."""
    from barograph.cli.backup import run_restore

    run_restore(file, data=data, database=database, config=config, as_json=json)
