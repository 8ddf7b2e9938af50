"""How models did of late beside what they did on their references."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import Final, NamedTuple

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
    days, references = _lately(conn, models, now=now), on_references(conn, models, now=now, most=most)
    found = {}
    for model in models:
        lately = days.get(model.id) or last.get(model.id)
        unread, said = model.id not in references, ""
        reference = references.get(model.id)
        if lately is not None and reference is not None and model.schema.task is not None:
            said = change(reference, lately, metrics()[HEADLINES[model.schema.task][0]].direction).verdict
        found[model.id] = Beside(lately=lately, reference=reference, change=said, unread=unread)
    return found


class DaySums(NamedTuple):
    """Sums over days: rows, rows times figure, squares of rows times each side of its interval, days without one."""

    rows: float
    weighted: float
    below: float
    above: float
    unknown: int


def over_days(sums: DaySums) -> Value | None:
    """The mean of some days, each weighing its rows; its interval takes them as independent.

    Examples
    --------
    Two days of 8 rows, 10 (4 to 16) and 20 (12 to 28):

    >>> over_days(DaySums(rows=16, weighted=240.0, below=48.0**2 + 64.0**2, above=48.0**2 + 64.0**2, unknown=0))
    Value(value=15.0, n=16, interval=(10.0, 20.0))
    """
    if not sums.rows:
        return None
    value, interval = sums.weighted / sums.rows, None
    if not sums.unknown:
        interval = (value - sqrt(sums.below) / sums.rows, value + sqrt(sums.above) / sums.rows)
    return Value(value=value, n=int(sums.rows), interval=interval)


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


def _lately(conn: sa.Connection, models: Collection[Model], *, now: int) -> dict[int, Value | None]:
    """By model the mean of its last whole days, which the database sums up."""
    own, of = {m.id: _headline(m) for m in models}, points.c
    low, high = of.n * (of.value - of.low), of.n * (of.high - of.value)
    sums = (of.n, of.n * of.value, low * low, high * high, sa.case((of.low.is_(None), 1), else_=0))
    asked = sa.select(of.model_id, of.address, *(sa.func.sum(each) for each in sums)).where(
        of.model_id.in_(list(own)), of.version_id == ALL_VERSIONS, of.segment == "",
        of.address.in_(sorted(set(own.values()))), of.every == "1d", of.value.is_not(None),
        of.window > now - (DAYS + 1) * _DAY_US, of.window <= now - _DAY_US,
    ).group_by(of.model_id, of.address)  # fmt: skip
    return {
        model_id: over_days(DaySums(*found))
        for model_id, address, *found in conn.execute(asked)
        if address == own[model_id]
    }
