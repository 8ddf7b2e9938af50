"""Calendars of a project, which its monitors leave out: shown, and changed one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from barograph.errors import MonitorError
from barograph.monitors.calendars import leaves_out
from barograph.monitors.calendars_read import read_calendar
from barograph.monitors.document import LONGEST_NAME
from barograph.monitors.file import MonitorFile
from barograph.server.pages.monitors.keep import change_monitors
from barograph.server.pages.view import View
from barograph.store.monitors import all_monitors, settings_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """One calendar.

    Attributes
    ----------
    days, weekly : as they are written, one a line.
    monitors : names of those that leave its times out.
    is_now : whether its times are now.
    """

    project: str
    name: str
    days: str
    weekly: str
    timezone: str
    monitors: tuple[str, ...]
    is_now: bool


def calendar_rows(conn: sa.Connection, projects: Mapping[int, str], *, now: int) -> tuple[CalendarRow, ...]:
    """The calendars of some projects, by project and name; now in µs UTC."""
    rows = []
    for project_id, project in sorted(projects.items(), key=lambda each: each[1]):
        held = settings_of(conn, project_id).get("calendars", {})
        using: dict[str, list[str]] = {}
        for monitor in all_monitors(conn, project_id) if held else ():
            for name in monitor.document.get("calendars", ()):
                using.setdefault(name, []).append(monitor.name)
        rows += [
            _row(project, name, document, tuple(using.get(name, ())), now) for name, document in held.items()
        ]
    return tuple(rows)


def put_calendar(view: View, project: str, name: str, document: Mapping[str, Any]) -> None:
    """Add a calendar, or put it in the place of the one of its name.

    Raises
    ------
    MonitorError
        Where it cannot be read, or leaves out nothing.
    """
    if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        raise MonitorError(
            f"calendars: {name[:100]!r} is no name; expected 1 to {LONGEST_NAME} printable characters."
        )
    read_calendar(name, document)
    change_monitors(
        view,
        project,
        lambda _, present: replace(present, calendars={**present.calendars, name: dict(document)}),
    )


def remove_calendar(view: View, project: str, name: str) -> None:
    """Remove a calendar that no monitor leaves out any more; raises MonitorError, naming those that do."""

    def changed(_: sa.Connection, present: MonitorFile) -> MonitorFile:
        using = [monitor.name for monitor in present.monitors if name in monitor.calendars]
        if using:
            raise MonitorError(
                f"calendars: {name!r} is left out by {', '.join(using[:5])}{', …' if len(using) > 5 else ''}. "
                "Take it out of those monitors first."
            )
        return replace(
            present, calendars={key: held for key, held in present.calendars.items() if key != name}
        )

    change_monitors(view, project, changed)


def document_of(*, days: str, weekly: str, timezone: str) -> dict[str, Any]:
    r"""What stands in the form as a document; one entry a line.

    Examples
    --------
    >>> document_of(days="", weekly="sat-sun\n22:00-06:00", timezone="UTC")
    {'weekly': ['sat-sun', '22:00-06:00'], 'timezone': 'UTC'}
    """
    lines = {"days": days, "weekly": weekly}
    found: dict[str, Any] = {
        key: held
        for key, text in lines.items()
        if (held := [each.strip() for each in text.splitlines() if each.strip()])
    }
    return found | ({"timezone": timezone.strip()} if timezone.strip() else {})


def _row(
    project: str, name: str, document: Mapping[str, Any], monitors: tuple[str, ...], now: int
) -> CalendarRow:
    calendar = read_calendar(name, document)
    return CalendarRow(
        project=project, name=name, days=_lines(document.get("days")), weekly=_lines(document.get("weekly")),
        timezone=calendar.timezone, monitors=monitors,
        is_now=leaves_out([calendar], start=now, end=now + 1) is not None,
    )  # fmt: skip


def _lines(value: object) -> str:
    return "\n".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value or "")
