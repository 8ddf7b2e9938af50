"""How long labels took, as rows show whose last ones have none yet."""

from __future__ import annotations

from collections import Counter
from typing import Final

from barograph.profile.value import ALL, Profile

_DAY_US: Final = 86_400_000_000
#: Share of a day's rows from which its labels are in: what monitors ask of coverage.
LEAST_COVERAGE: Final = 0.8


def label_lag_days(rows: Profile) -> int | None:
    """Days before the last one whose labels are not in yet; None where no day's are, or rows have no time.

    Labels that take three days leave the last three without, so that a figure has to wait for as long.

    Parameters
    ----------
    rows : of days that ended, the last of them as it is now.

    Examples
    --------
    >>> import barograph as bg
    >>> import polars as pl
    >>> from datetime import datetime, timedelta
    >>> days = [datetime(2026, 1, 1) + timedelta(hours=6 * i) for i in range(80)]
    >>> frame = pl.DataFrame({"t": days, "p": [0, 1] * 40, "y": [1, 0] * 34 + [None] * 12})
    >>> schema = bg.Schema.infer(frame, timestamp="t", prediction="p", label="y")
    >>> label_lag_days(bg.profile(frame, schema, every="1d"))
    3
    """
    outcome = rows.outcome
    if outcome is None:
        return None
    held, labelled = Counter[int](), Counter[int]()
    for cell, n, known in zip(rows.cells, rows.table.rows, outcome.labelled, strict=True):
        if cell.segment == ALL and cell.window is not None:
            held[cell.window // _DAY_US] += int(n)
            labelled[cell.window // _DAY_US] += int(known)
    covered = [day for day, n in held.items() if n and labelled[day] >= LEAST_COVERAGE * n]
    return max(held) - max(covered) if covered else None
