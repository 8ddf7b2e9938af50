"""Suggestions on what single columns hold: nulls, types, ranges, categories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import numpy as np

from barograph.charts.numbers import count, number
from barograph.checks.check import Check, Severity
from barograph.checks.suggest.limits import (
    highest_beyond_range,
    highest_missing_mass,
    highest_share,
    share_limit,
)
from barograph.metrics.drift.roles import COMPARED_ROLES
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.metrics.views import ColumnView, column_view
from barograph.profile.grid import CategoricalGrid, NumericGrid
from barograph.profile.value import Profile

#: Labels come late, so their absence is no fault of the rows.
_ROLES: Final = COMPARED_ROLES - {"label"}
#: Values no column should hold: what is said where there are none, and where there are some.
_UNFIT: Final = {
    "quality.mismatch_share": ("every value fits its column's kind", "do not fit the column's kind"),
    "quality.nan_share": ("no value is NaN", "are NaN"),
    "quality.infinite_share": ("no value is infinite", "are infinite"),
}
#: A limit above this would let almost anything pass.
_HIGHEST_LIMIT: Final = 0.9


def column_checks(reference: Profile, level: float) -> Iterator[Check]:
    """Checks on nulls, ranges and categories of every column, then on values that fit no column.

    Parameters
    ----------
    reference : of one cell.
    level : of the intervals, and of the checks made.

    Yields
    ------
    Checks that need no more than a number, so that they read the same with any reference.
    """
    views = {c.name: column_view(reference, c.name) for c in reference.schema.columns if c.role in _ROLES}
    for name, view in views.items():
        if isinstance(view, ColumnView) and view.rows:
            yield from _null_check(name, reference, level)
            yield from _range_checks(view, reference, level)
            yield from _category_check(view, reference, level)
    for name in _UNFIT:
        yield from _unfit_checks(name, reference, level)


def _check(
    address: str, limit: float, level: float, reason: str, severity: Severity = "warning"
) -> Iterator[Check]:
    """One check; that a column is there at all is left to the check on its nulls."""
    if limit <= _HIGHEST_LIMIT:
        yield Check(
            f"{address} <= {limit:.6g}", severity=severity, unknown="pass", confident=level, reason=reason
        )


def _at(name: str, column: str) -> str:
    return f"{name}(column={json.dumps(column, ensure_ascii=False)})"


def _null_check(column: str, reference: Profile, level: float) -> Iterator[Check]:
    address = _at("quality.null_share", column)
    found = evaluate(address, reference)
    if not isinstance(found, Value):
        return
    limit = share_limit(highest_share(found, "quality.null_share", level))
    if limit <= _HIGHEST_LIMIT:
        yield Check(
            f"{address} <= {limit:.6g}", unknown="fail", confident=level,
            reason=f"{_share_of(found)} null",
        )  # fmt: skip


def _range_checks(view: ColumnView, reference: Profile, level: float) -> Iterator[Check]:
    """Values beyond what the reference had, and outside what the schema allows."""
    grid, name = view.grid, view.column.name
    if not isinstance(grid, NumericGrid) or view.column.kind not in ("numeric", "text"):
        return
    beyond = evaluate(_at("quality.beyond_range_share", name), reference)
    learned = int(grid.mass.sum())
    if isinstance(beyond, Value) and learned:
        highest = max(
            highest_share(beyond, "quality.beyond_range_share", level) if beyond.value else 0.0,
            highest_beyond_range(learned, level),
        )
        # Edges are bins' ends, the last just above the largest value.
        low, high = float(grid.edges[0]), float(np.nextafter(grid.edges[-1], -np.inf))
        what = "lengths" if view.column.kind == "text" else "values"
        yield from _check(
            _at("quality.beyond_range_share", name), share_limit(highest), level,
            f"{what} of {count(beyond.n)} rows run from {number(low)} to {number(high)}",
        )  # fmt: skip
    outside = evaluate(_at("quality.out_of_range_share", name), reference)
    if isinstance(outside, Value):
        limit = share_limit(highest_share(outside, "quality.out_of_range_share", level))
        address = _at("quality.out_of_range_share", name)
        yield from _check(
            address, limit, level, f"{_share_of(outside)} outside the schema's range", "critical"
        )


def _category_check(view: ColumnView, reference: Profile, level: float) -> Iterator[Check]:
    grid = view.grid
    address = _at("quality.unseen_share", view.column.name)
    found = evaluate(address, reference) if isinstance(grid, CategoricalGrid) else None
    if not isinstance(grid, CategoricalGrid) or not isinstance(found, Value):
        return
    named = view.counts[: len(grid.categories)]
    once, twice = int((named == 1).sum()), int((named == 2).sum())
    mass = highest_missing_mass(once, twice, found.n, level)
    highest = max(mass, highest_share(found, "quality.unseen_share", level) if found.value else 0.0)
    reason = f"{len(grid.categories):,} categories in {count(found.n)} rows, {once:,} of them seen once"
    yield from _check(address, share_limit(highest), level, reason)


def _unfit_checks(name: str, reference: Profile, level: float) -> Iterator[Check]:
    """One check for all columns where none holds such a value, else one for each."""
    kinds = metric(name).applies_to
    columns = [c.name for c in reference.schema.columns if c.kind in kinds and c.name in reference.columns]
    found = {c: evaluate(_at(name, c), reference) for c in columns}
    shares = {c: share for c, share in found.items() if isinstance(share, Value)}
    if shares and not any(share.value for share in shares.values()):
        limit = share_limit(max(highest_share(share, name, level) for share in shares.values()))
        reason = f"in {count(reference.rows)} rows {_UNFIT[name][0]}"
        yield from _check(f"{name}(column=*)", limit, level, reason, "critical")
        return
    for column, share in shares.items():
        reason = f"{number(100 * share.value)} % of {count(share.n)} values {_UNFIT[name][1]}"
        limit = share_limit(highest_share(share, name, level))
        yield from _check(_at(name, column), limit, level, reason, "critical")


def _share_of(found: Value) -> str:
    """How many of the rows, in words that go before an adjective."""
    if found.value == 0.0:
        return f"none of {count(found.n)} rows is"
    return f"{number(100 * found.value)} % of {count(found.n)} rows are"
