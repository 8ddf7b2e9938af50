"""`barograph export`: the monitors of a project as a file."""

from __future__ import annotations

from pathlib import Path

from barograph.cli.http import ServerProject
from barograph.cli.plan import present_file
from barograph.cli.rows import writable
from barograph.cli.streams import write_json
from barograph.monitors.file import file_document
from barograph.monitors.yaml import format_monitors


def run_export(server: ServerProject, *, output: Path | None, as_json: bool) -> None:
    """Fetch all of it, and write it as YAML, or as JSON."""
    writable(output, (".yml", ".yaml"))
    file = present_file(server)
    text = format_monitors(file)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    if as_json:
        write_json(file_document(file))
    elif output is None:
        print(text, end="")
    else:
        print(f"{len(file.monitors):,} monitors in")
        print(output)
