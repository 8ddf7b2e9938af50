"""`barograph replay`: an alert judged again."""

from __future__ import annotations

import typer

from barograph.cli.http import ServerProject
from barograph.cli.streams import write_json


def run_replay(alert: int, server: ServerProject, *, as_json: bool) -> None:
    """Ask for an alert to be judged again, and leave with 1 unless the verdict is the same."""
    found = server.ask("GET", f"/alerts/{alert}/replay")
    if as_json:
        write_json(found)
    else:
        print(f"alert {alert}: {found['detail']}")
        for name, title in (("recorded", "then"), ("verdict", "now")):
            if found[name] is not None:
                print(f"  {title}: {found[name]['status']}, {found[name]['detail']}")
    if not found["same"]:
        raise typer.Exit(1)
