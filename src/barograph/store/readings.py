"""Readings: summed by minute as they come, later by hour, given back as sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from barograph.operations.sums import ReadingSums, decode, encode
from barograph.operations.view import HOUR_US, MINUTE_US, SECOND_US, Window
from barograph.store.tables.readings import reading_series, readings
from barograph.store.upsert import insert_missing, upsert

#: More series (name × host × version) of a project are refused: a name or a host that changes with every reading.
MOST_SERIES = 50_000
_KEYS = ("project_id", "model_key", "name", "host", "version")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Readings taken at one time, already summed.

    Attributes
    ----------
    model_id : None for readings of a host rather than a model.
    at : µs UTC.
    """

    name: str
    at: int
    sums: ReadingSums
    model_id: int | None = None
    host: str = ""
    version: str = ""
    unit: str = ""


def add_readings(
    conn: sa.Connection, project_id: int, given: Sequence[Reading]
) -> list[tuple[int, str, str]]:
    """Add readings to the sums of their minutes, in the caller's transaction.

    Returns
    -------
    Index, field and reason of each reading that was refused: another unit than its name has had, or too many series.
    """
    units = _units(conn, project_id, given)
    held = _series(conn, project_id, given)
    refused: list[tuple[int, str, str]] = []
    sums: dict[tuple[int, int], ReadingSums] = {}
    for index, reading in enumerate(given):
        known = units.setdefault((reading.model_id or 0, reading.name), reading.unit)
        if reading.unit and known and reading.unit != known:
            reason = f"{reading.name!r} is measured in {known!r} so far; convert it, or choose another name"
            refused.append((index, "unit", reason))
            continue
        series = _one_series(conn, project_id, reading, held)
        if series is None:
            reason = (
                f"the project has {MOST_SERIES:,} series of readings; send fewer hosts, versions or names"
            )
            refused.append((index, "name", reason))
            continue
        place = series, reading.at - reading.at % MINUTE_US
        sums[place] = sums[place] + reading.sums if place in sums else reading.sums
    _add(conn, 60, sums)
    return refused


def read_readings(
    conn: sa.Connection,
    project_id: int,
    model_id: int | None,
    *,
    first: int,
    end: int,
    names: Iterable[str] | None = None,
    hosts: Iterable[str] | None = None,
) -> dict[str, tuple[Window, ...]]:
    """Windows by name that begin from `first` until before `end` (µs UTC), in order of time.

    Parameters
    ----------
    model_id : None for readings of no model.
    names, hosts : only these; all where not given.
    """
    asked = (
        sa.select(reading_series, readings.c.seconds, readings.c.start, readings.c.body)
        .join(readings)
        .where(
            reading_series.c.project_id == project_id,
            reading_series.c.model_key == (model_id or 0),
            readings.c.start >= first,
            readings.c.start < end,
        )
        .order_by(readings.c.start, reading_series.c.id)
    )
    if names is not None:
        asked = asked.where(reading_series.c.name.in_(list(names)))
    if hosts is not None:
        asked = asked.where(reading_series.c.host.in_(list(hosts)))
    found: dict[str, list[Window]] = {}
    for row in conn.execute(asked):
        window = Window(
            start=row.start, seconds=row.seconds, sums=decode(row.body), host=row.host, version=row.version
        )
        found.setdefault(row.name, []).append(window)
    return {name: tuple(windows) for name, windows in found.items()}


def reading_names(conn: sa.Connection, project_id: int, model_id: int | None) -> dict[str, str]:
    """Names of the readings of a model, or of none, and their units."""
    asked = (
        sa.select(reading_series.c.name, sa.func.max(reading_series.c.unit))
        .where(reading_series.c.project_id == project_id, reading_series.c.model_key == (model_id or 0))
        .group_by(reading_series.c.name)
        .order_by(reading_series.c.name)
    )
    return {row[0]: row[1] for row in conn.execute(asked)}


def hosts_of(conn: sa.Connection, project_id: int, model_id: int) -> tuple[str, ...]:
    """Hosts that sent readings of a model."""
    asked = sa.select(reading_series.c.host).distinct().where(
        reading_series.c.project_id == project_id,
        reading_series.c.model_key == model_id,
        reading_series.c.host != "",
    )  # fmt: skip
    return tuple(sorted(conn.scalars(asked)))


def roll_readings(conn: sa.Connection, *, before: int, most: int = 20_000) -> int:
    """Add minutes that began before a time (µs UTC) to the sums of their hours.

    Parameters
    ----------
    most : minutes taken at once.

    Returns
    -------
    Minutes taken; call again until there are none.
    """
    asked = (
        sa.select(readings.c.series_id, readings.c.start, readings.c.body)
        .where(readings.c.seconds == 60, readings.c.start < before)
        .order_by(readings.c.series_id, readings.c.start)
        .limit(most)
        .with_for_update()
    )
    sums: dict[tuple[int, int], ReadingSums] = {}
    taken = conn.execute(asked).all()
    for series, start, body in taken:
        place, minute = (series, start - start % HOUR_US), decode(body)
        sums[place] = sums[place] + minute if place in sums else minute
    _add(conn, 3_600, sums)
    gone = readings.delete().where(
        readings.c.series_id == sa.bindparam("of_series"),
        readings.c.seconds == 60,
        readings.c.start == sa.bindparam("of_start"),
    )
    if taken:
        conn.execute(gone, [{"of_series": series, "of_start": start} for series, start, _ in taken])
    return len(taken)


def drop_readings(conn: sa.Connection, *, before: int) -> int:
    """Delete sums of windows that ended before a time (µs UTC), and series of which nothing is left."""
    ended = readings.c.start + readings.c.seconds * sa.literal(SECOND_US, sa.BigInteger) <= before
    gone = conn.execute(readings.delete().where(ended)).rowcount
    left = sa.select(readings.c.series_id).where(readings.c.series_id == reading_series.c.id).exists()
    conn.execute(reading_series.delete().where(~left))
    return gone


Place = tuple[int, int, str, str, str]


def _place(project_id: int, reading: Reading) -> Place:
    return project_id, reading.model_id or 0, reading.name, reading.host, reading.version


def _units(conn: sa.Connection, project_id: int, given: Sequence[Reading]) -> dict[tuple[int, str], str]:
    """What readings of each model and name are measured in so far."""
    asked = (
        sa.select(reading_series.c.model_key, reading_series.c.name, sa.func.max(reading_series.c.unit))
        .where(
            reading_series.c.project_id == project_id,
            reading_series.c.name.in_({reading.name for reading in given}),
        )
        .group_by(reading_series.c.model_key, reading_series.c.name)
    )
    return {(model, name): unit for model, name, unit in conn.execute(asked)}


def _series(conn: sa.Connection, project_id: int, given: Sequence[Reading]) -> dict[Place, int]:
    """Ids of the series of these names."""
    asked = sa.select(reading_series).where(
        reading_series.c.project_id == project_id,
        reading_series.c.model_key.in_({reading.model_id or 0 for reading in given}),
        reading_series.c.name.in_({reading.name for reading in given}),
        reading_series.c.host.in_({reading.host for reading in given}),
    )
    return {
        (row.project_id, row.model_key, row.name, row.host, row.version): row.id
        for row in conn.execute(asked)
    }


def _one_series(conn: sa.Connection, project_id: int, reading: Reading, held: dict[Place, int]) -> int | None:
    """The series of a reading, made where there is none yet; None where there are too many."""
    place = _place(project_id, reading)
    if place in held:
        return held[place]
    counted = sa.select(sa.func.count()).where(reading_series.c.project_id == project_id)
    if conn.execute(counted).scalar_one() >= MOST_SERIES:
        return None
    row = dict(zip(_KEYS, place, strict=True))
    insert_missing(conn, reading_series, {**row, "model_id": reading.model_id, "unit": reading.unit}, _KEYS)
    same = [reading_series.c[name] == value for name, value in row.items()]
    held[place] = int(conn.execute(sa.select(reading_series.c.id).where(*same)).scalar_one())
    return held[place]


def _add(conn: sa.Connection, seconds: int, sums: Mapping[tuple[int, int], ReadingSums]) -> None:
    """Add sums by (series, start) to those stored; rows are locked in one order, so that none waits for ever."""
    places = sorted(sums)
    for first in range(0, len(places), _AT_ONCE):
        part = places[first : first + _AT_ONCE]
        stored = _locked(conn, seconds, part)
        new = [place for place in part if place not in stored]
        rows = [_row(seconds, place, sums[place]) for place in new]
        # Another process may have been first since: its rows are added to.
        if rows and (others := set(new) - _inserted(conn, rows)):
            stored |= _locked(conn, seconds, sorted(others))
        changed = [_row(seconds, place, decode(body) + sums[place]) for place, body in stored.items()]
        upsert(conn, readings, changed, ["series_id", "seconds", "start"])


def _row(seconds: int, place: tuple[int, int], sums: ReadingSums) -> dict[str, object]:
    return {"series_id": place[0], "seconds": seconds, "start": place[1], "body": encode(sums)}


def _locked(
    conn: sa.Connection, seconds: int, places: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    asked = (
        sa.select(readings.c.series_id, readings.c.start, readings.c.body)
        .where(readings.c.seconds == seconds, sa.tuple_(readings.c.series_id, readings.c.start).in_(places))
        .order_by(readings.c.series_id, readings.c.start)
        .with_for_update()
    )
    return {(series, start): body for series, start, body in conn.execute(asked)}


def _inserted(conn: sa.Connection, rows: Sequence[Mapping[str, object]]) -> set[tuple[int, int]]:
    """Insert rows of which none is there; returns the places of those that were inserted."""
    insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    done = (
        insert(readings)
        .values(list(rows))
        .on_conflict_do_nothing()
        .returning(readings.c.series_id, readings.c.start)
    )
    return {(series, start) for series, start in conn.execute(done)}
