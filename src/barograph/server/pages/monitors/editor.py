"""The page on which a monitor is written: as a form or as YAML, with what saving it would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import sqlalchemy as sa

from barograph.alerts.routes import DEFAULT_NAME
from barograph.errors import MonitorError
from barograph.metrics.registry import metrics
from barograph.monitors.document import written
from barograph.monitors.expand import watches
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.plan import Entry, plan
from barograph.operations.registry import METRICS as OPERATIONAL
from barograph.schema.yaml_text import flow
from barograph.server.pages.model.head import people_and_teams
from barograph.server.pages.monitors.fields import MonitorFields, fields_of
from barograph.server.pages.monitors.keep import check_here
from barograph.server.pages.monitors.questions import TypeRow, types_for
from barograph.server.pages.monitors.text import faults_of, monitor_text, placed, read, read_text
from barograph.server.pages.monitors.tried import Tried
from barograph.server.pages.view import View
from barograph.server.reading.references import compared_with
from barograph.store import catalog
from barograph.store.actors import name_of, names_of_keys
from barograph.store.catalog import Model
from barograph.store.channels import all_channels
from barograph.store.monitors import StoredMonitor, revisions_of, settings_of

#: Models a monitor is tried on at once; of more, one is chosen.
MOST_TRIED: Final = 10
_MOST_NAMES: Final = 300
_MOST_MODELS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was typed, as the page's address holds it.

    Attributes
    ----------
    text : the monitor as YAML, which may be none.
    mode : form or yaml.
    on : model it is tried on; empty: all it names.
    revision : of the monitor that is edited; 0: a new one.
    """

    text: str
    mode: str = "form"
    on: str = ""
    revision: int = 0

    def query(self, **more: str) -> str:
        """As a query string."""
        held = {"draft": self.text, "mode": self.mode, "on": self.on, "revision": str(self.revision), **more}
        return urlencode({name: value for name, value in held.items() if value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What there is to choose from."""

    models: tuple[str, ...]
    metrics: Mapping[str, str]
    columns: tuple[str, ...]
    segments: tuple[str, ...]
    routes: tuple[str, ...]
    calendars: tuple[str, ...]
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A key that saving would change, before and after as they are written; empty: it says nothing."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionRow:
    """How it was written once; `at` in µs UTC."""

    revision: int
    at: int
    who: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPage:
    """What the page shows.

    Attributes
    ----------
    monitor : name of the one that is edited; empty: a new one.
    of_model : the model it is made for; empty: none in particular.
    fields, text : the draft as a form and as YAML.
    faults : by key, under the empty one of the whole; the empty text: something is missing.
    types : to begin a new one with, by group.
    changes : what saving would change; None where the draft cannot be read.
    models : it would watch.
    saved : whether it was just saved; then it can be taken back.
    history : the latest first.
    """

    project: str
    monitor: str
    of_model: str
    draft: Draft
    fields: MonitorFields
    text: str
    faults: Mapping[str, str]
    types: Mapping[str, tuple[TypeRow, ...]]
    offered: Offered
    changes: tuple[ChangeRow, ...] | None
    models: tuple[str, ...]
    tried: Tried | None
    saved: bool
    history: tuple[RevisionRow, ...]
    now: int
    template: str = "monitor"


def editor_page(
    conn: sa.Connection,
    view: View,
    project: str,
    draft: Draft,
    *,
    stored: StoredMonitor | None,
    of_model: str = "",
    fault: str = "",
    tried: Tried | None = None,
    saved: bool = False,
    choose: bool = False,
) -> EditorPage:
    """Make the page of a draft.

    Parameters
    ----------
    stored : the monitor that is edited; None: a new one.
    fault : what keeping it was refused for.
    choose : offer types to begin with.
    """
    document, faults = _read(draft.text)
    monitor = None if faults or not document else read(document)
    if monitor is not None:
        faults = faults_here(conn, project, monitor)
    if fault:
        key, said = placed(fault)
        faults = {**faults, key: said}
    known = catalog.models(conn, project)
    watched = () if monitor is None else tuple(m.name for m in known if watches(monitor, m.name))
    return EditorPage(
        project=project, monitor="" if stored is None else stored.name, of_model=of_model,
        draft=replace(draft, mode="yaml") if document is None else draft,
        fields=fields_of(document or {}), text=draft.text, faults={} if choose else faults,
        types=types_for(known, of_model) if choose else {},
        offered=_offered(conn, view, project, known, of_model),
        changes=None if monitor is None else _changes(stored, monitor), models=watched[:_MOST_NAMES], tried=tried,
        saved=saved, history=() if stored is None else _history(conn, stored), now=view.now,
    )  # fmt: skip


def monitor_in(draft: Draft) -> Monitor | None:
    """The monitor of a draft; None where something is wrong with it."""
    document, faults = _read(draft.text)
    return None if faults or document is None else read(document)


def stored_text(stored: StoredMonitor) -> str:
    """A kept monitor as YAML, what is usual left out."""
    return monitor_text(_plain(stored.document))


def faults_here(conn: sa.Connection, project: str, monitor: Monitor) -> dict[str, str]:
    """What of a monitor could not work in this project."""
    try:
        check_here(conn, project, [monitor])
    except MonitorError as error:
        said = str(error).removeprefix(f"monitor {monitor.name!r}: ")
        key = "notify" if said.startswith("notify") else "calendars" if "calendar" in said[:12] else "metric"
        return {key: said}
    return {}


def _read(text: str) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The document of a text, None of one that is none, and what is wrong with it."""
    try:
        document = read_text(text) if text.strip() else {}
    except MonitorError as error:
        return None, {"": str(error)}
    return document, faults_of(document)


def _changes(stored: StoredMonitor | None, monitor: Monitor) -> tuple[ChangeRow, ...]:
    before = MonitorFile() if stored is None else MonitorFile(monitors=(read(_plain(stored.document)),))
    if stored is None or stored.name != monitor.name:
        renamed = () if stored is None else (ChangeRow(key="name", before=stored.name, after=monitor.name),)
        own = tuple(
            ChangeRow(key=key, before="", after=_flat(value))
            for key, value in written(monitor).items()
            if key != "name" or not renamed
        )
        return renamed + own
    changed = plan(before, MonitorFile(monitors=(monitor,))).changed
    return tuple(_rows(changed[0])) if changed else ()


def _rows(entry: Entry) -> Sequence[ChangeRow]:
    return [
        ChangeRow(key=each.key, before=_flat(each.before), after=_flat(each.after))
        for each in entry.differences
    ]


def _flat(value: object) -> str:
    return "" if value in (None, [], {}, "") else value if isinstance(value, str) else flow(value)


def _plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document as it is written, what is usual left out."""
    return written(read(document))


def _history(conn: sa.Connection, stored: StoredMonitor) -> tuple[RevisionRow, ...]:
    names = names_of_keys(conn)
    return tuple(
        RevisionRow(
            revision=each.revision, at=each.at, who=name_of(names, each.actor),
            text=monitor_text(_plain(each.document)),
        )
        for each in revisions_of(conn, stored.id)
    )  # fmt: skip


def _offered(conn: sa.Connection, view: View, project: str, known: Sequence[Model], of_model: str) -> Offered:
    project_id = catalog.project(conn, project).id
    settings = settings_of(conn, project_id)
    looked = [model for model in known if of_model in ("", model.name)][:_MOST_MODELS]
    columns = dict.fromkeys(name for model in looked for name in model.schema.names)
    names = {*settings.get("routes", {}), *(channel.name for channel in all_channels(conn, project_id))}
    return Offered(
        models=tuple(model.name for model in known[:_MOST_NAMES]),
        metrics={spec.name: spec.title for spec in (*metrics().values(), *OPERATIONAL)},
        columns=tuple(columns)[:_MOST_NAMES], segments=_segments(conn, looked, now=view.now),
        routes=tuple(sorted(names - {DEFAULT_NAME})), calendars=tuple(settings.get("calendars", {})),
        people=people_and_teams(conn),
    )  # fmt: skip


def _segments(conn: sa.Connection, looked: Sequence[Model], *, now: int) -> tuple[str, ...]:
    """Segments of a model's reference; of many models none are looked for."""
    if len(looked) != 1 or looked[0].grid is None:
        return ()
    compared = compared_with(conn, looked[0], None, now=now)
    return () if compared is None else compared.profile.segments[:_MOST_NAMES]
