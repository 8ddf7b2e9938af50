"""Monitors tried on one model: its stored windows judged in order, and the alerts that there would have been."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa

from barograph.alerts.backtest.incidents import Fired, severity_said
from barograph.alerts.labels import Kind, labels_of
from barograph.monitors.expand import watches as watches_model
from barograph.monitors.file import MonitorFile
from barograph.server.alerting.about import About
from barograph.server.alerting.applied import whose_rows_are_counted
from barograph.server.alerting.backtest_references import ComparedSince, by_reference
from barograph.server.alerting.gathered import Once, Place
from barograph.server.alerting.judging import JudgedSeries
from barograph.server.alerting.known import Known
from barograph.server.alerting.model import groups_of, in_pieces, judge_group, shares_in
from barograph.server.alerting.outlines import Read
from barograph.server.alerting.plans import calendars_of, watches_of
from barograph.server.alerting.turns import Turn, turns_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import windows_between
from barograph.server.reading.edges import check_windows
from barograph.server.reading.span import Span
from barograph.server.worker.store import Store
from barograph.store.catalog import Model
from barograph.store.monitor_series import series_of_model


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBe:
    """An alert that there would have been; `detail` is what was said of the window with which it fired."""

    kind: Kind
    fired: Fired
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedHere:
    """One series through the span.

    Attributes
    ----------
    statuses : windows by what was said of them.
    """

    monitor: str
    model: str
    address: str
    version: str
    windows: int
    statuses: Mapping[str, int]
    alerts: tuple[WouldBe, ...]


@dataclass(slots=True, kw_only=True)
class _Course:
    """One series while its windows are judged."""

    watch: Watch
    statuses: Counter[str] = field(default_factory=Counter)
    opened: dict[Kind, WouldBe] = field(default_factory=dict)
    over: list[WouldBe] = field(default_factory=list)

    def take(self, judged: JudgedSeries, about: About) -> None:
        """Take in the windows of one piece."""
        self.statuses.update(one.verdict.status for one in judged.windows)
        for turn in turns_of([judged]):
            if "fired" in turn.changes:
                self.opened[turn.kind] = _would_be(turn, about)
            opened = self.opened.get(turn.kind)
            if opened is None:
                continue
            if "escalated" in turn.changes:
                severity = severity_said(self.watch.monitor, turn.kind, turn.state)
                reached = (*opened.fired.reached, (turn.at, severity))
                self.opened[turn.kind] = replace(
                    opened, fired=replace(opened.fired, severity=severity, reached=reached)
                )
            if "resolved" in turn.changes:
                self.over.append(replace(opened, fired=replace(opened.fired, resolved_at=turn.at)))
                del self.opened[turn.kind]

    def tried(self, model: Model) -> TriedHere:
        """What there would have been, an alert that lasts without an end."""
        return TriedHere(
            monitor=self.watch.monitor.name, model=model.name, address=str(self.watch.monitor.metric),
            version=self.watch.version, windows=self.statuses.total(), statuses=dict(self.statuses),
            alerts=(*self.over, *self.opened.values()),
        )  # fmt: skip


def tried_on_model(
    conn: sa.Connection,
    of: tuple[Store, Known, int],
    model: Model,
    monitors: Sequence[Read],
    *,
    file: MonitorFile,
    references: Sequence[ComparedSince],
    span: Span,
) -> Iterator[TriedHere]:
    """Try monitors on a span of a model.

    Parameters
    ----------
    of : the store, what is known of models, and now, microseconds UTC.
    monitors : of the file; those that do not watch the model are left out.
    references : of the model: each window is judged by the one that was in force when it was due.
    """
    store, known, now = of
    place = Place(model=model, every=model.every, now=now, store=store, known=known)
    then = {each.id: _compared_with(place, each.id) for each in references}
    mine = [each for each in monitors if watches_model(each.monitor, model.name)]
    watches = watches_of(conn, place.model, mine, series_of_model(conn, model.id))
    calendars, shares = calendars_of({"calendars": file.calendars}), shares_in(watches)
    for group, those in groups_of(watches).items():
        check_windows(span, group.every)
        windows = windows_between(span.first, span.end, every=group.every, timezone=place.timezone)
        windows = [window for window in windows if window.end + group.delay_us <= place.now]
        if group.counts_rows:
            windows = whose_rows_are_counted(conn, model.id, windows)
        standing = [
            replace(watch, series=replace(watch.series, id=number, window_end=span.first))
            for number, watch in enumerate(those)
        ]
        courses = [_Course(watch=watch) for watch in standing]
        parts = by_reference(windows, references, delay_us=group.delay_us)
        for reference, piece in ((each, piece) for each, those in parts for piece in in_pieces(those)):
            there = replace(then[reference.id], every=group.every)
            said = judge_group(conn, there, standing, piece, shares=shares, calendars=calendars)
            about = About(conn, said.held, monitors[0].stored.project_id)
            after = {each.series.id: each for each in said.judged}
            for course in courses:
                if course.watch.series.id in after:
                    course.take(after[course.watch.series.id], about)
            standing = [
                replace(w, series=after[w.series.id].series) if w.series.id in after else w for w in standing
            ]
        yield from (course.tried(place.model) for course in courses)


def _compared_with(place: Place, reference: int | None) -> Place:
    """The model as it was compared with a reference; of its service nothing is read again."""
    model = replace(place.model, reference=reference)
    return replace(place, model=model, once=Once(service=place.once.service))


def _would_be(turn: Turn, about: About) -> WouldBe:
    one, monitor, model = turn.one, turn.one.watch.monitor, about.model
    since = one.window.start if turn.state.since is None else turn.state.since
    severity = severity_said(monitor, turn.kind, turn.state)
    labels = labels_of(
        monitor, project=model.project, model=model.name, version=one.watch.version or "all",
        address=monitor.metric, kind=turn.kind,
    )  # fmt: skip
    fired = Fired(
        monitor=monitor.name, notify=monitor.notify, labels=labels,
        facts=about.facts(one, since, [str(each["column"]) for each in about.columns(one)]),
        severity=severity, reached=((turn.at, severity),), fired_at=turn.at, resolved_at=None,
    )  # fmt: skip
    return WouldBe(kind=turn.kind, fired=fired, detail=one.verdict.detail)
