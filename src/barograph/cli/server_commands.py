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


Assigned = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Any setting; `barograph config show` lists them."),
]


@commands.command("serve")
def serve_command(
    *,
    data: Data = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Where to listen; default: 127.0.0.1.")
    ] = None,
    port: Annotated[
        str | None, typer.Option("--port", metavar="PORT", help="Default: 8080; 0 takes a free one.")
    ] = None,
    database: DatabaseUrl = None,
    root_path: Annotated[
        str | None,
        typer.Option("--root-path", metavar="PATH", help="Where a proxy serves it, as /monitoring."),
    ] = None,
    trusted_proxies: Annotated[
        str | None,
        typer.Option(
            "--trusted-proxies", metavar="ADDRESSES", help="Whose X-Forwarded-… headers are believed."
        ),
    ] = None,
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="N", help="Worker processes; default: 1.")
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option("--clock", metavar="TIME", help="Start the clock there: demonstrations, tests."),
    ] = None,
    speed: Annotated[
        str | None, typer.Option("--speed", metavar="N", help="Let that clock run so many times faster.")
    ] = None,
    opened: Annotated[bool, typer.Option("--open", help="Open it in a browser, signed in.")] = False,
    assigned: Assigned = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Serve: receive predictions and labels, count them, answer questions. Needs no settings.

    All is kept in one folder. The first start prints, once, an admin's key and a link that signs in. SIGTERM and Ctrl-C
    stop it when what has come is answered; nothing that was acknowledged is lost, however it ends.
    """
    from barograph.cli.serve import run_serve
    from barograph.cli.settings import configured

    flags = {
        "data": data, "host": host, "port": port, "database": database, "root_path": root_path,
        "trusted_proxies": trusted_proxies, "workers": workers, "clock": clock, "speed": speed,
    }  # fmt: skip
    run_serve(configured(flags, assigned or (), config), opened=opened, as_json=json)


@commands.command("worker")
def worker_command(
    *,
    data: Data = None,
    database: DatabaseUrl = None,
    index: Annotated[
        int, typer.Option("--index", metavar="N", min=0, help="Tells workers of one machine apart.")
    ] = 0,
    while_stdin: Annotated[
        bool, typer.Option("--while-stdin", help="End where stdin does, as the server's own workers.")
    ] = False,
    assigned: Assigned = None,
    config: Configured = None,
) -> None:
    """Run one more worker beside a server, on the same database and data folder; `serve` starts one itself."""
    from barograph.cli.serve import run_worker_command
    from barograph.cli.settings import configured

    found = configured({"data": data, "database": database}, assigned or (), config)
    run_worker_command(found, index=index, while_stdin=while_stdin)


@commands.command("ingest")
def ingest_command(
    *,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Name of the model.")],
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE]", help="Predictions: Parquet, CSV, NDJSON, a folder of them, or a Delta table."
        ),
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="Labels, joined to predictions by their id."),
    ] = None,
    project: Annotated[
        str | None, typer.Option("--project", metavar="NAME", help="Default: BAROGRAPH_PROJECT, or default.")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", metavar="NAME", help="Version of rows that name none.")
    ] = None,
    schema: Annotated[
        Path | None,
        typer.Option("--schema", metavar="FILE", help="schema.yml, to make the model where there is none."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            "--url", metavar="URL", help="The server; default: BAROGRAPH_URL, or http://127.0.0.1:8080."
        ),
    ] = None,
    api_key: Annotated[
        str | None, typer.Option("--api-key", metavar="KEY", help="Default: BAROGRAPH_API_KEY.")
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="FOLDER", help="Into this data directory, which no server uses now."),
    ] = None,
    json: AsJson = False,
) -> None:
    """Send a file of predictions, of labels, or of both to a server, in batches.

    A batch that was taken before is known again and changes nothing: what was interrupted is resumed by the same
    command.
    """
    from barograph.cli.ingest import Given, run_ingest

    given = Given(project=project, version=version, schema=schema, url=url, api_key=api_key, data=data)
    run_ingest(model, file, labels, given, as_json=json)


settings_commands = typer.Typer(help="The server's settings.")
commands.add_typer(settings_commands, name="config")


@settings_commands.command("show")
def config_show_command(
    *, data: Data = None, assigned: Assigned = None, config: Configured = None, json: AsJson = False
) -> None:
    """Show every setting, its value, and where that came from: a flag, the environment, a file, or the default."""
    from barograph.cli.settings import run_config_show

    run_config_show(assigned or (), config, data=data, as_json=json)


@commands.command("rebuild")
def rebuild_command(
    *,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="Name of the model.")],
    project: Annotated[
        str, typer.Option("--project", metavar="NAME", help="Its project.", envvar="BAROGRAPH_PROJECT")
    ] = "default",
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; default: all that is stored.")
    ] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day.")] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Have the days of a model counted again from their rows; nothing changes unless something was wrong."""
    from barograph.cli.rebuild import run_rebuild

    run_rebuild(
        model, project=project, span=(first, last), data=data, database=database, config=config, as_json=json
    )


@commands.command("demo")
def demo_command(
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data", metavar="FOLDER", help="A new data directory; default: one that is deleted in the end."
        ),
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="Default: a free one.")] = 0,
    models: Annotated[
        int,
        typer.Option(
            "--models", metavar="N", min=0, max=1_000, help="Add simulated models of every task, labelled so."
        ),
    ] = 0,
    leave: Annotated[bool, typer.Option("--exit", help="End when all is told, also in a terminal.")] = False,
    json: AsJson = False,
) -> None:
    """Replay a year of bike rides into a server, with a fault planted; say what happened, and serve until Ctrl-C.

    Predictions come by the hour and labels a day late, through the real client; two retrained versions are deployed
    on the way. Key, models and what is true stand in `demo.json` in the data directory. Needs scikit-learn.
    """
    from barograph.cli.demo import run_demo

    run_demo(data=data, port=port, models=models, leave=leave, as_json=json)


@commands.command("doctor")
def doctor_command(
    *,
    data: Data = None,
    database: DatabaseUrl = None,
    assigned: Assigned = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Look at all that a server needs and keeps, and say what to do; the exit code is 1 where something failed."""
    from barograph.cli.doctor import run_doctor
    from barograph.cli.settings import configured

    run_doctor(configured({"data": data, "database": database}, assigned or (), config), as_json=json)


@commands.command("key")
def key_command(
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for.")],
    role: Annotated[
        str,
        typer.Option("--role", metavar="ROLE", help="admin, editor, viewer, or ingest, which sends alone."),
    ] = "ingest",
    project: Annotated[
        list[str] | None,
        typer.Option("--project", metavar="NAME", help="A project it may see; again for more; default: all."),
    ] = None,
    data: Data = None,
    database: DatabaseUrl = None,
    config: Configured = None,
    json: AsJson = False,
) -> None:
    """Make a key without one, as where the first was lost; the server may run meanwhile."""
    from barograph.cli.key import run_key
    from barograph.cli.settings import configured

    found = configured({"data": data, "database": database}, (), config)
    run_key(found, name, role=role, projects=tuple(project or ()), as_json=json)
