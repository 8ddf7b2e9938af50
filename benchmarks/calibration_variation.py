"""False alarms and power against the reference's own windows, from rows to p-values, by how windows wander."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

import barograph as bg
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.drift.windows import inputs_p_values, windows_p_values
from barograph.metrics.values import Result, Value

Table = NDArray[np.float64]
LEVELS = (0.05, 0.011, 0.0037, 0.0005)
POWER_LEVEL = 0.0037
TESTED, MOVED = 28, 7
NUMERIC = ("normal",) * 9 + ("heavy",) * 6 + ("integer",) * 5
KINDS = NUMERIC + ("3",) * 4 + ("20",) * 3 + ("50",) * 3
#: Name, sd and lag-1 correlation of the window means, sd of their season, in the rows' sd.
WORLDS = (
    ("independent rows", 0.0, 0.0, 0.0),
    ("means wander", 0.15, 0.0, 0.0),
    ("means wander, ρ .7", 0.15, 0.7, 0.0),
    ("season", 0.0, 0.0, 0.5),
    ("season, means wander, ρ .5", 0.1, 0.5, 0.5),
)
#: Windows of the reference, rows of each, length.
SIZES = ((28, 24, "1d"), (28, 200, "1d"), (28, 1_000, "1d"), (56, 200, "1d"), (672, 200, "1h"))


def wander(length: int, rng: np.random.Generator, *, sd: float, rho: float) -> Table:
    """A stationary first-order autoregression."""
    steps = rng.normal(0.0, sd * np.sqrt(1.0 - rho * rho), length)
    path = np.empty(length)
    path[0] = rng.normal(0.0, sd)
    for i in range(1, length):
        path[i] = rho * path[i - 1] + steps[i]
    return path


def column(rng: np.random.Generator, kind: str, *, means: Table, rows: int) -> pl.Series:
    """Rows of windows of given means: normal, Student's t of 2.5, whole numbers of a gamma, or Zipf's categories."""
    n = len(means) * rows
    if kind == "normal":
        return pl.Series(rng.normal(np.repeat(means, rows), 1.0))
    if kind == "heavy":
        return pl.Series(rng.standard_t(2.5, n) + 1.3 * np.repeat(means, rows))
    if kind == "integer":
        scale = np.repeat(np.exp(0.5 * means), rows)
        return pl.Series(np.floor(2.0 * rng.gamma(2.0, 1.0, n) * scale).astype(np.int64))
    count = int(kind)
    pull = np.linspace(-1.7, 1.7, count)[np.random.default_rng(count).permutation(count)]
    shares = np.exp(np.outer(means, pull)) / np.arange(1, count + 1) ** 1.2
    codes = [np.searchsorted(np.cumsum(p / p.sum())[:-1], rng.random(rows)) for p in shares]
    return pl.Series([f"k{i}" for i in range(count)]).gather(np.concatenate(codes))


def frames(
    rng: np.random.Generator, world: tuple[str, float, float, float], *, windows: int, rows: int, every: str
) -> dict[str, pl.DataFrame]:
    """Rows of the reference; of quiet windows later on; and of the last of these moved by .5 and 1 sd."""
    _, sd, rho, season = world
    period, step = (7, timedelta(days=1)) if every == "1d" else (24, timedelta(hours=1))
    gap = windows + 2 * period
    total = gap + TESTED
    turn = 2.0 * np.pi * np.arange(total) / period
    columns = {}
    for i, kind in enumerate(KINDS):
        means = wander(total, rng, sd=sd, rho=rho)
        means += season * np.sqrt(2.0) * np.sin(turn + rng.uniform(0.0, 2.0 * np.pi))
        last = means[-MOVED:]
        columns[f"x{i}"] = column(rng, kind, means=np.concatenate((means, last + 0.5, last + 1.0)), rows=rows)
    index = np.concatenate((np.arange(total), *[np.arange(total - MOVED, total)] * 2))
    start = datetime(2026, 1, 5)
    times = pl.Series([start + step * int(i) for i in np.repeat(index, rows)]).dt.replace_time_zone("UTC")
    frame = pl.DataFrame({"ts": times, **columns})
    cuts = {"reference": (0, windows), "quiet": (gap, total), "half": (total, total + MOVED)}
    cuts["one"] = (total + MOVED, total + 2 * MOVED)
    return {name: frame[a * rows : b * rows] for name, (a, b) in cuts.items()}


def _numbers(results: list[Result]) -> list[float]:
    return [r.value if isinstance(r, Value) else np.nan for r in results]


def trial(
    seed: int, *, world: tuple[str, float, float, float], windows: int, rows: int, every: str
) -> tuple[int, ...]:
    """Of one model: tests and those at or below each level, of columns, then of all inputs; shifts tried and found."""
    rng = np.random.default_rng([seed, WORLDS.index(world), windows, rows])
    parts = frames(rng, world, windows=windows, rows=rows, every=every)
    schema = bg.Schema.infer(parts["reference"], timestamp="ts")
    reference = bg.profile(parts["reference"], schema, every=every)
    prepared = prepared_reference(reference, every=every)
    found: list[int] = []
    quiet = bg.profile(parts["quiet"], like=reference, every=every)
    each = [_numbers(windows_p_values(prepared, quiet, column=f"x{i}")) for i in range(len(KINDS))]
    for values in (np.array(each), np.array(_numbers(inputs_p_values(prepared, quiet)))):
        found += [int(np.isfinite(values).sum()), *(int((values <= level).sum()) for level in LEVELS)]
    for name in ("half", "one"):
        moved = bg.profile(parts[name], like=reference, every=every)
        values = np.array(
            [_numbers(windows_p_values(prepared, moved, column=f"x{i}")) for i in range(len(NUMERIC))]
        )
        found += [int(np.isfinite(values).sum()), int((values <= POWER_LEVEL).sum())]
    return tuple(found)


def _share(part: int, whole: int, *, digits: int = 2) -> str:
    return f"{part / whole:.{digits}%}" if whole else "–"


def variation_table(
    models: int, run: Callable[[Callable[[int], tuple[int, ...]], int], list[tuple[int, ...]]]
) -> list[str]:
    """False alarms at four levels and shifts of one window found at .0037, by how windows wander."""
    due = " | ".join(f"{level:.2%} due" for level in LEVELS)
    lines = [
        f"| world | windows | rows each | tests | {due} | inputs: tests | {due} | .5 sd found | 1 sd found |",
        "|---|" + "---|" * (6 + 2 * len(LEVELS)),
    ]
    for world in WORLDS:
        for windows, rows, every in SIZES:
            parts = np.array(
                run(partial(trial, world=world, windows=windows, rows=rows, every=every), models)
            )
            n, *low = (int(x) for x in parts.sum(axis=0))
            columns, inputs, moved = low[:4], low[4:9], low[9:]
            cells = [
                world[0],
                f"{windows} × {every}",
                f"{rows:,}",
                f"{n:,}",
                *(_share(x, n) for x in columns),
            ]
            cells += [f"{inputs[0]:,}", *(_share(x, inputs[0]) for x in inputs[1:])]
            cells += [_share(moved[1], moved[0], digits=0), _share(moved[3], moved[2], digits=0)]
            lines.append(f"| {' | '.join(cells)} |")
    return lines
