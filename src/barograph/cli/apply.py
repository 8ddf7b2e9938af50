"""`barograph apply`: a project gets the monitors of a file."""

from __future__ import annotations

from pathlib import Path

from barograph.cli.http import ServerProject
from barograph.cli.plan import planned, put
from barograph.cli.streams import hint, write_json
from barograph.monitors.plan import plan_document, told


def run_apply(path: Path, server: ServerProject, *, keep: bool, as_json: bool) -> None:
    """Send a file, and say what it changed."""
    found, wanted = planned(path, server, keep=keep)
    if not found.is_empty:
        put(wanted, server, dry_run=False)
    if as_json:
        write_json(plan_document(found))
        return
    print(told(found))
    if not found.is_empty:
        hint(f"applied to project {server.project}")
