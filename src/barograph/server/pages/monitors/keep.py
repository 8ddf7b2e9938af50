"""One monitor of a project put in place, taken back, removed: the others stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from barograph.errors import MonitorError
from barograph.monitors.document import read_monitor
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.plan import Plan, plan_document
from barograph.server.access.audited import note
from barograph.server.alerting.file import check_file, kept_file, put_file
from barograph.server.pages.view import View
from barograph.store import catalog
from barograph.store.catalog.names import not_found
from barograph.store.errors import Conflict
from barograph.store.incidents import hold_project
from barograph.store.monitors import StoredMonitor, all_monitors, document_at, monitor_named, settings_of


def monitor_of(conn: sa.Connection, project: str, name: str) -> StoredMonitor:
    """A monitor of a project; raises NotFound, with the nearest name there is."""
    project_id = catalog.project(conn, project).id
    found = monitor_named(conn, project_id, name)
    if found is None:
        names = [each.name for each in all_monitors(conn, project_id)]
        raise not_found("monitor", name, names, f" in project {project!r}")
    return found


def check_here(conn: sa.Connection, project: str, monitors: Sequence[Monitor]) -> None:
    """Refuse monitors that could not work in a project: raises MonitorError."""
    project_id = catalog.project(conn, project).id
    check_file(conn, project, project_id, file_with(conn, project_id, monitors))


def file_with(conn: sa.Connection, project_id: int, monitors: Sequence[Monitor]) -> MonitorFile:
    """A file of some monitors, and what the project's monitors are told by and leave out."""
    held = settings_of(conn, project_id)
    return MonitorFile(
        monitors=tuple(monitors), routes=held.get("routes", {}), calendars=held.get("calendars", {}),
        inhibitions=held.get("inhibitions", {}),
    )  # fmt: skip


def keep_monitor(view: View, project: str, monitor: Monitor, *, before: str, revision: int) -> None:
    """Put a monitor in the place of the one it was, or add it.

    Parameters
    ----------
    before : name it had; empty: it is new.
    revision : that was edited.

    Raises
    ------
    MonitorError
        Where it could not work here, or another one has its name.
    Conflict
        Where somebody else has changed it meanwhile.
    """
    with view.here.database.reading() as conn:
        check_here(conn, project, [monitor])

    def changed(conn: sa.Connection, present: MonitorFile) -> MonitorFile:
        others = {each.name for each in present.monitors} - {before}
        if monitor.name in others:
            raise MonitorError(
                f"monitor: name: there is a monitor {monitor.name!r} already. Choose another name, or edit that one."
            )
        if not before:
            return replace(present, monitors=(*present.monitors, monitor))
        stored = monitor_of(conn, project, before)
        if stored.revision != revision:
            raise Conflict(
                f"{before} was changed meanwhile: it is at revision {stored.revision}, and you edited revision "
                f"{revision}. Save again to replace that change; the list below says what would differ."
            )
        return _with(present, before, monitor)

    change_monitors(view, project, changed)


def add_monitors(view: View, project: str, wanted: Sequence[Monitor]) -> None:
    """Add some monitors; one of a name that is there takes its place."""
    with view.here.database.reading() as conn:
        check_here(conn, project, wanted)

    def changed(_: sa.Connection, present: MonitorFile) -> MonitorFile:
        held = {each.name: each for each in (*present.monitors, *wanted)}
        return replace(present, monitors=tuple(held.values()))

    change_monitors(view, project, changed)


def take_back(view: View, project: str, name: str, *, to: int) -> None:
    """Put a monitor back as it was in a revision; before the first there was none, so that it is removed."""

    def changed(conn: sa.Connection, present: MonitorFile) -> MonitorFile:
        stored = monitor_of(conn, project, name)
        if to == 0:
            return _with(present, name, None)
        document = document_at(conn, stored.id, to)
        if document is None:
            raise Conflict(f"{name} has no revision {to}; there are 1 to {stored.revision}.")
        return _with(present, name, read_monitor(document, where=f"revision {to}"))

    change_monitors(view, project, changed)


def remove(view: View, project: str, names: Sequence[str]) -> None:
    """Remove monitors; their open alerts are resolved, which says so."""

    def changed(_: sa.Connection, present: MonitorFile) -> MonitorFile:
        return replace(present, monitors=tuple(each for each in present.monitors if each.name not in names))

    change_monitors(view, project, changed)


def change_monitors(
    view: View, project: str, changed: Callable[[sa.Connection, MonitorFile], MonitorFile]
) -> Plan:
    """Change the monitors of a project in one transaction, and note what that did in the audit log."""
    who = view.visitor.principal
    with view.here.database.writing() as conn:
        project_id = catalog.project(conn, project).id
        hold_project(conn, project_id)
        wanted = changed(conn, kept_file(conn, project_id))
        found = put_file(conn, project_id, wanted, now=view.now, actor=who.key_id)
        if not found.is_empty:
            note(conn, view.here, who, "monitors.put", project, **plan_document(found))
    return found


def _with(present: MonitorFile, name: str, monitor: Monitor | None) -> MonitorFile:
    """The file with a monitor in the place of the one of a name."""
    monitors = (monitor if each.name == name else each for each in present.monitors)
    return replace(present, monitors=tuple(each for each in monitors if each is not None))
