"""Reports of a story, written as pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from barograph.report.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A report that was written, and its verdict."""

    name: str
    path: Path
    verdict: str


def write_pages(reports: Iterable[tuple[str, Report]], folder: Path) -> tuple[Written, ...]:
    """Write each report under its name.

    Parameters
    ----------
    reports : names and reports; spaces in a name become hyphens in the file's.
    folder : made where it does not exist.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, report in reports:
        path = folder / f"{name.replace(' ', '-')}.html"
        report.save(path)
        written.append(Written(name=name, path=path, verdict=report.verdict))
    return tuple(written)
