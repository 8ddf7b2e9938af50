"""The series that monitors watch, and what was said of each."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from barograph.locale.kept import kept
from barograph.store.errors import Conflict
from barograph.store.monitors import Document
from barograph.store.tables.monitors import evaluations, monitor_series
from barograph.store.tables.said import AsWritten, written
from barograph.store.upsert import insert_all_missing

#: Variables of one statement: SQLite takes 32,766.
_AT_ONCE: Final = 1_000
#: What a series is of; the rest is where it stands.
_KEY: Final = ("monitor_id", "model_id", "version_id", "address")
#: Where a series stands, in JSON.
_DOCUMENTS: Final = ("state", "blind", "breached")
_WRITTEN: Final = (*_DOCUMENTS, "verdict")
#: Statements of every model that is judged, made once.
_WITH_VERDICTS: Final = (
    sa.select(monitor_series)
    .where(monitor_series.c.model_id == sa.bindparam("of_model"))
    .order_by(monitor_series.c.id)
)
#: Documents as they are written: most series of a model stand alike, and what is alike is read once.
_STANDING: Final = _WITH_VERDICTS.with_only_columns(
    *(
        sa.cast(c, sa.Text).label(c.name) if c.name in _DOCUMENTS else c
        for c in monitor_series.c
        if c is not monitor_series.c.verdict
    )
)
#: What a window moves, and what somebody does who ends an incident or takes that back.
_MOVED: Final = ("state", "blind")
_WHERE_THEY_STAND: Final = (
    sa.select(
        monitor_series.c.id,
        monitor_series.c.window_end,
        *(sa.cast(monitor_series.c[name], sa.Text).label(name) for name in _MOVED),
    )
    .where(monitor_series.c.model_id == sa.bindparam("of_model"))
    .with_for_update()
)
_WRITE: Final = (
    sa.update(monitor_series)
    .where(monitor_series.c.id == sa.bindparam("series_id"))
    .values(
        {
            c.name: sa.bindparam(c.name, type_=AsWritten() if c.name in _WRITTEN else c.type)
            for c in monitor_series.c
            if c.name not in ("id", *_KEY)
        }
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSeries:
    """One thing a monitor watches, and where it stands; times in microseconds UTC.

    Attributes
    ----------
    version_id : 0: all versions.
    address : without wildcards.
    state, blind : of the machine, as `alerts.state_json` writes them.
    breached : starts of its recent breached windows.
    status, window_start, window_end, verdict, figures : of the last window judged; `figures` is the hash of what it
        rested on.
    """

    id: int = 0
    monitor_id: int
    model_id: int
    version_id: int
    address: str
    state: Document = field(default_factory=dict)
    blind: Document = field(default_factory=dict)
    breached: Sequence[int] = ()
    status: str = ""
    window_start: int | None = None
    window_end: int | None = None
    verdict: Document = field(default_factory=dict)
    figures: str = ""
    judged_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What was said of one window.

    Attributes
    ----------
    revision : counts how often late data changed it.
    configuration : revision of the monitor.
    """

    series_id: int
    window_start: int
    window_end: int
    revision: int = 0
    status: str
    value: float | None
    verdict: Document
    figures: str
    configuration: int
    evaluated_at: int


def series_of_model(
    conn: sa.Connection, model_id: int, *, held: bool = False, verdicts: bool = True
) -> list[StoredSeries]:
    """The series of a model, by their id.

    Parameters
    ----------
    held : no other transaction changes them until this one ends.
    verdicts : with what was said of their last windows, which is most of what they are.
    """
    asked = _WITH_VERDICTS if verdicts else _STANDING
    return _series(
        conn, asked.with_for_update() if held else asked, {"of_model": model_id}, as_text=not verdicts
    )


def series_by_id(conn: sa.Connection, ids: Sequence[int]) -> list[StoredSeries]:
    """Some series, by their id; those that are gone are left out."""
    found: list[StoredSeries] = []
    for start in range(0, len(ids), _AT_ONCE):
        asked = sa.select(monitor_series).where(monitor_series.c.id.in_(ids[start : start + _AT_ONCE]))
        found += _series(conn, asked.order_by(monitor_series.c.id).with_for_update())
    return found


def series_of_monitor(conn: sa.Connection, monitor_id: int) -> list[StoredSeries]:
    """The series of a monitor, by model, version and address."""
    key = monitor_series.c
    return _series(
        conn,
        sa.select(monitor_series)
        .where(key.monitor_id == monitor_id)
        .order_by(key.model_id, key.version_id, key.address),
    )


def add_series(conn: sa.Connection, wanted: Iterable[StoredSeries]) -> None:
    """Add series; those that are there stay as they are."""
    rows = [_row(series) for series in wanted]
    insert_all_missing(conn, monitor_series, rows, _KEY)


def write_series(conn: sa.Connection, changed: Sequence[StoredSeries]) -> None:
    """Write where series stand, all in one statement; documents that several of them share are written out once."""
    if not changed:
        return
    # A document is known by where it is: `changed` keeps each there.
    texts: dict[int, str] = {}
    rows = [{"series_id": series.id, **_standing(series)} for series in changed]
    for row in rows:
        for name in _WRITTEN:
            document = row[name]
            row[name] = texts.get(id(document)) or texts.setdefault(id(document), written(document))
    conn.execute(_WRITE, rows)


def remove_series(conn: sa.Connection, ids: Sequence[int]) -> None:
    """Remove series and what was said of them; alerts stay."""
    for start in range(0, len(ids), _AT_ONCE):
        conn.execute(sa.delete(monitor_series).where(monitor_series.c.id.in_(ids[start : start + _AT_ONCE])))


def require_unmoved(conn: sa.Connection, model_id: int, before: Iterable[StoredSeries]) -> None:
    """Raise Conflict where series stand otherwise than they were read; hold those of the model until the commit.

    Another process has judged windows of them meanwhile, or somebody has ended an incident or taken that back.

    Parameters
    ----------
    before : series of the model, as they were read.
    """
    held = {
        row.id: (row.window_end, *(_parsed(getattr(row, name)) for name in _MOVED))
        for row in conn.execute(_WHERE_THEY_STAND, {"of_model": model_id})
    }
    moved = sum(held.get(s.id) != (s.window_end, s.state, s.blind) for s in before)
    if moved:
        raise Conflict(
            f"{moved} series of model {model_id} were judged, ended or removed meanwhile. They are looked at again."
        )


def add_evaluations(conn: sa.Connection, found: Sequence[Evaluation]) -> None:
    """Write what was said of windows; what is there already under its revision stays."""
    rows = [
        {**{name: getattr(e, name) for name in Evaluation.__dataclass_fields__}, "verdict": dict(e.verdict)}
        for e in found
    ]
    insert_all_missing(conn, evaluations, rows, ["series_id", "window_end", "revision"])


def evaluations_of(
    conn: sa.Connection, series_ids: Sequence[int], *, first: int, end: int
) -> list[Evaluation]:
    """What was said of windows that end after `first` and by `end`, by series, window and revision."""
    found: list[Evaluation] = []
    key = evaluations.c
    for start in range(0, len(series_ids), _AT_ONCE):
        asked = (
            sa.select(evaluations)
            .where(
                key.series_id.in_(series_ids[start : start + _AT_ONCE]),
                key.window_end > first,
                key.window_end <= end,
            )
            .order_by(key.series_id, key.window_end, key.revision)
        )
        found += [Evaluation(**row._mapping) for row in conn.execute(asked)]
    return found


def scores_of(
    conn: sa.Connection, series_ids: Sequence[int], *, first: int, end: int
) -> dict[int, dict[int, float]]:
    """By series and start of the window how near to its limit a window was: 1 at it; without those that have no score.

    Parameters
    ----------
    first, end : of the ends of windows, µs UTC.
    """
    key = evaluations.c
    score = key.verdict["score"].as_float()
    found: dict[int, dict[int, float]] = {}
    for start in range(0, len(series_ids), _AT_ONCE):
        asked = (
            sa.select(key.series_id, key.window_start, score)
            .where(
                key.series_id.in_(series_ids[start : start + _AT_ONCE]), key.window_end > first, key.window_end <= end,
                score.is_not(None),
            )
            .order_by(key.series_id, key.window_end, key.revision)
        )  # fmt: skip
        for of, window, value in conn.execute(asked):
            found.setdefault(of, {})[window] = value
    return found


def drop_evaluations(conn: sa.Connection, *, before: int) -> int:
    """Forget what was said of windows that ended before a time; alerts stay. Returns how many."""
    return conn.execute(sa.delete(evaluations).where(evaluations.c.window_end < before)).rowcount


def _series(
    conn: sa.Connection,
    asked: sa.Select[Any],
    of: Mapping[str, object] | None = None,
    *,
    as_text: bool = False,
) -> list[StoredSeries]:
    found = conn.execute(asked, of or {})
    names = tuple(found.keys())
    rows = (dict(zip(names, row, strict=True)) for row in found)
    if not as_text:
        return [StoredSeries(**row) for row in rows]
    return [StoredSeries(**{**row, **{name: _parsed(row[name]) for name in _DOCUMENTS}}) for row in rows]


@lru_cache(maxsize=4_096)
def _parsed(text: str) -> Mapping[str, Any] | tuple[Any, ...]:
    """A document that is shared by all series that stand alike, and is not changed."""
    found = json.loads(text)
    return tuple(found) if isinstance(found, list) else MappingProxyType(found)


def _row(series: StoredSeries) -> dict[str, Any]:
    plain = {name: kept(value) for name, value in _standing(series).items()}
    return {**{name: getattr(series, name) for name in _KEY}, **plain}


def _standing(series: StoredSeries) -> dict[str, Any]:
    """All of a series but what it is of."""
    return {
        "state": series.state, "blind": series.blind, "breached": series.breached, "status": series.status,
        "window_start": series.window_start, "window_end": series.window_end, "verdict": series.verdict,
        "figures": series.figures, "judged_at": series.judged_at,
    }  # fmt: skip
