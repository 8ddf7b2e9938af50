"""`barograph doctor`."""

from __future__ import annotations

from dataclasses import asdict

import typer

from barograph.cli.needs_server import need_server
from barograph.cli.streams import write_json
from barograph.config.read import Configuration


def run_doctor(configuration: Configuration, *, as_json: bool) -> None:
    """Say what was found, and what to do; the exit code is 1 where something failed."""
    need_server("doctor")
    from barograph.server.doctor.examine import examine

    found = examine(configuration.settings)
    failed = any(finding.state == "failed" for finding in found)
    if as_json:
        write_json({"ok": not failed, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            print(f"{finding.state:8} {finding.check:11} {finding.told}")
            if finding.advice:
                print(f"{'':20} → {finding.advice}")
    if failed:
        raise typer.Exit(1)
