"""Monitors are judged as their windows become due, a model at a time."""

from __future__ import annotations

import heapq
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from barograph.server.alerting.applied import (
    AGAIN_US,
    applied_until,
    looked_for_again,
    whose_rows_are_counted,
)
from barograph.server.alerting.collecting import collecting_later
from barograph.server.alerting.contents import Contents, contents_of
from barograph.server.alerting.ending import end_stale
from barograph.server.alerting.gathered import Once, Place
from barograph.server.alerting.known import Known
from barograph.server.alerting.late import LATE_DAYS, judge_late
from barograph.server.alerting.model import (
    JudgedGroup,
    are_of_rows,
    due_windows,
    groups_of,
    in_pieces,
    judge_group,
    shares_in,
    write_judged,
)
from barograph.server.alerting.outlines import Outlines
from barograph.server.alerting.plans import Documents, synced, watches_of
from barograph.server.alerting.watch import Watch
from barograph.server.alerting.windows import Window
from barograph.server.clock import SystemClock
from barograph.server.operations.seen import Before
from barograph.server.unforeseen import UNFORESEEN
from barograph.server.worker.cursor import cursor_of
from barograph.server.worker.held import Held
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, models_by_id
from barograph.store.errors import Conflict
from barograph.store.incidents import hold_project
from barograph.store.monitor_series import series_of_model
from barograph.store.monitors import all_monitors, changes_mark
from barograph.store.points import ALL_VERSIONS
from barograph.store.tables.catalog import models as model_table
from barograph.store.tables.catalog import versions as version_table
from barograph.store.touched import forget_unjudged, take_up_unjudged, unjudged


def _mark(table: sa.Table, *numbers: sa.ColumnElement[int]) -> sa.Subquery:
    most = (sa.func.coalesce(number, 0) for number in (sa.func.max(table.c.id), *numbers))
    return sa.select(sa.func.count(), *most).select_from(table).subquery()


_MODELS: Final = _mark(
    model_table, sa.func.count(model_table.c.reference_id), sa.func.sum(model_table.c.reference_id),
    sa.func.count(model_table.c.grid_key),
)  # fmt: skip
_VERSIONS: Final = _mark(version_table, sa.func.sum(version_table.c.id))
#: Numbers that change when a model or a version is made or deleted, or a model learns its grid or reference.
_CHANGED: Final = sa.select(_MODELS, _VERSIONS).select_from(_MODELS.join(_VERSIONS, sa.true()))
_logger = logging.getLogger(__name__)
_SECOND_US: Final = 1_000_000
#: Windows whose figures changed are judged again so often at the most.
_LATE_SECONDS: Final = 900
#: What comes late comes in many requests: it is looked at once none has come for so long, or it was waited for enough.
_SETTLED_US: Final = 60 * _SECOND_US
_LONGEST_WAIT_US: Final = 300 * _SECOND_US


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planned:
    """A model with its series, as they are when it is judged; `stale` are those no monitor watches any more."""

    model: Model
    watches: list[Watch]
    stale: list[int]
    project_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """Windows of a group that are due, and its series."""

    every: str
    watches: Sequence[Watch]
    windows: Sequence[Window]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """Groups of a model that were judged so far, and of windows of each length what they held."""

    groups: list[JudgedGroup] = field(default_factory=list)
    contents: list[tuple[str, dict[int, str]]] = field(default_factory=list)


class Evaluator:
    """Judges windows that are due; any number of processes may share the work.

    Parameters
    ----------
    name : tells it from the others, the same as the worker's beside it: a model is judged by the process that counts
        its rows.
    lease_seconds : after which another may take a model over.

    Notes
    -----
    Where nothing is due a step is three look-ups. What it remembers is when models become due next: after a restart,
    or a change of monitors, models or versions, it looks at each once.
    """

    def __init__(self, store: Store, *, name: str = "worker", lease_seconds: float = 60.0) -> None:
        self.store = store
        self.known, self.documents, self.contents = Known(), Documents(), Contents()
        self.outlines = Outlines()
        self._held = Held(store.database, SystemClock(), name=name, seconds=lease_seconds)
        self._mark: tuple[int, ...] | None = None
        self._projects: dict[int, int] = {}
        self._due: list[tuple[int, int]] = []
        self._late: dict[int, int] = {}
        self._coming: dict[int, int] = {}

    def step(self, *, now: int) -> bool:
        """Judge what is due of one model; returns whether there was anything.

        Parameters
        ----------
        now : microseconds UTC.
        """
        self._plan(now)
        while self._due and self._due[0][0] <= now:
            _, model_id = heapq.heappop(self._due)
            if self._on_model(model_id, now):
                return True
        return self._on_late(now)

    def _plan(self, now: int) -> None:
        """Look at all models where monitors, models or versions have changed."""
        with self.store.database.reading() as conn:
            changed = changes_mark(conn)
            mark = (*changed, *(int(n) for n in conn.execute(_CHANGED).one()))
            if mark == self._mark:
                return
            projects = {each.project_id for each in all_monitors(conn)}
            asked = sa.select(model_table.c.id, model_table.c.project_id)
            asked = asked.where(model_table.c.project_id.in_(projects)).order_by(model_table.c.id)
            self._projects = {row.id: row.project_id for row in conn.execute(asked)}
        self._mark, self._due = mark, [(now, model_id) for model_id in self._projects]
        self.documents.are_of(changed)
        self.outlines = Outlines()
        self.known.askings.forget()
        heapq.heapify(self._due)

    def _on_model(self, model_id: int, now: int) -> bool:
        """Judge the windows of a model; what fails is tried again, and the other models go on."""
        again = now + AGAIN_US
        if not self._held.has(model_id):
            heapq.heappush(self._due, (now + 30 * _SECOND_US, model_id))
            return False
        try:
            with collecting_later():
                done, due = self._judge(model_id, now)
        except Conflict:
            _logger.info("series of model %s were judged or ended meanwhile", model_id)
            done, due = True, again
        except UNFORESEEN:
            heapq.heappush(self._due, (now + 10 * _SECOND_US, model_id))
            raise
        if due is not None:
            heapq.heappush(self._due, (max(due, again) if not done else due, model_id))
        return done

    def _judge(self, model_id: int, now: int) -> tuple[bool, int | None]:
        """Whether anything was judged, and when to look again."""
        planned = self._planned(model_id, now)
        if planned is None:
            return False, None
        judged = _Judged()
        try:
            # What is counted and taken out of the log in between is in the later snapshot.
            with self.store.database.reading() as conn:
                until = applied_until(conn, self.store.log, model_id, now=now)
            with self.store.database.reading() as conn:
                due, after = self._due_of(conn, planned, now, until=until)
                if due:
                    self._judge_due(conn, planned, due, judged, now=now)
        finally:
            self._write(planned, judged, now)
        return bool(due), after

    def _due_of(
        self, conn: sa.Connection, planned: _Planned, now: int, *, until: int
    ) -> tuple[list[_Due], int | None]:
        """Windows of each group that can be judged, and when to look again."""
        model = planned.model
        dues = [now + 60 * _SECOND_US] if any(w.series.id == 0 for w in planned.watches) else []
        due: list[_Due] = []
        for group, watches in groups_of(planned.watches).items():
            started = [w for w in watches if w.series.id]
            windows, after = due_windows(group, started, model.schema.timezone, until=until)
            if group.counts_rows and windows:
                over, windows = windows, whose_rows_are_counted(conn, model.id, windows)
                if len(windows) < len(over):
                    after = looked_for_again(over[len(windows)].end + group.delay_us, now)
            pieces = in_pieces(windows)
            if pieces:
                due.append(_Due(every=group.every, watches=started, windows=pieces[0]))
            # What waits for rows to be counted, or is more than a piece, goes on at once.
            dues.append(now if len(pieces) > 1 else after)
        return due, min(dues, default=None)

    def _judge_due(
        self, conn: sa.Connection, planned: _Planned, due: Sequence[_Due], judged: _Judged, *, now: int
    ) -> None:
        """Judge windows of some groups, one after the other; nothing is written."""
        model = planned.model
        store, known, shares = self.store, self.known, shares_in(planned.watches)
        once = Once(service=Before(projects={model.project: planned.project_id}))
        calendars = self.documents.calendars(conn, planned.project_id)
        for each in due:
            place = Place(model=model, every=each.every, now=now, store=store, known=known, once=once)
            group = judge_group(conn, place, each.watches, each.windows, shares=shares, calendars=calendars)
            if are_of_rows(each.watches):
                rows = group.held.rows.get((ALL_VERSIONS, False))
                held = contents_of(conn, model, each.every, each.windows, held=rows)
                judged.contents.append((each.every, held))
            judged.groups.append(group)

    def _write(self, planned: _Planned, judged: _Judged, now: int) -> None:
        """Write what was said, and remember what it was said of; where a group failed, of those before it."""
        of, project_id = planned.model, planned.project_id
        if judged.groups:
            with self.store.database.writing() as conn:
                write_judged(conn, judged.groups, model_id=of.id, project_id=project_id, now=now)
        for every, held in judged.contents:
            self.contents.note(of, every, held)

    def _planned(self, model_id: int, now: int) -> _Planned | None:
        """The model with its series; new ones are written first. None where it counts nothing yet, or is gone."""
        planned = self._read(model_id)
        if planned is None:
            return None
        if planned.stale or any(watch.series.id == 0 for watch in planned.watches):
            with self.store.database.writing() as conn:
                hold_project(conn, planned.project_id)
                end_stale(conn, model_id, planned.stale, now=now)
                added = synced(conn, planned.model, planned.watches, now=now)
            if added:
                return self._read(model_id)
        return planned

    def _read(self, model_id: int, *, verdicts: bool = False) -> _Planned | None:
        project_id = self._projects.get(model_id)
        if project_id is None:
            return None
        with self.store.database.reading() as conn:
            model = models_by_id(conn, [model_id]).get(model_id)
            if model is None or model.grid is None:
                return None
            series = series_of_model(conn, model_id, verdicts=verdicts)
            monitors = self.documents.of_model(conn, project_id, model.name)
            watches = watches_of(conn, model, monitors, series, outlines=self.outlines)
            planned = {watch.series.id for watch in watches}
            stale = [each.id for each in series if each.id not in planned]
            return _Planned(model=model, watches=watches, stale=stale, project_id=project_id)

    def _on_late(self, now: int) -> bool:
        """Judge windows again whose figures changed after they were judged, of one model."""
        with self.store.database.reading() as conn:
            changed = unjudged(conn)
        for model_id, days in changed.items():
            if self._late.get(model_id, now) > now or not self._held.has(model_id):
                continue
            if self._are_coming(model_id, now):
                self._late[model_id] = now + _SETTLED_US
                continue
            self._late[model_id] = now + _LATE_SECONDS * _SECOND_US
            self.contents.forget(before=now - 2 * LATE_DAYS * 86_400 * _SECOND_US)
            with self.store.database.writing() as conn:
                take_up_unjudged(conn, model_id, days)
            # What is said of the windows that are not judged again stays.
            planned = self._read(model_id, verdicts=True)
            if planned is not None and planned.watches and not self._judged_late(planned, days, now):
                return True
            with self.store.database.writing() as conn:
                forget_unjudged(conn, model_id, days)
            return True
        return False

    def _are_coming(self, model_id: int, now: int) -> bool:
        """Whether rows of a model came just now, or wait to be counted; after a while it is not asked any more."""
        since = self._coming.setdefault(model_id, now)
        with self.store.database.reading() as conn:
            came = cursor_of(conn, model_id).received_at
            are_counted = applied_until(conn, self.store.log, model_id, now=now) == now
        if now - since < _LONGEST_WAIT_US and not (are_counted and now - came >= _SETTLED_US):
            return True
        del self._coming[model_id]
        return False

    def _judged_late(self, planned: _Planned, days: set[int], now: int) -> bool:
        """Judge what lies in some days again; returns whether that was done: else the days stay on the list."""
        with self.store.database.reading() as conn:
            calendars = self.documents.calendars(conn, planned.project_id)
        try:
            judge_late(
                self.store, self.known, self.contents, planned.model, project_id=planned.project_id,
                watches=planned.watches, days=days, calendars=calendars, now=now,
            )  # fmt: skip
        except Conflict:
            _logger.info("series of model %s were judged or ended meanwhile", planned.model.id)
            return False
        return True
