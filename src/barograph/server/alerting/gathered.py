"""Figures that judging some windows of a model takes: all its series together, in few statements."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

import sqlalchemy as sa

from barograph.errors import BarographError, GridMismatch
from barograph.locale.said import say
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import ALL
from barograph.server.alerting.asking import Asking
from barograph.server.alerting.bulk import Rows, failed, figures_in, figures_together, read_rows
from barograph.server.alerting.known import Known
from barograph.server.alerting.watch import Ask, Wanted
from barograph.server.alerting.windows import Window, window_before
from barograph.server.errors import RequestRefused
from barograph.server.operations.seen import Before
from barograph.server.reading.references import Compared
from barograph.server.reading.rolled import NEVER, kept_since
from barograph.server.reading.series import Asked, is_of_readings, series, series_of_readings, to_keep
from barograph.server.reading.span import Span
from barograph.server.reading.windows import window_counts
from barograph.server.worker.store import Store
from barograph.store.catalog import Model
from barograph.store.errors import NotFound
from barograph.store.points import ALL_VERSIONS, Course

_NO_ROWS: Final = Undefined(reason="too_few_rows", detail=say("there are no rows"))
_NONE: Final[Mapping[int, Result]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What is read of a model once, however many of its groups are judged: references by name, and of its service.

    Attributes
    ----------
    lacking : why there is no reference of a name.
    """

    references: dict[str | None, Compared | None] = field(default_factory=dict)
    lacking: dict[str | None, str] = field(default_factory=dict)
    service: Before = field(default_factory=Before)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where figures are read: a model's windows of one length, as known `now` (µs UTC)."""

    model: Model
    every: str
    now: int
    store: Store
    known: Known
    once: Once = field(default_factory=Once)

    @property
    def timezone(self) -> str:
        """In which its windows begin."""
        return self.model.schema.timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Figures of some windows.

    Attributes
    ----------
    windows : that are judged, ascending.
    figures : by what was asked, and start of the window.
    rows : by version, all rows and those of segments.
    references : by name.
    since : from when on windows are kept; earlier figures of rows are of whole days, at their start.
    to_keep : figures that were computed and are kept for others.
    """

    place: Place
    windows: Sequence[Window]
    figures: Mapping[Ask, Mapping[int, Result]]
    rows: Mapping[tuple[int, bool], Rows]
    references: Mapping[str | None, Compared | None]
    since: int = NEVER
    to_keep: Sequence[tuple[Course, Mapping[int, tuple[str, Result]]]] = field(default_factory=list)
    _starts: dict[Ask, list[int]] = field(default_factory=dict, repr=False)
    _firsts: dict[tuple[int, int], int] = field(default_factory=dict, repr=False)
    _fulls: dict[tuple[int, bool], set[int]] = field(default_factory=dict, repr=False)
    _with_rows: list[set[int]] = field(default_factory=list, repr=False)

    def figure(self, ask: Ask, start: int) -> Result:
        """A figure in the window that begins at a time."""
        if start < self.since and not is_of_readings(ask.address.metric):
            return _NO_ROWS
        return self.figures.get(ask, _NONE).get(start, _NO_ROWS)

    def before(
        self, ask: Ask, start: int, windows: int, *, with_days: bool = False
    ) -> list[tuple[int, Result]]:
        """The figures of so many windows before the one that begins at a time, ascending; without empty ones.

        Earlier ones are not looked at though they are held: a window is judged alike, however many are judged with it.

        Parameters
        ----------
        with_days : and of days that such windows were added up to.
        """
        held = self.figures.get(ask)
        if not windows or not held:
            return []
        if ask not in self._starts:
            self._starts[ask] = sorted(held)
        if (start, windows) not in self._firsts:
            place = self.place
            first = window_before(start, windows, every=place.every, timezone=place.timezone)
            self._firsts[start, windows] = first
        starts = self._starts[ask]
        first = self._firsts[start, windows]
        if not with_days and not is_of_readings(ask.address.metric):
            first = max(first, self.since)
        those = starts[bisect_left(starts, first) : bisect_left(starts, start)]
        return [(each, held[each]) for each in those]

    def rows_of(self, wanted: Wanted, start: int) -> tuple[int, float | None]:
        """Rows of a window, or what its figure of readings rests on, and the share of them that is labelled."""
        ask = wanted.main
        if wanted.is_of_readings:
            found = self.figure(ask, start)
            return (0 if isinstance(found, Undefined) else max(found.n, 1)), None
        segment = str(ask.address.get("segment") or ALL)
        held = self.rows.get((ask.version_id, segment != ALL))
        if held is None:
            return 0, None
        return held.rows.get((segment, start), 0), held.coverage(segment, start)

    def has_windows(self, ask: Ask) -> bool:
        """Whether the rows of a metric are counted in windows of this length; else its figures are errors."""
        return (ask.version_id, bool(ask.address.get("segment"))) in self.rows

    def missing(self, conn: sa.Connection, ask: Ask, start: int) -> bool | Literal["version"]:
        """Of a series without rows in a window: whether its version has some, or only other versions have."""
        if ask.address.get("segment") and start in self._full(ask.version_id, divided=True):
            return True
        if ask.version_id == ALL_VERSIONS:
            return False
        others = any(start in self._full(version, divided=divided) for version, divided in self.rows)
        return "version" if others or start in self._counted(conn) else False

    def _full(self, version_id: int, *, divided: bool) -> set[int]:
        """Starts of windows in which a version has rows, looked for once."""
        key = version_id, divided
        if key not in self._fulls:
            held = self.rows.get(key)
            counted = () if held is None else held.rows.items()
            self._fulls[key] = {start for (_, start), count in counted if count}
        return self._fulls[key]

    def _counted(self, conn: sa.Connection) -> set[int]:
        """Windows that have rows of any version, counted once."""
        if not self._with_rows:
            place, windows = self.place, self.windows
            asked = Asked(
                model=place.model, version_id=None, every=place.every, now=place.now, compared=None,
                default_reference=True,
                span=Span(first=windows[0].start, end=windows[-1].end, timezone=place.timezone),
            )  # fmt: skip
            try:
                self._with_rows.append({each.start for each in window_counts(conn, asked) if each.rows})
            except GridMismatch:
                # Told by the figures already; no version has rows in such windows.
                self._with_rows.append(set())
        return self._with_rows[0]


def gather(
    conn: sa.Connection, place: Place, wanted: Sequence[Wanted], windows: Sequence[Window]
) -> Gathered:
    """Read or compute what judging some windows of some series takes.

    Notes
    -----
    The windows themselves come from one reading of the stored profiles of a version. Figures of earlier windows are
    kept ones, see `barograph.server.reading.series`.
    """
    references = place.once.references
    for name in {name for each in wanted for name in each.compared}:
        _reference(conn, place, name)

    def has_own(ask: Ask) -> bool:
        compared = references[ask.reference]
        readings = is_of_readings(ask.address.metric)
        return (
            compared is not None
            and not readings
            and bool(place.known.own(compared, ask.address, place.every))
        )

    marks = sorted((str(name), each.hash) for name, each in references.items() if each is not None)
    asking = place.known.askings.of(wanted, place.model.schema, has_own, (place.every, *marks))
    held = Gathered(place=place, windows=windows, figures={}, rows={}, references=references)
    rows, figures = _of_rows(conn, held, asking)
    before = {ask: count for ask, count in asking.before.items() if ask not in figures}
    kept: list[tuple[Course, Mapping[int, tuple[str, Result]]]] = []
    firsts = {
        count: window_before(windows[0].start, count, every=place.every, timezone=place.timezone)
        for count in set(before.values())
    }
    for ask, count in before.items():
        figures[ask] = _through_time(conn, held, ask, firsts[count], kept)
    return Gathered(
        place=place, windows=windows, figures=figures, rows=rows, references=references,
        since=kept_since(conn, place.model, place.every), to_keep=kept,
    )  # fmt: skip


def _reference(conn: sa.Connection, place: Place, name: str | None) -> Compared | None:
    """A reference, looked up once."""
    held = place.once.references
    if name not in held:
        try:
            held[name] = place.known.compared(conn, place.model, name, now=place.now)
        except (NotFound, RequestRefused) as error:
            held[name], place.once.lacking[name] = None, str(error)
    return held[name]


def _of_rows(
    conn: sa.Connection, held: Gathered, asking: Asking
) -> tuple[dict[tuple[int, bool], Rows], dict[Ask, Mapping[int, Result]]]:
    """Rows of each version, and the figures that take no other windows."""
    place, windows = held.place, held.windows
    span = Span(first=windows[0].start, end=windows[-1].end, timezone=place.timezone)
    found: dict[Ask, Mapping[int, Result]] = {}
    rows: dict[tuple[int, bool], Rows] = {}
    for asked in asking.of_rows:
        found |= {ask: dict.fromkeys((w.start for w in windows), why) for ask, why in asked.failed.items()}
        try:
            held_rows = read_rows(
                conn, place.model, asked.version_id or None, every=place.every, span=span,
                addresses=[ask.address for ask in asked.now], grain="day" if asked.divided else "window",
                labels=asked.labels, outcome=not asked.version_id and not asked.divided,
            )  # fmt: skip
        except GridMismatch as error:
            # Windows that the model's own do not add up to: shorter ones, or of another calendar.
            found |= {ask: {window.start: failed(error) for window in windows} for ask in asked.now}
            continue
        rows[asked.version_id, asked.divided] = held_rows
        for each in asked.together:
            figures = figures_together(held_rows, each.columns, held.references[each.reference])
            found |= {each.asks[column]: of_column for column, of_column in figures.items()}
        for ask in asked.now:
            if ask not in found:
                found[ask] = _figures(held_rows, ask, held.references[ask.reference], windows)
    return rows, found


def _figures(
    held: Rows, ask: Ask, compared: Compared | None, windows: Sequence[Window]
) -> Mapping[int, Result]:
    try:
        return figures_in(held, ask.address, compared)
    except (BarographError, ArithmeticError, LookupError, ValueError) as error:
        # One metric that fails is that monitor's error; the others go on.
        return {window.start: failed(error) for window in windows}


def _through_time(
    conn: sa.Connection,
    held: Gathered,
    ask: Ask,
    first: int,
    kept: list[tuple[Course, Mapping[int, tuple[str, Result]]]],
) -> Mapping[int, Result]:
    """A metric in the windows and in those before them."""
    place, windows = held.place, held.windows
    asked = Asked(
        model=place.model,
        version_id=None if ask.version_id == ALL_VERSIONS else ask.version_id,
        every=place.every,
        span=Span(first=first, end=windows[-1].end, timezone=place.timezone),
        compared=held.references[ask.reference],
        default_reference=ask.reference is None,
        now=place.now,
        store=place.store.of(place.model),
    )
    try:
        if is_of_readings(ask.address.metric):
            found = series_of_readings(conn, ask.address, asked, held=place.once.service)
        else:
            found = series(conn, str(ask.address), asked)
    except (BarographError, ArithmeticError, LookupError, ValueError) as error:
        return {window.start: failed(error) for window in windows}
    kept.extend(to_keep([found]))
    return dict(found.points)
