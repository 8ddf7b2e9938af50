"""Suggestions on distributions: each column's drift, and how many columns drift."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from barograph.charts.numbers import number
from barograph.checks.check import Check
from barograph.checks.suggest.limits import rounded_up
from barograph.checks.suggest.variation import drift_between, windows_of
from barograph.metrics.drift.roles import COMPARED_ROLES, INPUT_ROLES
from barograph.profile.value import Profile

#: Labels come late, and those that are not there yet would count as a value.
_ROLES: Final = COMPARED_ROLES - {"label"}
#: Where a moderate drift begins; see `size_of`.
_MODERATE: Final = 0.05
#: A column whose own windows differ more than this has no usual distribution to keep to.
_HIGHEST_LIMIT: Final = 0.5
_SHARE: Final = 0.25
_FEWEST_ROWS: Final = 20
#: Windows differ from each other by more than their mean square: room for the larger ones.
_ROOM: Final = 1.5


def drift_checks(reference: Profile, level: float) -> Iterator[Check]:
    """Checks on every compared column, and on the share of inputs that drifted."""
    total = reference.total()
    windows = windows_of(reference)
    compared = [c for c in reference.schema.columns if c.role in _ROLES and c.name in total.columns]
    for column in compared if reference.rows >= _FEWEST_ROWS else ():
        own = drift_between(column.name, total, windows)
        limit = max(_MODERATE, rounded_up(_ROOM * own))
        if limit > _HIGHEST_LIMIT:
            continue
        where = json.dumps(column.name, ensure_ascii=False)
        yield Check(
            f"drift.effect(column={where}) <= {limit:.6g}",
            severity="warning" if column.role in INPUT_ROLES else "critical",
            unknown="pass",
            confident=level,
            reason=_reason(limit, own, len(windows)),
        )
    inputs = sum(c.role in INPUT_ROLES for c in compared)
    if inputs > 1 and reference.rows >= _FEWEST_ROWS:
        limit = max(_SHARE, rounded_up(1.0 / inputs))
        yield Check(
            f"drift.share <= {limit:.6g}", severity="warning", unknown="pass",
            reason=f"of {inputs:,} inputs without drift hardly ever more than one is found to have drifted",
        )  # fmt: skip


def _reason(limit: float, own: float, windows: int) -> str:
    differ = f"the reference's own {windows:,} windows differ from its other rows by {number(own)}"
    if limit > _MODERATE:
        return f"{differ} (root mean square)"
    return f"from {_MODERATE:g} on drift is moderate" + (f"; {differ}" if windows else "")
