"""Rows that never came: a source gone for some windows, hours or whole windows without a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.looks import Look, Scene, ends_of
from barograph.explain.faults.scan import CERTAIN
from barograph.explain.words import day, number, percent, quoted, rows
from barograph.locale.said import capitalised, say
from barograph.profile.grid import CategoricalGrid
from barograph.windows import parse_every

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: A source counts as gone where no more than this part of its rows comes.
_GONE: Final = 0.1
#: Elsewhere, and in every window of the reference, at least this part must have come.
_THERE: Final = 0.3
#: Rows that must be missing, and of a window for it to tell something.
_MISSING: Final = 30.0
_EXPECTED: Final = 10.0
_FEWEST_WINDOWS: Final = 5
_LEAST_SHARE: Final = 0.01
#: Windows without rows between two others that are looked at.
_MOST_WINDOWS: Final = 5000
_DAY: Final = 24


def source_faults(scene: Scene, look: Look) -> Iterator[Fault]:
    """Categories whose rows are missing from some windows, and come in others, while the other rows go on.

    Notes
    -----
    A category that is missing from windows of the reference too, as some are at weekends, is none; nor is one that
    never comes: that is a change of mix.
    """
    grid = look.grid
    if not isinstance(grid, CategoricalGrid) or len(look.rows[0]) < _FEWEST_WINDOWS or len(scene.rows) < 2:
        return
    for code, name in enumerate(grid.categories):
        share = float(look.reference.counts[:, code].sum() / look.rows[0].sum())
        if _LEAST_SHARE <= share <= 1.0 - _LEAST_SHARE:
            fault = _source(scene, look, (code, name, share))
            if fault is not None:
                yield fault


def _source(scene: Scene, look: Look, source: tuple[int, str, float]) -> Fault | None:
    code, name, share = source
    before, others = look.reference.counts[:, code], look.rows[0] - look.reference.counts[:, code]
    # Expected from the other rows: its own are what may be missing.
    ratio = share / (1.0 - share)
    full = ratio * others >= _EXPECTED
    if full.sum() < _FEWEST_WINDOWS or (before[full] < _THERE * ratio * others[full]).any():
        return None
    now = look.current.counts[:, code].astype(np.float64)
    expected = ratio * (look.rows[1] - now)
    gone = _run(now, expected)
    if gone is None:
        return None
    held = np.zeros(len(now), bool)
    held[gone[0] : gone[1]] = True
    there = ~held & (expected >= _EXPECTED)
    missing = float(expected[held].sum() - now[held].sum())
    if not there.any() or now[there].sum() < _THERE * expected[there].sum() or missing < _MISSING:
        return None
    p = (
        _chance(float(now[held].sum()), float(expected[held].sum()), look.spread)
        * scene.tests
        * len(now) ** 2
    )
    if p > CERTAIN:
        return None
    start, end = scene.starts[gone[0]], scene.ends[gone[1] - 1]
    return _fault(
        scene, (missing, p), (start, None if gone[1] == len(now) else end),
        name=say("{column} {value} gone", column=quoted(look.name), value=repr(name)),
        evidence=say(
            "{n} came where about {rows} were to be expected from the others; elsewhere {share} are {value}.",
            n=number(float(now[held].sum())), rows=rows(expected[held].sum()),
            share=percent(float(now[there].sum() / look.rows[1][there].sum())), value=repr(name),
        ),
    )  # fmt: skip


def _run(now: Floats, expected: Floats) -> tuple[int, int] | None:
    """The run of windows that lacks most rows, almost all of those expected."""
    summed = np.concatenate(([0.0], np.cumsum(0.5 * expected - now)))
    lowest = np.minimum.accumulate(summed)
    end = int(np.argmax(summed - lowest))
    start = end - int(np.argmin(summed[: end + 1][::-1]))
    if end <= start or now[start:end].sum() > _GONE * expected[start:end].sum():
        return None
    return start, end


def _chance(now: float, expected: float, spread: float) -> float:
    from scipy.special import gammaincc

    return float(gammaincc(now / spread + 1.0, expected / spread))


def gap_faults(scene: Scene) -> Iterator[Fault]:
    """Stretches of time between the first and the last window without rows, as the reference has none."""
    starts = scene.starts
    if len(starts) < 3 or len(scene.held[0]) < _FEWEST_WINDOWS:
        return
    every = parse_every(scene.current.grid.every or "1d").approximate_seconds
    phase = 7 * 86_400.0 if every < 7 * 86_400 else every
    usual, least = _usual(scene, phase)
    missing: list[tuple[datetime, float, float]] = []
    for at, came in _windows(scene, every):
        key = at.timestamp() // every * every % phase
        expected = usual.get(key, 0.0)
        if expected > 0 and least[key] >= _THERE * expected and came <= _GONE * expected:
            missing.append((at, expected, came))
        elif missing:
            yield from _gap(scene, missing)
            missing = []
    if missing:
        yield from _gap(scene, missing)


def _windows(scene: Scene, every: float) -> Iterator[tuple[datetime, float]]:
    """Every window after the first and before the last, those without rows too, with its rows."""
    starts, counts = scene.starts, scene.rows.tolist()
    for i, start in enumerate(starts[:-1]):
        if i:
            yield start, counts[i]
        at = start
        # A day with a change of clocks is an hour longer.
        for _ in range(_MOST_WINDOWS):
            if (starts[i + 1] - at).total_seconds() < 1.5 * every:
                break
            at = ends_of((at,), scene.current.grid)[0]
            if at < starts[i + 1]:
                yield at, 0.0


def _usual(scene: Scene, phase: float) -> tuple[dict[float, float], dict[float, float]]:
    """Median and least rows of the reference's windows of each phase of the week, at the current's level."""
    every = parse_every(scene.current.grid.every or "1d").approximate_seconds
    by: dict[float, list[float]] = {}
    table = scene.reference.table.rows
    for cell in scene.held[0].tolist():
        window = scene.reference.cells[cell].window
        if window is not None:
            by.setdefault(window / 1e6 // every * every % phase, []).append(float(table[cell]))
    middle = {key: float(np.median(v)) for key, v in by.items()}
    known = [
        r / middle[key]
        for start, r in zip(scene.starts, scene.rows.tolist(), strict=True)
        if middle.get(key := start.timestamp() // every * every % phase, 0.0) > 0
    ]
    level = float(np.median(known)) if known else 1.0
    return (
        {key: level * m for key, m in middle.items()},
        {key: level * min(by[key]) for key in middle},
    )


def _gap(scene: Scene, missing: list[tuple[datetime, float, float]]) -> Iterator[Fault]:
    expected, came = sum(m[1] for m in missing), sum(m[2] for m in missing)
    if expected - came < _MISSING:
        return
    start, end = missing[0][0], ends_of((missing[-1][0],), scene.current.grid)[0]
    p = _chance(came, expected, _row_spread(scene)) * scene.tests * len(scene.rows) ** 2
    if p <= CERTAIN:
        yield _fault(
            scene, (expected - came, p), (start, end), name=say("rows missing"),
            evidence=say(
                "{n} came where about {rows} were to be expected.", n=number(came), rows=rows(expected)
            ),
        )  # fmt: skip


def _row_spread(scene: Scene) -> float:
    counts = scene.reference.table.rows[scene.held[0]].astype(np.float64)
    return max(float(counts.var() / max(counts.mean(), 1.0)), 1.0) if len(counts) > 1 else 1.0


def hour_faults(scene: Scene, look: Look) -> Iterator[Fault]:
    """Hours without rows inside windows of a day, as the reference has none.

    Parameters
    ----------
    look : of the timestamp.
    """
    if scene.current.grid.every != "1d" or not scene.starts or look.column.kind != "datetime":
        return
    before, now = (
        side.counts[:, :168].reshape(-1, 7, _DAY).sum(axis=1) for side in (look.reference, look.current)
    )
    share = before.sum(axis=0) / max(before.sum(), 1)
    if len(before) < _FEWEST_WINDOWS or _emptiest(before, share)[0].max(initial=0.0) >= _MISSING / 2:
        return
    expected, first, last = _emptiest(now, share)
    for window in np.flatnonzero(expected >= _MISSING).tolist():
        p = float(np.exp(-expected[window])) * scene.tests * len(now) * _DAY**2
        if p > CERTAIN:
            continue
        start = scene.starts[window] + timedelta(hours=int(first[window]))
        end = scene.starts[window] + timedelta(hours=int(last[window]))
        yield _fault(
            scene, (float(expected[window]), p), (start, end),
            name=say("rows missing for some hours"),
            evidence=say(
                "none came where about {rows} were to be expected from the rest of the day.",
                rows=rows(expected[window]),
            ),
        )  # fmt: skip


def _emptiest(table: NDArray[np.int64], share: Floats) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64]]:
    """Of each window the stretch of hours without rows of which most were expected, and its first and last hour."""
    n = len(table)
    rest = np.maximum((share * (table > 0)).sum(axis=1), 1e-9)
    wanted = share * (table.sum(axis=1) / rest)[:, None]
    best, first, last = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    held, began = np.zeros(n), np.zeros(n, np.int64)
    for hour in range(_DAY):
        empty = table[:, hour] == 0
        began = np.where(empty & (held > 0), began, hour)
        held = np.where(empty, held + wanted[:, hour], 0.0)
        better = held > best
        best, first, last = (
            np.where(better, held, best), np.where(better, began, first), np.where(better, hour + 1, last),
        )  # fmt: skip
    return best, first, last


def _fault(
    scene: Scene,
    amount: tuple[float, float],
    span: tuple[datetime, datetime | None],
    *,
    name: str,
    evidence: str,
) -> Fault:
    missing, p_value = amount
    start, end = span
    when = (
        say("since {start}", start=day(start))
        if end is None
        else say("from {start} to {end}", start=day(start), end=day(end))
    )
    total = float(scene.rows.sum())
    return Fault(
        kind="outage", column=None, name=name, rows=round(missing), share=missing / (total + missing), start=start,
        end=end, p_value=p_value,
        evidence=capitalised(say("{fault} {when}: {evidence}", fault=name, when=when, evidence=evidence)),
        test=RowTest(none=True),
    )  # fmt: skip
