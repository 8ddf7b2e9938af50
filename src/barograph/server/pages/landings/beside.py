"""How models did of late beside what they did on their references."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import hypot
from typing import Final

import sqlalchemy as sa

from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value
from barograph.report.comparison import HEADLINES
from barograph.server.reading.references import compared_with
from barograph.store.catalog import Model
from barograph.store.points import ALL_VERSIONS
from barograph.store.tables.catalog import model_references
from barograph.store.tables.profiles import points

_DAY_US: Final = 86_400_000_000
#: A single day says little: it rests on few rows, and is unlike the next.
DAYS: Final = 7
#: Figures on references that are held: 100 bytes each.
_HELD: Final = 4_096
#: References that are read while somebody waits, 30 ms each, of 30 columns and 28 days; the others are read then.
AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A model's headline metric.

    Attributes
    ----------
    lately : the mean of its last days, each weighing as many rows as it has; n: rows of all of them.
    reference : on the reference.
    change : better, worse or no change shown; empty where one of them is not known.
    unread : the reference has not been read since the server began.
    """

    lately: Value | None = None
    reference: Value | None = None
    change: str = ""
    unread: bool = False


def beside_by_model(
    conn: sa.Connection,
    models: Collection[Model],
    last: Mapping[int, Value],
    *,
    now: int,
    most: int,
) -> dict[int, Beside]:
    """By model how it did over its last `DAYS` days beside its reference.

    Parameters
    ----------
    last : by model the figure of its last window, for those that have none within these days.
    now : microseconds UTC.
    most : references that are read.

    Notes
    -----
    Cost: two statements, 70 µs a model; a reference that was not asked for since the server began takes 10 to 50 ms.
    """
    days, references = _days(conn, models, now=now), on_references(conn, models, now=now, most=most)
    found = {}
    for model in models:
        lately = over_days(days.get(model.id, ())) or last.get(model.id)
        unread, said = model.id not in references, ""
        reference = references.get(model.id)
        if lately is not None and reference is not None and model.schema.task is not None:
            said = change(reference, lately, metrics()[HEADLINES[model.schema.task][0]].direction).verdict
        found[model.id] = Beside(lately=lately, reference=reference, change=said, unread=unread)
    return found


def over_days(days: Sequence[Value]) -> Value | None:
    """The mean of some days, each weighing its rows; its interval takes them as independent.

    Examples
    --------
    >>> over_days([Value(value=10.0, n=8, interval=(4.0, 16.0)), Value(value=20.0, n=8, interval=(12.0, 28.0))])
    Value(value=15.0, n=16, interval=(10.0, 20.0))
    """
    rows = sum(day.n for day in days)
    if not rows:
        return None
    value = sum(day.value * day.n for day in days) / rows
    sides = [(day.n / rows, day.interval) for day in days]
    if any(interval is None for _, interval in sides):
        return Value(value=value, n=rows, interval=None)
    low = hypot(*(w * (d.value - i[0]) for (w, i), d in zip(sides, days, strict=True) if i))
    high = hypot(*(w * (i[1] - d.value) for (w, i), d in zip(sides, days, strict=True) if i))
    return Value(value=value, n=rows, interval=(value - low, value + high))


def on_references(
    conn: sa.Connection, models: Iterable[Model], *, now: int, most: int = AT_ONCE
) -> dict[int, Value | None]:
    """By model its headline metric on its reference, None where there is no such figure; held once computed.

    Parameters
    ----------
    most : references that are read; models of further ones are left out.
    """
    models = list(models)
    wanted = [m for m in models if m.reference is not None and m.schema.task is not None]
    of = model_references.c
    asked = sa.select(of.id, of.profile_hash).where(of.id.in_([m.reference for m in wanted]))
    hashes = {row.id: row.profile_hash for row in conn.execute(asked)}
    found: dict[int, Value | None] = dict.fromkeys(model.id for model in models)
    for model in wanted:
        if model.reference is None or model.reference not in hashes:
            continue
        slot = _slot(model.reference, hashes[model.reference], _headline(model))
        if not slot and most <= 0:
            del found[model.id]
            continue
        if not slot:
            slot[:], most = [_evaluated(conn, model, now=now)], most - 1
        found[model.id] = slot[0]
    return found


def _evaluated(conn: sa.Connection, model: Model, *, now: int) -> Value | None:
    compared = compared_with(conn, model, None, now=now)
    found = None if compared is None else evaluate(_headline(model), compared.whole)
    return found if isinstance(found, Value) else None


@lru_cache(maxsize=_HELD)
def _slot(_reference_id: int, _profile_hash: str, _address: str) -> list[Value | None]:
    """Where a figure on a reference is held; one not used lately is let go."""
    return []


def _headline(model: Model) -> str:
    return "" if model.schema.task is None else HEADLINES[model.schema.task][0]


def _days(conn: sa.Connection, models: Collection[Model], *, now: int) -> dict[int, list[Value]]:
    """By model the figures of its last whole days."""
    own, of = {m.id: _headline(m) for m in models}, points.c
    asked = sa.select(of.model_id, of.address, of.value, of.low, of.high, of.n).where(
        of.model_id.in_(list(own)), of.version_id == ALL_VERSIONS, of.segment == "",
        of.address.in_(sorted(set(own.values()))), of.every == "1d", of.value.is_not(None),
        of.window > now - (DAYS + 1) * _DAY_US, of.window <= now - _DAY_US,
    )  # fmt: skip
    found: dict[int, list[Value]] = {}
    for row in conn.execute(asked):
        if row.address == own[row.model_id]:
            interval = None if row.low is None else (row.low, row.high)
            found.setdefault(row.model_id, []).append(Value(value=row.value, n=int(row.n), interval=interval))
    return found
