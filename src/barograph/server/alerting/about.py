"""What alerts of a model are about: sources, deployments, and the columns that moved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from barograph.alerts.carrying import STUCK, OfColumn, carrying, is_input, of_columns
from barograph.alerts.facts import Facts, facts_of
from barograph.alerts.labels import Kind
from barograph.metrics.address import Address
from barograph.metrics.values import Value
from barograph.monitors.addressed import spec_of
from barograph.profile.value import ALL
from barograph.server.alerting.bulk import figures_in, read_rows
from barograph.server.alerting.gathered import Gathered
from barograph.server.alerting.judging import JudgedWindow
from barograph.server.alerting.windows import Window
from barograph.server.reading.span import Span
from barograph.server.times import as_datetime
from barograph.store.catalog import Model
from barograph.store.events import StoredEvent, read_events
from barograph.store.lineage import read_lineage

_DEPLOYED: Final = ("deployment", "version")


class About:
    """What is told of alerts of one model, looked up when one fires.

    Parameters
    ----------
    held : the figures its windows were judged from.
    project_id : the model's project.
    """

    def __init__(self, conn: sa.Connection, held: Gathered, project_id: int) -> None:
        self.conn, self.held, self.project_id = conn, held, project_id
        self._told: dict[tuple[int, int, tuple[str, ...]], list[StoredEvent]] = {}

    @property
    def model(self) -> Model:
        """The model."""
        return self.held.place.model

    @cached_property
    def lineage(self) -> dict[str, tuple[str, ...]]:
        """Sources of each column."""
        return read_lineage(self.conn, self.model.id)

    def facts(self, one: JudgedWindow, since: int, columns: Sequence[str] = ()) -> Facts:
        """Facts of an alert that began with a window.

        Parameters
        ----------
        since : start of its first breached window, µs UTC.
        columns : that carry a figure over all of them.
        """
        watch, window = one.watch, one.window
        address, length = watch.monitor.metric, window.end - window.start
        column = address.get("column")
        of_column = self.lineage.get(column, ()) if isinstance(column, str) else ()
        return facts_of(
            address, model=self.model.name, started_at=since, window_us=length, version=watch.version or None,
            columns={name: self.lineage.get(name, ()) for name in columns},
            sources=(*of_column, *self._told_of(address, window)),
            deployments=self._deployments(since - length, since + 2 * length),
        )  # fmt: skip

    def _told_of(self, address: Address, window: Window) -> tuple[str, ...]:
        """Sources that events of a window name, where it is events that are counted."""
        if address.metric != "operations.event_count":
            return ()
        found = self._events(window.start, window.end, (str(address.get("kind")),))
        return tuple(str(e.details["source"]) for e in found if e.details.get("source"))

    def _deployments(self, first: int, end: int) -> tuple[str, ...]:
        """Deployments and new versions of the model, and those of its whole project, which other models share."""
        near = self._events(first, end, _DEPLOYED)
        past = self._events(0, end, _DEPLOYED) if near else []
        return tuple(self._called(one, past) for one in near)

    def _called(self, one: StoredEvent, past: Sequence[StoredEvent]) -> str:
        """What tells a deployment from all others: its name, with its time where another had that name before."""
        name, at = one.version or one.name, f"{as_datetime(one.at):%Y-%m-%d %H:%M:%S} UTC"
        of = (one.kind, one.model_id, name)
        if not name:
            name = at
        elif any(e.at < one.at and (e.kind, e.model_id, e.version or e.name) == of for e in past):
            name = f"{name} ({at})"
        return name if one.model_id is None else f"{self.model.name} {name}"

    def _events(self, first: int, end: int, kinds: tuple[str, ...]) -> list[StoredEvent]:
        """Events of a time, read once for all alerts that began together."""
        asked = (first, end, kinds)
        if asked not in self._told:
            self._told[asked] = read_events(
                self.conn,
                model_id=self.model.id,
                project_id=self.project_id,
                first=first,
                end=end,
                kinds=kinds,
            )
        return self._told[asked]

    def of_metric(self, address: Address) -> dict[str, Any]:
        """What is said of a metric."""
        spec = spec_of(address, self.model.schema)
        compared = self.held.references.get(None)
        return {
            "title": spec.title, "unit": spec.unit, "direction": spec.direction,
            "reference": None if compared is None else compared.name,
        }  # fmt: skip

    def summary(self, one: JudgedWindow, kind: Kind, columns: Sequence[str]) -> str:
        """One sentence of an alert, with the columns that stand behind it."""
        # Sentences are loaded when there is something to say.
        from barograph.alerts.sentences import summary

        address = one.watch.monitor.metric
        title = spec_of(address, self.model.schema).title
        return summary(
            title,
            address,
            one.verdict.detail,
            model=self.model.name,
            version=one.watch.version or "all",
            kind=kind,
            columns=columns,
        )

    def columns(self, one: JudgedWindow) -> list[dict[str, Any]]:
        """Of a figure over all columns those that carry it, in the same window, the worst first."""
        address, place = one.watch.monitor.metric, self.held.place
        grid = self.model.grid
        assert grid is not None
        inputs = [name for name in grid.columns if is_input(self.model.schema.column(name).role)]
        compared = self.held.references.get(None)
        if address.metric == STUCK and compared is not None:
            # Others hold one value in every window by their nature.
            inputs = [name for name in inputs if name in compared.prepared(ALL, place.every).restless]
        wanted = of_columns(address, inputs)
        if not wanted or not self.held.has_windows(one.watch.main):
            return []
        span = Span(first=one.window.start, end=one.window.end, timezone=place.timezone)
        rows = read_rows(
            self.conn, self.model, one.watch.series.version_id or None, every=place.every, span=span,
            addresses=wanted, grain="day" if address.get("segment") else "window",
        )  # fmt: skip
        found = [
            OfColumn(result.value, each)
            for each in wanted
            for result in figures_in(rows, each, compared).values()
            if isinstance(result, Value)
        ]
        return [
            {"column": each.address.get("column"), "address": str(each.address), "value": each.value}
            for each in carrying(address.metric, found)
        ]
