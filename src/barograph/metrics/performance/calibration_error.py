"""Expected calibration error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.performance.figures import figure
from barograph.metrics.performance.score_bins import score_bins
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]

_GROUPS = 10
_DRAWS = 1000


def calibration_error(view: OutcomeView, *, rng: np.random.Generator | None = None) -> Result:
    """Expected calibration error ``Σ (n_g/n) |mean score − share positive|`` over ten groups; 0 is best.

    Parameters
    ----------
    rng : draws the noise that the interval rests on; without it a generator with a fixed seed.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> view = outcome_of("binary", [0, 1, 1, 1], scores=[0.25, 0.25, 0.75, 0.75], positive="1")
    >>> calibration_error(view).value
    0.25
    """
    bins = score_bins(view)
    if isinstance(bins, Undefined):
        return bins
    group = np.minimum((bins.score * _GROUPS).astype(np.int64), _GROUPS - 1)
    rows = np.bincount(group, weights=bins.rows, minlength=_GROUPS)
    held = rows > 0
    rows = rows[held]
    positives = np.bincount(group, weights=bins.positive, minlength=_GROUPS)[held]
    score = np.bincount(group, weights=bins.score * bins.rows, minlength=_GROUPS)[held] / rows
    shares, observed = rows / rows.sum(), positives / rows
    gaps = score - observed
    value = float((shares * np.abs(gaps)).sum())
    # Half a row of each kind keeps groups that happen to be pure from looking certain.
    smoothed = (positives + 0.5) / (rows + 1.0)
    noise = np.sqrt(smoothed * (1.0 - smoothed) / rows)
    draws = (np.random.default_rng(0) if rng is None else rng).standard_normal((_DRAWS, len(rows)))
    low = _scaled_gaps(gaps, draws * noise, shares, (value, 0.975))
    high = _scaled_gaps(gaps, draws * noise, shares, (value, 0.025))
    return figure(value, bins.n, (min(low, value), min(max(high, value), 1.0)))


def _scaled_gaps(gaps: Floats, noise: Floats, shares: Floats, sought: tuple[float, float]) -> float:
    """The error Σ share·|t·gap| of true gaps t times those seen, t such that what was seen is a quantile.

    Absolute values of noisy gaps are too large on average, so the error seen is placed in the distribution
    that the true one would give, instead of the other way round.
    """
    seen, level = sought
    low, high = 0.0, 4.0
    for _ in range(16):
        t = (low + high) / 2.0
        drawn = (np.abs(t * gaps + noise) * shares).sum(axis=1)
        low, high = (t, high) if float(np.quantile(drawn, level)) < seen else (low, t)
    return low * float((shares * np.abs(gaps)).sum())


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.calibration_error", title="Calibration error", scope="outcome", applies_to=("binary",),
        compute=calibration_error, direction="lower_is_better", range=(0.0, 1.0),
        definition="Expected calibration error: Σ (n_g/n)|mean score − share positive| over ten groups of equal "
        "width; a score bin goes whole into the group of its mean score, empty groups count nothing. Interval: the "
        "true errors, gaps in the proportions seen, under which the one seen is no outlier; from 1,000 draws with a "
        "fixed seed.",
        misleads="Positive by chance alone: about .03 at 1,000 rows with a perfect model.",
        source="Naeini, Cooper & Hauskrecht, AAAI 2015",
    ),
)  # fmt: skip
