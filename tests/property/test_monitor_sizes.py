"""How often conditions alarm where nothing changed, and how soon where something did; seeds are fixed."""

import math

import numpy as np
import pytest

from barograph.metrics.intervals import wilson
from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.monitors.judge.anytime import log_evidence
from barograph.monitors.judge.of_shares import compare_share
from barograph.monitors.judge.of_values import compare_value
from barograph.monitors.judge.window_figures import window_figures
from barograph.monitors.verdict import Figure, Seen

DAY = 86_400_000_000
LEVEL = 1 / 91.3125
AFTER = range(5, 35, 6)


def wandering(rng, windows, *, rho, spread):
    """An autoregression of order one."""
    out = np.empty(windows)
    out[0] = rng.normal()
    for i in range(1, windows):
        out[i] = rho * out[i - 1] + math.sqrt(1.0 - rho * rho) * rng.normal()
    return spread * out


def alarms(name, compare, make, *, windows, draws=300):
    """Share of windows with a p-value within the level over the level, of those that have one."""
    found = []
    for seed in range(draws):
        results = make(np.random.default_rng(seed))
        figures = [Figure(start=i * DAY, end=(i + 1) * DAY, result=r) for i, r in enumerate(results)]
        own = window_figures(figures[:windows])
        for i in AFTER:
            seen = Seen(spec=metric(name), current=figures[windows + i])
            tested = compare(results[windows + i], own, seen, side="above", level=LEVEL)
            found += [] if isinstance(tested, str) else [tested.p_value <= LEVEL]
    return float(np.mean(found)) / LEVEL


@pytest.mark.parametrize(
    ("rho", "spread", "rows", "most"),
    [
        (0.0, 0.0, 100, 1.5),
        (0.0, 1.0, 100, 1.5),
        (0.5, 1.0, 100, 1.5),
        (0.7, 1.0, 100, 2.0),
        (0.7, 2.0, 10_000, 2.0),
    ],
)
def test_errors_alarm_no_more_often_than_the_level_says(rho, spread, rows, most):
    def make(rng):
        error = 5.0 / math.sqrt(rows)
        values = 20.0 + wandering(rng, 28 + 35, rho=rho, spread=spread) + rng.normal(size=63) * error
        return [
            Value(value=v, n=rows, interval=(v - 1.96 * error, v + 1.96 * error)) for v in values.tolist()
        ]

    assert alarms("performance.mae", compare_value, make, windows=28) <= most


@pytest.mark.parametrize(
    ("rate", "rows", "rho", "spread", "most"),
    [
        (0.001, 24, 0.0, 0.0, 1.0),
        (0.05, 24, 0.7, 0.5, 1.5),
        (0.001, 1_000, 0.7, 0.5, 1.5),
        (0.1, 1_000, 0.0, 0.5, 2.0),
        (0.01, 100_000, 0.0, 0.5, 2.0),
        (0.1, 1_000, 0.7, 0.5, 3.0),
    ],
)
def test_shares_alarm_little_more_often_than_the_level_says(rate, rows, rho, spread, most):
    def make(rng):
        rates = np.minimum(rate * np.exp(wandering(rng, 28 + 35, rho=rho, spread=spread)), 1.0)
        return [
            Value(value=k / rows, n=rows, interval=wilson(k, rows))
            for k in rng.binomial(rows, rates).tolist()
        ]

    assert alarms("quality.null_share", compare_share, make, windows=28) <= most


def beyond(rows, level, rng, windows=28):
    """Share of each window's values beyond the others' range; of later ones beyond that of the first windows."""
    values = level[:, None] + rng.normal(size=(len(level), rows))
    low, high = values.min(axis=1), values.max(axis=1)
    out = []
    for i, row in enumerate(values):
        others = np.arange(len(values)) < windows
        others[i] = False
        hits = int(((row < low[others].min()) | (row > high[others].max())).sum())
        out.append(Value(value=hits / rows, n=rows, interval=wilson(hits, rows)))
    return out


@pytest.mark.parametrize(
    ("rho", "spread", "most"),
    [(0.0, 0.0, 0.5), (0.0, 0.5, 1.5), (0.7, 0.15, 1.5), (0.7, 0.5, 2.0), (0.9, 1.0, 12.0)],
)
def test_records_alarm_where_windows_wander_by_more_than_rows_differ(rho, spread, most):
    def make(rng):
        return beyond(200, wandering(rng, 28 + 35, rho=rho, spread=spread), rng)

    assert alarms("quality.beyond_range_share", compare_share, make, windows=28, draws=100) <= most


def test_values_beyond_the_range_are_found():
    def make(rng):
        return beyond(200, np.repeat([0.0, 2.0], [28, 35]), rng)

    assert alarms("quality.beyond_range_share", compare_share, make, windows=28, draws=20) * LEVEL > 0.8


def first_alarm(rng, rates, *, rows=200, highest=0.1, level=0.05):
    """Index of the first window whose evidence reaches the limit; None where none does."""
    losses = rng.binomial(rows, rates) / rows
    for day in range(1, len(losses) + 1):
        evidence, _ = log_evidence(losses[:day], np.full(day, float(rows)), highest, -math.log(level))
        if evidence >= -math.log(level):
            return day - 1
    return None


def test_a_stable_error_rate_alarms_ever_no_more_often_than_the_level():
    runs = [first_alarm(np.random.default_rng(seed), np.full(180, 0.1)) for seed in range(150)]
    assert sum(run is not None for run in runs) <= 0.05 * 150


def test_a_rate_that_wanders_needs_its_spread_as_tolerance():
    def ever(tolerance):
        found = 0
        for seed in range(60):
            rng = np.random.default_rng(seed)
            rates = np.clip(0.1 + rng.normal(0.0, 0.02, size=180), 0.0, 1.0)
            found += first_alarm(rng, rates, highest=0.1 + tolerance) is not None
        return found / 60

    assert ever(0.0) > 0.1
    assert ever(0.02) <= 0.05


@pytest.mark.parametrize(("rate", "least", "most"), [(0.12, 15, 31), (0.15, 7, 12), (0.2, 3, 6)])
def test_a_worse_rate_is_found_within_days(rate, least, most):
    # Of 200 runs behind 30 good days the medians are 23, 9 and 5 days.
    delays = []
    for seed in range(60):
        day = first_alarm(np.random.default_rng(seed), np.repeat([0.1, rate], [30, 120]))
        delays += [day - 29] if day is not None and day >= 30 else []
    assert least <= float(np.median(delays)) <= most
    assert len(delays) > 50
