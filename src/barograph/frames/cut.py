"""One source of rows cut in two at a time: what came before it, and what came since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from barograph.errors import DataError, SchemaError
from barograph.frames.batch import Source
from barograph.frames.names import named
from barograph.frames.source import source
from barograph.frames.stream import rebatched, thinned
from barograph.frames.typed import typed_column
from barograph.schema.model import Column, Schema

_READ_ROWS: Final = 1 << 16
_COLUMNS_NAMED: Final = 4
_DAY: Final = timedelta(days=1)
_LATER_SIDE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Rows of one origin, cut in two at a time.

    Attributes
    ----------
    before, since : rows whose time is before it, and at it or later; sources, as `profile` takes them.
    without_time : rows whose time is missing or cannot be read; they are in neither.
    """

    before: Source
    since: Source
    without_time: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """The rows of a source on one side of a time; every pass reads the whole source.

    Attributes
    ----------
    time, timezone : how times are read.
    at : the first moment of the later side, in UTC; later: which side this is.
    names : columns that are shown.
    """

    whole: Source
    time: Column
    timezone: str
    at: datetime
    later: bool
    names: tuple[str, ...]
    rows: int

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """Raw type of every column."""
        return {name: self.whole.types[name] for name in self.names}

    def sample(self, rows: int) -> pl.DataFrame:
        """Every n-th row of this side, at most `rows` of them."""
        frame = thinned(self.batches(_READ_ROWS), rows)
        return frame if frame.width else pl.DataFrame(schema=dict(self.types))

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows of this side in order, at most `rows` at a time."""
        yield from rebatched(self._kept(rows), rows)

    def only(self, columns: Sequence[str]) -> _Cut:
        """The same rows with these columns alone; the source is still asked for their time."""
        asked = tuple(columns) if self.time.name in columns else (*columns, self.time.name)
        return replace(self, whole=self.whole.only(asked), names=tuple(columns))

    def _kept(self, rows: int) -> Iterator[pl.DataFrame]:
        for raw in self.whole.batches(rows):
            times = times_of(raw, self.time, self.timezone)
            kept = raw.filter((times >= self.at) if self.later else (times < self.at))
            if kept.height:
                yield kept.select(named(self.names))


def split(data: object, schema: Schema, *, since: str | datetime) -> Split:
    """Cut rows of one origin in two at a time: a reference and what came after it, from one file.

    Parameters
    ----------
    data : as `profile` takes it.
    schema : names the column of times.
    since : first moment of the later side: a time, or its text, such as ``"2026-02-01"``, which is midnight; of the
        schema's time zone where it names none.

    Returns
    -------
    Split
        Two sources, each for `profile`.

    Raises
    ------
    SchemaError
        Where the schema has no timestamp.
    DataError
        Where `since` is no time, or one side has no rows.

    Notes
    -----
    The times are read once to count both sides; then each pass over a side reads the whole source, a batch at a time.

    Examples
    --------
    >>> rows = pl.DataFrame({"day": ["2026-01-30", "2026-01-31", "2026-02-01"], "x": [1.0, 2.0, 3.0]})
    >>> cut = split(rows, Schema.infer(rows, timestamp="day"), since="2026-02-01")
    >>> cut.before.rows, cut.since.rows
    (2, 1)
    """
    time, whole = _time_of(schema), source(data)
    if time.name not in whole.types:
        raise DataError(f"the data has no column {time.name!r}, which is the schema's timestamp.")
    at = moment_of(since, schema.timezone)
    earlier, later, without, ends = _counted(whole, time, schema.timezone, at)
    if not (earlier and later):
        raise DataError(_one_sided(since, earlier, ends, schema.timezone))
    before = _Cut(
        whole=whole, time=time, timezone=schema.timezone, at=at, later=False, names=tuple(whole.types),
        rows=earlier,
    )  # fmt: skip
    return Split(before=before, since=replace(before, later=True, rows=later), without_time=without)


def proposed_since(times: pl.Series, timezone: str) -> date | None:
    """The day at which rows may be cut: their last 30 days are the later side, or their last half where that is less.

    Parameters
    ----------
    times : in UTC; nulls are left out.
    timezone : in which days begin.

    Returns
    -------
    None where the times span less than two days.

    Examples
    --------
    >>> times = pl.Series([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 3, 1, 12, tzinfo=UTC)])
    >>> proposed_since(times, "UTC"), proposed_since(times[:1], "UTC")
    (datetime.date(2026, 1, 31), None)
    """
    first, last = times.min(), times.max()
    if not (isinstance(first, datetime) and isinstance(last, datetime)) or last - first < 2 * _DAY:
        return None
    later = min(_LATER_SIDE, (last - first) / 2)
    # The day after the one in which the later side would begin: the reference ends with a whole day.
    return (last - later).astimezone(ZoneInfo(timezone)).date() + _DAY


def times_of(raw: pl.DataFrame, time: Column, timezone: str) -> pl.Series:
    """The times of raw rows in UTC; null where there is none, or it cannot be read."""
    return typed_column(raw.get_column(time.name), time, timezone)[0]


def moment_of(given: str | datetime, timezone: str) -> datetime:
    """The moment of a text or a time, in UTC; of a time zone where it names none.

    Examples
    --------
    >>> moment_of("2026-02-01", "Europe/Berlin").isoformat()
    '2026-01-31T23:00:00+00:00'
    """
    try:
        found = given if isinstance(given, datetime) else datetime.fromisoformat(given)
    except (TypeError, ValueError):
        raise DataError(
            f"since={given!r} is no time; expected one such as 2026-02-01 or 2026-02-01T06:00."
        ) from None
    placed = found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(timezone))
    return placed.astimezone(UTC)


def _time_of(schema: Schema) -> Column:
    time = schema.one("timestamp")
    if time is not None:
        return time
    may = [repr(c.name) for c in schema.columns if c.kind == "datetime"][:_COLUMNS_NAMED]
    hint = f"; columns of times are {', '.join(may)}" if may else ", and none of the columns is read as times"
    raise SchemaError(f"rows are cut by their times: name the column with timestamp=, or --timestamp{hint}.")


def _counted(
    whole: Source, time: Column, timezone: str, at: datetime
) -> tuple[int, int, int, tuple[datetime, datetime] | None]:
    """Rows before, since and without a time; first and last time, None where there is no time."""
    earlier = later = without = 0
    ends: list[datetime] = []
    for raw in whole.only([time.name]).batches(_READ_ROWS):
        times = times_of(raw, time, timezone)
        since = int((times >= at).sum())
        missing = times.null_count()
        earlier, later, without = earlier + raw.height - since - missing, later + since, without + missing
        ends += [end for end in (times.min(), times.max()) if isinstance(end, datetime)]
    return earlier, later, without, (min(ends), max(ends)) if ends else None


def _one_sided(
    since: str | datetime, earlier: int, ends: tuple[datetime, datetime] | None, timezone: str
) -> str:
    if ends is None:
        return "no row has a time that can be read; nothing can be cut by time. Correct the column's reading."
    first, last = (f"{end.astimezone(ZoneInfo(timezone)):%Y-%m-%d %H:%M}" for end in ends)
    side = "no row is from then or later" if earlier else "no row is before it"
    return (
        f"since={since!s}: {side}; times go from {first} to {last} ({timezone}). Choose a time between them."
    )
