"""Operations given as plain values: for trying a metric by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from barograph.operations.sums import reading_sums
from barograph.operations.view import (
    MINUTE_US,
    SECOND_US,
    Beats,
    Feedback,
    Operations,
    Probes,
    Rows,
    Window,
    rows_of,
)


def operations_of(
    *,
    seconds: int = 3_600,
    heard: Iterable[int] = (),
    rows: Mapping[int, int] | None = None,
    dropped: int = 0,
    feedback: Mapping[str, int] | None = None,
    probes: tuple[int, int] | None = None,
    events: Mapping[str, int] | None = None,
    versions: Iterable[int] = (),
    labels: Mapping[int, int] | None = None,
    **readings: Sequence[float],
) -> Operations:
    """A span that begins at 0, its readings one a minute.

    Parameters
    ----------
    seconds : length of the span.
    heard : minutes, below 60, in which a heartbeat came.
    rows : rows by the start of their hour, in hours.
    dropped : rows lost at the beginning.
    feedback : by kind, at the beginning.
    probes : rows scored again, and those that changed at the beginning.
    events : by kind, at the beginning.
    versions : hours at which a version was first seen.
    labels : rows that got their label, by day.

    Examples
    --------
    >>> operations_of(cpu=[0.5]).readings["cpu"][0].sums.mean
    0.5
    """
    windows = {
        name: tuple(
            Window(start=minute * MINUTE_US, seconds=60, sums=reading_sums([x], at=minute * MINUTE_US))
            for minute, x in enumerate(values)
        )
        for name, values in readings.items()
    }
    mask = sum(1 << minute for minute in set(heard))
    counts = {hour * 3_600 * SECOND_US: n for hour, n in (rows or {}).items()}
    return Operations(
        start=0, end=seconds * SECOND_US, readings=windows,
        beats=(Beats(hour=0, minutes=mask),) if mask else (),
        rows=rows_of(counts), dropped=rows_of({0: dropped}),
        feedback=Feedback(said={(kind, ""): rows_of({0: n}) for kind, n in (feedback or {}).items()}),
        probes=None if probes is None else Probes(scored=probes[0], changed=rows_of({0: probes[1]})),
        events={kind: rows_of({0: n}) for kind, n in (events or {}).items()},
        versions=tuple(sorted(hour * 3_600 * SECOND_US for hour in versions)),
        labels=None if labels is None else _by_day(labels),
    )  # fmt: skip


def _by_day(labels: Mapping[int, int]) -> Rows:
    """Counts that are known by the day alone."""
    by_day = {day * 86_400 * SECOND_US: n for day, n in labels.items()}
    return replace(rows_of(by_day, seconds=86_400), by_day_until=(max(labels) + 1) * 86_400 * SECOND_US)
