"""One operational metric over time: what was seen, cut into spans."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from barograph.metrics.address import Address
from barograph.metrics.values import Result
from barograph.operations.evaluate import evaluate_readings
from barograph.operations.view import HOUR_US, SECOND_US, Operations, Rows


def evaluate_reading_windows(
    address: str | Address, view: Operations, edges: Sequence[int]
) -> list[tuple[int, Result]]:
    """Evaluate an operational metric in each of several spans.

    Parameters
    ----------
    view : of the whole time.
    edges : starts of the spans and the end of the last, µs UTC, ascending.

    Returns
    -------
    Start and figure of each span.

    Raises
    ------
    AddressError
        As `evaluate_readings`.

    Examples
    --------
    >>> from barograph.operations.arrays import operations_of
    >>> seen = operations_of(disk_used=[0.5, 0.75])
    >>> minutes = [0, 60_000_000, 120_000_000]
    >>> [found.value for _, found in evaluate_reading_windows("operations.disk", seen, minutes)]
    [0.5, 0.75]
    """
    return [(span.start, evaluate_readings(address, span)) for span in spans(view, edges)]


def spans(view: Operations, edges: Sequence[int]) -> Iterator[Operations]:
    """What was seen between each edge and the next.

    Heartbeats of earlier hours stay where they tell that the service was there before.
    """
    readings = {name: sorted(held, key=lambda w: w.start) for name, held in view.readings.items()}
    starts = {name: [w.start for w in held] for name, held in readings.items()}
    beats = sorted(view.beats, key=lambda b: b.hour)
    hours = [b.hour for b in beats]
    for start, end in pairwise(edges):
        cut = {
            name: tuple(held[bisect_left(starts[name], start) : bisect_left(starts[name], end)])
            for name, held in readings.items()
        }
        near = bisect_left(hours, start - 2 * HOUR_US)
        known = beats[:1] if near else []
        until = bisect_left(hours, end)
        yield replace(
            view, start=start, end=end, readings=cut, beats=(*known, *beats[near:until]),
            rows=_until(view.rows, end),
        )  # fmt: skip


def _until(rows: Rows, end: int) -> Rows:
    """Rows as they stood at a time: of the latest row before it, the end of its window is known."""
    if rows.last_at is None or rows.last_at < end:
        return rows
    before = int(np.searchsorted(rows.starts, end))
    if before == 0:
        return replace(rows, last_at=None)
    return replace(rows, last_at=min(int(rows.starts[before - 1]) + rows.seconds * SECOND_US, end))
