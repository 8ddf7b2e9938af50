"""Stored parts in the database: added to, replaced, read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import sqlalchemy as sa

from barograph.store.profiles.body import decoded, encoded
from barograph.store.profiles.part import (
    ARRIVED_OUTCOME,
    ARRIVED_TABLE,
    CROSS,
    OUTCOME,
    Grain,
    Part,
    Place,
    together,
    without_empty,
)
from barograph.store.tables.profiles import profiles as table
from barograph.store.upsert import upsert

_KEYS = ("model_id", "grain", "part", "day", "version_id", "arrival")
_PLACE = ("version_id", "grain", "part", "day", "arrival")
#: What is taken away may leave a cell with nothing, which is then not kept.
_EMPTIED = (OUTCOME, CROSS, ARRIVED_OUTCOME, ARRIVED_TABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to be done to a model's stored parts.

    Attributes
    ----------
    added : to what is there.
    replaced : in place of what is there; None: removed.
    """

    added: Mapping[Place, Part] = field(default_factory=dict)
    replaced: Mapping[Place, Part | None] = field(default_factory=dict)


def change(conn: sa.Connection, model_id: int, what: Change) -> None:
    """Add to stored parts and replace some, in the caller's transaction."""
    held = stored(conn, model_id, what.added)
    parts: dict[Place, Part | None] = {
        place: together([held[place], part]) if place in held else part for place, part in what.added.items()
    }
    write(conn, model_id, parts | dict(what.replaced))


def write(conn: sa.Connection, model_id: int, parts: Mapping[Place, Part | None]) -> None:
    """Store parts in place of what is there; those of no cell are removed."""
    rows, gone = [], []
    held = kept({place: part for place, part in parts.items() if part is not None})
    for place in parts:
        key = {"model_id": model_id} | {name: getattr(place, name) for name in _PLACE}
        if place in held:
            rows.append(key | {"body": encoded(held[place])})
        else:
            gone.append(key)
    upsert(conn, table, rows, _KEYS)
    if gone:
        matches = [table.c[name] == sa.bindparam(f"b_{name}") for name in _KEYS]
        bound = [{f"b_{name}": value for name, value in key.items()} for key in gone]
        conn.execute(sa.delete(table).where(*matches), bound)


def kept(parts: Mapping[Place, Part]) -> dict[Place, Part]:
    """The parts as they are stored: without cells that hold nothing, and without parts of no cell."""
    whole = {place: without_empty(part) if place.part in _EMPTIED else part for place, part in parts.items()}
    return {place: part for place, part in whole.items() if part.cells}


def stored(conn: sa.Connection, model_id: int, places: Iterable[Place]) -> dict[Place, Part]:
    """The parts that are there of the given places."""
    asked: dict[tuple[int, str, int], set[tuple[str, int]]] = {}
    for place in places:
        asked.setdefault((place.version_id, place.grain, place.day), set()).add((place.part, place.arrival))
    out: dict[Place, Part] = {}
    for (version_id, grain, day), names in asked.items():
        found = sa.select(table.c.part, table.c.arrival, table.c.body).where(
            table.c.model_id == model_id,
            table.c.grain == grain,
            table.c.day == day,
            table.c.version_id == version_id,
            table.c.part.in_(sorted({part for part, _ in names})),
            table.c.arrival.in_(sorted({arrival for _, arrival in names})),
        )
        for part, arrival, body in conn.execute(found):
            if (part, arrival) in names:
                place = Place(version_id=version_id, grain=_grain(grain), part=part, day=day, arrival=arrival)
                out[place] = decoded(body)
    return out


def bodies(conn: sa.Connection, model_id: int, *, version_id: int, day: int) -> dict[Place, bytes]:
    """All that is stored of a day of a version, as bytes."""
    found = sa.select(*(table.c[name] for name in _PLACE), table.c.body).where(
        table.c.model_id == model_id, table.c.version_id == version_id, table.c.day == day
    )
    return {Place(**{n: getattr(row, n) for n in _PLACE}): bytes(row.body) for row in conn.execute(found)}


def days(conn: sa.Connection, model_id: int) -> list[tuple[int, int]]:
    """Every version and day of which something is stored."""
    found = (
        sa.select(table.c.version_id, table.c.day)
        .where(table.c.model_id == model_id, table.c.grain == "window", table.c.part == "table")
        .order_by(table.c.version_id, table.c.day)
    )
    return [(row.version_id, row.day) for row in conn.execute(found)]


def drop_days(conn: sa.Connection, model_id: int, *, before: int) -> int:
    """Delete all that is stored of days before one, in the caller's transaction; returns how many parts."""
    return conn.execute(sa.delete(table).where(table.c.model_id == model_id, table.c.day < before)).rowcount


def parts_between(
    conn: sa.Connection,
    model_id: int,
    *,
    grain: Grain,
    names: Sequence[str] | None,
    span: tuple[int, int],
    version_id: int | None,
    arrived_by: int | None = None,
) -> dict[str, list[Part]]:
    """Stored parts of some days, by name.

    Parameters
    ----------
    names : of the parts wanted; None: all.
    span : first and last day.
    version_id : None: of every version.
    arrived_by : only what arrived up to this day, of the parts kept by arrival.
    """
    wanted: dict[str, object] = {"names": names, "version": version_id, "arrived_by": arrived_by}
    given = {name: value for name, value in wanted.items() if value is not None}
    asked = _between(frozenset(given))
    out: dict[str, list[Part]] = {}
    of = {"model": model_id, "grain": grain, "first": span[0], "last": span[1], **given}
    for name, body in conn.execute(asked, of):
        out.setdefault(name, []).append(decoded(body))
    return out


@cache
def _between(given: frozenset[str]) -> sa.Select[Any]:
    """The statement of `parts_between`, made once for each choice of what is given."""
    bound = sa.bindparam
    asked = sa.select(table.c.part, table.c.body).where(
        table.c.model_id == bound("model"),
        table.c.grain == bound("grain"),
        table.c.day.between(bound("first"), bound("last")),
    )
    if "names" in given:
        asked = asked.where(table.c.part.in_(bound("names", expanding=True)))
    if "version" in given:
        asked = asked.where(table.c.version_id == bound("version"))
    if "arrived_by" in given:
        asked = asked.where(table.c.arrival <= bound("arrived_by"))
    return asked


def _grain(text: str) -> Grain:
    return "day" if text == "day" else "window"
