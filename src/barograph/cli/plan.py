"""`barograph plan`: what a file of monitors would change."""

from __future__ import annotations

from pathlib import Path

import typer

from barograph.cli.http import ServerProject
from barograph.cli.streams import hint, write_json
from barograph.monitors.file import MonitorFile, file_document, read_file_document
from barograph.monitors.plan import Plan, merged, plan, plan_document, told
from barograph.monitors.yaml import read_monitors

_AT = "/monitors"


def run_plan(path: Path, server: ServerProject, *, keep: bool, as_json: bool) -> None:
    """Compare a file with a project; the server checks it too and changes nothing."""
    found, wanted = planned(path, server, keep=keep)
    put(wanted, server, dry_run=True)
    if as_json:
        write_json(plan_document(found))
    else:
        print(told(found))
    if not found.is_empty:
        raise typer.Exit(1)


def planned(path: Path, server: ServerProject, *, keep: bool) -> tuple[Plan, MonitorFile]:
    """What would change, and what the project would hold."""
    file, present = read_monitors(path), present_file(server)
    wanted = merged(present, file) if keep else file
    return plan(present, wanted), wanted


def present_file(server: ServerProject) -> MonitorFile:
    """What the project holds now."""
    where = f"monitors of project {server.project}"
    return read_file_document(server.ask("GET", _AT), where=where, is_kept=True)


def put(file: MonitorFile, server: ServerProject, *, dry_run: bool) -> None:
    """Send the whole of it; the server takes all or refuses all, and says what is named and not there."""
    answer = server.ask("PUT", _AT, file_document(file), query={"dry_run": str(dry_run).lower()})
    for warning in answer.get("warnings", ()):
        hint(f"warning: {warning}")
