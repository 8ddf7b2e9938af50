"""Suggestions on rows as such: how many there are, and how many are repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from barograph.charts.numbers import count, number
from barograph.checks.check import Check
from barograph.checks.suggest.limits import highest_share, rounded_up
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Value
from barograph.profile.value import ALL, Profile

#: Rows that repeat more often than this do so by their nature.
_HIGHEST_DUPLICATES: Final = 0.1
_LOWEST_LIMIT: Final = 0.01
_FEWEST_WINDOWS: Final = 4


def table_checks(reference: Profile, level: float) -> Iterator[Check]:
    """Checks on the number of rows, where the reference has windows, and on duplicates."""
    rows = [
        int(n)
        for cell, n in zip(reference.cells, reference.table.rows, strict=True)
        if cell.segment == ALL and cell.window is not None
    ]
    inner = rows[1:-1]  # the first and the last may be cut off
    if len(inner) >= _FEWEST_WINDOWS and min(inner) > 1:
        usual = int(np.quantile(inner, 0.05, method="lower"))
        yield Check(
            f"quality.row_count >= {_digits(usual / 2)}", confident=level,
            reason=f"half of what a window of {reference.grid.every} holds: {count(usual)} rows or more",
        )  # fmt: skip
    found = evaluate("quality.duplicate_share", reference)
    if isinstance(found, Value) and found.value <= _HIGHEST_DUPLICATES:
        highest = highest_share(found, "quality.duplicate_share", level)
        limit = max(_LOWEST_LIMIT, rounded_up(2.0 * highest))
        told = f"{number(100 * found.value)} % of {count(found.n)} rows repeat another one"
        yield Check(
            f"quality.duplicate_share <= {limit:.6g}", severity="warning", unknown="pass", confident=level,
            reason=told if found.value else f"none of {count(found.n)} rows repeats another one",
        )  # fmt: skip


def _digits(rows: float) -> int:
    """A number of rows rounded down to two digits.

    Examples
    --------
    >>> _digits(1287.5), _digits(12.5)
    (1200, 12)
    """
    whole = int(rows)
    step: int = 10 ** max(len(str(whole)) - 2, 0)
    return whole // step * step
