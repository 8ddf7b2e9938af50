"""False alarms and power against the reference's own variation: windows whose means wander."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.against_variation import AgainstVariation, compare_with_variation
from barograph.metrics.drift.variation import capped_nu, reference_variation
from barograph.metrics.drift.window_correlation import pooled_rho, wander_rho, window_memory

Table = NDArray[np.float64]
COLUMNS, WINDOWS, TESTED, BINS = 10, 28, 30, 20
LEVEL = 0.01
#: (sd of the window means, lag-1 correlation) in units of the rows' sd.
WORLDS = ((0.0, 0.0), (0.05, 0.0), (0.05, 0.7), (0.15, 0.0), (0.15, 0.4), (0.15, 0.7), (0.3, 0.7))


def wander(length: int, rng: np.random.Generator, *, sd: float, rho: float) -> Table:
    """A stationary first-order autoregression."""
    steps = rng.normal(0.0, sd * np.sqrt(1.0 - rho * rho), length)
    path = np.empty(length)
    path[0] = rng.normal(0.0, sd)
    for i in range(1, length):
        path[i] = rho * path[i - 1] + steps[i]
    return path


def column(rng: np.random.Generator, *, sd: float, rho: float, rows: int) -> Table:
    """Counts of normal rows per window, the reference's then the tested, in its quantiles."""
    from scipy.special import ndtr, ndtri

    edges = np.concatenate([[-np.inf], ndtri(np.arange(1, BINS) / BINS) * np.sqrt(1 + sd * sd), [np.inf]])
    means = wander(WINDOWS + TESTED, rng, sd=sd, rho=rho)
    return np.array([rng.multinomial(rows, np.diff(ndtr(edges - mean))) for mean in means], dtype=np.float64)


def shifted(rng: np.random.Generator, *, mean: float, rows: int, sd: float) -> Table:
    """Counts of one window whose mean is moved."""
    from scipy.special import ndtr, ndtri

    edges = np.concatenate([[-np.inf], ndtri(np.arange(1, BINS) / BINS) * np.sqrt(1 + sd * sd), [np.inf]])
    return rng.multinomial(rows, np.diff(ndtr(edges - mean))).astype(np.float64)


def trial(seed: int, *, sd: float, rho: float, rows: int, pooled: int) -> tuple[int, int, int, int, int]:
    """False alarms, tests, 1 sd shifts found and tried, columns without an answer, of one model."""
    rng = np.random.default_rng([seed, int(sd * 1000), int(rho * 1000), rows, pooled])
    columns = [column(rng, sd=sd, rho=rho, rows=rows) for _ in range(COLUMNS)]
    memories = [window_memory(c[:WINDOWS]) for c in columns]
    rho_all, rho_wander = pooled_rho(memories), wander_rho(memories)
    variations = [reference_variation(c[:WINDOWS], rho=rho_all, wander_rho=rho_wander) for c in columns]
    cap = capped_nu(variations)
    alarms = tests = found = tried = unknown = 0
    for counts, variation in zip(columns, variations, strict=True):
        for start in range(WINDOWS, WINDOWS + TESTED - pooled + 1, pooled):
            window = counts[start : start + pooled].sum(axis=0)
            result = compare_with_variation(variation, window, nu_cap=cap, pooled_windows=pooled)
            if not isinstance(result, AgainstVariation):
                unknown += 1
                break
            alarms, tests = alarms + (result.p_value <= LEVEL), tests + 1
        moved = shifted(rng, mean=1.0 + rng.normal(0.0, sd), rows=rows, sd=sd)
        result = compare_with_variation(variation, moved, nu_cap=cap)
        if isinstance(result, AgainstVariation):
            found, tried = found + (result.p_value <= LEVEL), tried + 1
    return alarms, tests, found, tried, unknown


def variation_table(
    models: int, run: Callable[[Callable[[int], tuple[int, ...]], int], list[tuple[int, ...]]]
) -> list[str]:
    """False alarms per cent of tests at level .01, and shifts of 1 sd found, by how windows wander."""
    heading = (
        "| window sd | lag-1 correlation | rows a window | windows pooled | tests | false alarms (1 % is due) "
        "| 1 sd shifts found | columns without an answer |"
    )
    lines = [heading, "|---|---|---|---|---|---|---|---|"]
    for sd, rho in WORLDS:
        for rows, pooled in ((200, 1), (2_000, 1), (2_000, 7)):
            parts = np.array(run(partial(trial, sd=sd, rho=rho, rows=rows, pooled=pooled), models))
            alarms, tests, found, tried, unknown = parts.sum(axis=0)
            share = alarms / tests if tests else 0.0
            lines.append(
                f"| {sd} | {rho} | {rows:,} | {pooled} | {tests:,} | {share:.2%} "
                f"| {found:,} of {tried:,} | {unknown:,} of {models * COLUMNS:,} |"
            )
    return lines
