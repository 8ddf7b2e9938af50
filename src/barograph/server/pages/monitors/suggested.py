"""Monitors suggested for a model from its reference, those left out that it has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import sqlalchemy as sa

from barograph.charts.numbers import count
from barograph.monitors.document import written
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest import suggest_monitors
from barograph.profile.value import Profile
from barograph.schema.yaml_text import flow
from barograph.server.pages.monitors.tried import InShort
from barograph.server.reading.references import compared_with
from barograph.server.reading.span import day_of
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.profiles import read
from barograph.store.readings import reading_names

#: As long as labels of most models take.
_HISTORY_DAYS: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """A monitor that the model may have, and why.

    Attributes
    ----------
    when : its condition as it is written.
    pages : whether it may wake somebody; the others go to the digest and name causes.
    """

    name: str
    metric: str
    when: str
    severity: str
    reason: str
    pages: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """What is suggested.

    Attributes
    ----------
    reference : name of what it is suggested from, and its rows; None: the model has none, so nothing is suggested.
    """

    reference: str | None
    rows: str
    monitors: tuple[Suggested, ...]


def suggested_monitors(conn: sa.Connection, model: Model, *, use_case: str | None, now: int) -> list[Monitor]:
    """Monitors for a model; none where it has no reference.

    Raises
    ------
    MonitorError
        For a use case that is not known.
    """
    compared = None if model.grid is None else compared_with(conn, model, None, now=now)
    if compared is None or not compared.profile.rows:
        return []
    sent = reading_names(conn, catalog.project(conn, model.project).id, model.id)
    return list(
        suggest_monitors(
            compared.profile, use_case=use_case, readings=sent, model=model.name,
            history=_history(conn, model, now=now),
        ).monitors
    )  # fmt: skip


def _history(conn: sa.Connection, model: Model, *, now: int) -> Profile | None:
    """The rows of its last days that are over, which show how long labels take; None where none came."""
    last = day_of(now, model.schema.timezone) - 1
    found = read(conn, model, first_day=last - _HISTORY_DAYS, last_day=last, columns=())
    return found if found.cells else None


def suggestions(
    conn: sa.Connection, model: Model, *, held: frozenset[str], use_case: str | None, now: int
) -> Suggestions:
    """What is suggested for a model, without what it has already.

    Parameters
    ----------
    held : names of the project's monitors.

    Notes
    -----
    Cost: 20 to 200 ms, by the reference's columns and windows.
    """
    compared = None if model.grid is None else compared_with(conn, model, None, now=now)
    found = suggested_monitors(conn, model, use_case=use_case, now=now)
    return Suggestions(
        reference=None if compared is None else compared.name,
        rows="" if compared is None else count(compared.profile.rows),
        monitors=tuple(_shown(each) for each in found if each.name not in held),
    )


def fired_first(found: Suggestions, tried: Mapping[str, InShort]) -> Suggestions:
    """The same, those that would have fired before the others."""
    fired = {name for name, told in tried.items() if told.alerts}
    return replace(found, monitors=tuple(sorted(found.monitors, key=lambda each: each.name not in fired)))


def _shown(monitor: Monitor) -> Suggested:
    return Suggested(
        name=monitor.name, metric=str(monitor.metric), when=flow(written(monitor)["when"]), severity=monitor.severity,
        reason=monitor.reason, pages=monitor.severity != "info",
    )  # fmt: skip
