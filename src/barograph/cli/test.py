"""`barograph test`: rule tests of monitors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from barograph.cli.rows import writable
from barograph.cli.streams import write_json

if TYPE_CHECKING:
    from barograph.alerts.rules.result import SceneResult
    from barograph.monitors.file import MonitorFile

_BESIDE: Final = "monitors.yml"


def run_test(files: Sequence[Path], monitors: Path | None, *, junit: Path | None, as_json: bool) -> None:
    """Run rule tests and leave with 1 where one failed."""
    from barograph.alerts.rules.result import results_document, results_junit, results_text

    writable(junit)
    results = [result for file in files for result in _played(file, monitors)]
    if junit is not None:
        junit.write_text(results_junit(results), encoding="utf-8")
    if as_json:
        write_json(results_document(results))
    else:
        print(results_text(results))
    raise typer.Exit(int(not all(result.passed for result in results)))


def _played(file: Path, monitors: Path | None) -> Sequence[SceneResult]:
    from barograph.alerts.rules.play import play
    from barograph.alerts.rules.read import parse_rules
    from barograph.errors import MonitorError
    from barograph.schema.yaml_text import read_file

    text = read_file(file, MonitorError, "rule tests", "barograph test --help")
    return play(parse_rules(text, file.name, monitors=_monitors(file, monitors)))


def _monitors(file: Path, monitors: Path | None) -> MonitorFile | None:
    """The monitors that were named, else those beside the tests, where there are any."""
    from barograph.monitors.yaml import read_monitors

    beside = file.parent / _BESIDE
    if monitors is None and not beside.exists():
        return None
    return read_monitors(monitors or beside)
