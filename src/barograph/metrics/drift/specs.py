"""Declarations of the drift metrics: which function, on which cells, with which interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.anderson import anderson as anderson_of
from barograph.metrics.drift.cells import Ordered, compared_cells, ordered_cells
from barograph.metrics.drift.chi2 import chi2
from barograph.metrics.drift.counts import scale_to
from barograph.metrics.drift.cramer_von_mises import cramer_von_mises
from barograph.metrics.drift.cramers_v import cramers_v
from barograph.metrics.drift.effect import effect
from barograph.metrics.drift.energy import energy
from barograph.metrics.drift.g_test import g_test
from barograph.metrics.drift.hellinger import hellinger
from barograph.metrics.drift.jensen_shannon import jensen_shannon
from barograph.metrics.drift.kl import kl
from barograph.metrics.drift.ks import ks
from barograph.metrics.drift.l_infinity import l_infinity
from barograph.metrics.drift.mann_whitney import mann_whitney
from barograph.metrics.drift.moments import Moments as Sample
from barograph.metrics.drift.psi import psi
from barograph.metrics.drift.significance import drift_p_value
from barograph.metrics.drift.total_variation import total_variation
from barograph.metrics.drift.wasserstein import wasserstein
from barograph.metrics.drift.welch_t import welch_t
from barograph.metrics.drift.z import z
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView

Floats = NDArray[np.float64]

EVERY_KIND: Final = ("numeric", "categorical", "datetime", "text")
ORDERED_KINDS: Final = ("numeric", "datetime", "text")
#: Bootstrap draws behind an interval, and the seed that makes it a function of the counts.
_DRAWS: Final = 200
_SEED: Final = 20_110_101

_CELLS = (
    "On the test cells: at most 20 nested bins of about equal reference mass, at least 50 reference rows each "
    "(categories: one cell each), and cells of their own for null, NaN, infinities, mismatches, values beyond "
    "the range and unseen values."
)
_ORDERED = (
    "On all bins of the grid in order, up to 256 and 8 an octave beyond the range; nulls, NaN and infinities are "
    "left out."
)
_SMALL = "With few rows it is far from 0 with no change at all; judge the calibrated `drift.effect` instead."


def _too_few() -> Undefined:
    return Undefined(reason="too_few_rows", detail="one side has no rows")


def _counts(
    reference: ColumnView, current: ColumnView
) -> tuple[Floats, Floats, NDArray[np.bool_] | None] | None:
    cells = compared_cells(reference, current)
    if cells.reference.sum() <= 0 or cells.current.sum() <= 0:
        return None
    if cells.effective_n is None:
        return cells.reference, cells.current, cells.unseen
    n, m = cells.effective_n
    return scale_to(cells.reference, n), scale_to(cells.current, m), cells.unseen


def _distance(function: Callable[[Any, Any], float]) -> Callable[[ColumnView, ColumnView], Result]:
    """A distance of two count vectors, with a parametric bootstrap of the counts as its interval."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        counts = _counts(reference, current)
        if counts is None:
            return _too_few()
        held = (counts[0] > 0) | (counts[1] > 0)
        p, q = counts[0][held], counts[1][held]
        value = function(p, q)
        rng = np.random.default_rng(_SEED)
        n, m = (max(round(float(x.sum())), 1) for x in (p, q))
        draws = zip(
            rng.multinomial(n, p / p.sum(), _DRAWS), rng.multinomial(m, q / q.sum(), _DRAWS), strict=True
        )
        drawn = np.array([function(a, b) for a, b in draws])
        # Basic bootstrap: resampled distances exceed the observed one by the noise it already holds.
        low, high = 2 * value - np.quantile(drawn, [0.975, 0.025])
        interval = (float(max(min(low, value), 0.0)), float(max(high, value)))
        return Value(value=float(value), n=current.rows, interval=interval)

    return compute


def _test(function: Callable[..., Any], part: str) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic or p-value of a test on the test cells."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        counts = _counts(reference, current)
        if counts is None:
            return _too_few()
        outcome = function(counts[0], counts[1], unseen=counts[2])
        return Value(value=float(getattr(outcome, part)), n=current.rows)

    return compute


def _ordered(function: Callable[[Ordered, ColumnView], float]) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic on all cells in order."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        cells = ordered_cells(reference, current)
        if cells is None:
            return Undefined(reason="too_few_rows", detail="one side has no finite value")
        value = function(cells, reference)
        if not np.isfinite(value):
            return Undefined(
                reason="constant", detail="the reference has one value only, so there is no scale"
            )
        return Value(value=float(value), n=current.rows)

    return compute


def _by_moments(function: Callable[[Sample, Sample], Any]) -> Callable[[ColumnView, ColumnView], Result]:
    """A statistic of two means and variances."""

    def compute(reference: ColumnView, current: ColumnView) -> Result:
        samples: list[Sample] = []
        for view in (reference, current):
            m = view.moments()
            if isinstance(m, Undefined):
                return m
            if m.variance is None:
                return Undefined(reason="overflow", detail="values too large for their squares to be summed")
            n = m.weight * view.effective_rows / max(float(view.weights.sum()), 1e-300)
            if n < 2:
                return Undefined(reason="too_few_rows", detail="a variance needs two rows a side")
            samples.append(Sample(n=n, mean=m.mean, variance=m.variance * n / (n - 1)))
        if samples[0].variance + samples[1].variance <= 0:
            return Undefined(reason="constant", detail="both sides are constant")
        return Value(value=float(function(*samples).statistic), n=current.rows)

    return compute


def _sd(reference: ColumnView) -> float:
    moments = reference.moments()
    variance = None if isinstance(moments, Undefined) else moments.variance
    return float(np.sqrt(variance)) if variance else float("nan")


def _wasserstein(o: Ordered, reference: ColumnView) -> float:
    sd = _sd(reference)
    return wasserstein(o.reference, o.current, cells=o.cells, reference_sd=sd) if sd > 0 else sd


def _energy(o: Ordered, reference: ColumnView) -> float:
    sd = _sd(reference)
    return energy(o.reference, o.current, cells=o.cells, reference_sd=sd) if sd > 0 else sd


def _effect(reference: ColumnView, current: ColumnView) -> Result:
    counts = _counts(reference, current)
    if counts is None:
        return _too_few()
    found = effect(counts[0], counts[1], unseen=counts[2], rng=np.random.default_rng(_SEED))
    return Value(value=found.effect, n=current.rows, interval=found.interval)


def _p_value(reference: ColumnView, current: ColumnView) -> Result:
    counts = _counts(reference, current)
    if counts is None:
        return _too_few()
    return Value(value=drift_p_value(counts[0], counts[1], unseen=counts[2]), n=current.rows)


def _spec(name: str, title: str, compute: Callable[..., Result], **said: Any) -> MetricSpec:
    said.setdefault("applies_to", EVERY_KIND)
    said.setdefault("misleads", _SMALL)
    said["definition"] = f"{said['definition']} {_ORDERED if said['applies_to'] == ORDERED_KINDS else _CELLS}"
    return MetricSpec(name=f"drift.{name}", title=title, scope="drift", compute=compute, **said)


METRICS: tuple[MetricSpec, ...] = (
    _spec(
        "effect", "Rows that moved", _effect, range=(0.0, 1.0), unit="share of rows",
        definition="√max(TV² − E₀[TV²], 0): total variation less what chance alone gives at these numbers of rows.",
        misleads="A change inside one test bin is invisible to it; see `drift.ks`.",
        source="design/003; parametric bootstrap: Efron & Tibshirani (1993)",
    ),
    _spec(
        "p_value", "p-value of no change", _p_value, range=(0.0, 1.0),
        definition="min(1, 2·min(p_χ², p_max)); p_max is Bonferroni over the cells' own tails.",
        misleads="With many rows a change too small to matter is significant; read it with `drift.effect`.",
        source="Pearson (1900); Skovgaard (1987); Tarone (1990)",
    ),
    _spec(
        "total_variation", "Total variation", _distance(total_variation), range=(0.0, 1.0), unit="share of rows",
        definition="½ Σ|pᵢ − qᵢ|: the share of rows that would have to move.",
        source="Levin, Peres & Wilmer (2009), §4.1",
    ),
    _spec(
        "psi", "Population stability index", _distance(psi), range=(0.0, None),
        definition="Σ (qᵢ − pᵢ) ln(qᵢ/pᵢ), ½ added to every count of both sides.",
        source="Siddiqi (2006), Credit Risk Scorecards; Yurdakul & Naranjo (2020)",
    ),
    _spec(
        "jensen_shannon", "Jensen–Shannon distance", _distance(jensen_shannon), range=(0.0, 1.0),
        definition="√JSD with base-2 logarithms; an empty cell adds nothing.",
        source="scipy.spatial.distance.jensenshannon(base=2)",
    ),
    _spec(
        "hellinger", "Hellinger distance", _distance(hellinger), range=(0.0, 1.0),
        definition="√(1 − Σ√(pᵢqᵢ)).", source="Le Cam & Yang (2000), §3.1",
    ),
    _spec(
        "kl", "Kullback–Leibler divergence", _distance(kl), range=(0.0, None), unit="nat",
        definition="Σ qᵢ ln(qᵢ/pᵢ), ½ added to every count of both sides.", source="scipy.stats.entropy(q, p)",
    ),
    _spec(
        "l_infinity", "Largest change of one cell", _distance(l_infinity), range=(0.0, 1.0), unit="share of rows",
        definition="max |pᵢ − qᵢ|.", source="TensorFlow Data Validation, comparators",
    ),
    _spec(
        "chi2", "Two-sample χ²", _test(chi2, "statistic"), range=(0.0, None),
        definition="Σ (observed − expected)²/expected over both sides, cells expected below 5 pooled.",
        source="scipy.stats.chi2_contingency(correction=False)",
    ),
    _spec(
        "g_test", "Log-likelihood ratio G", _test(g_test, "statistic"), range=(0.0, None),
        definition="2 Σ observed·ln(observed/expected) over both sides, cells expected below 5 pooled.",
        source='scipy.stats.chi2_contingency(lambda_="log-likelihood")',
    ),
    _spec(
        "cramers_v", "Cramér's V", _distance(cramers_v), range=(0.0, 1.0),
        definition="√(χ²/N) of side against cell.", source="Cramér (1946), §21.9",
    ),
    _spec(
        "ks", "Kolmogorov–Smirnov distance", _ordered(lambda o, _: ks(o.reference, o.current, atoms=o.atoms).statistic),
        applies_to=ORDERED_KINDS, range=(0.0, 1.0),
        definition="max |F − G| at bin edges; that of the rows exceeds it by at most one bin's share.",
        source="scipy.stats.ks_2samp",
    ),
    _spec(
        "wasserstein", "Wasserstein distance", _ordered(_wasserstein), applies_to=ORDERED_KINDS, range=(0.0, None),
        unit="reference sd",
        definition="∫|F − G| dx over the reference's standard deviation, rows uniform inside a bin, bins beyond the "
        "range at their mean.",
        source="scipy.stats.wasserstein_distance",
    ),
    _spec(
        "energy", "Energy distance", _ordered(_energy), applies_to=ORDERED_KINDS, range=(0.0, None),
        definition="√(2 ∫(F − G)² dx / reference sd).", source="scipy.stats.energy_distance",
    ),
    _spec(
        "anderson", "Anderson–Darling statistic", _ordered(lambda o, _: anderson_of(o.reference, o.current).statistic),
        applies_to=ORDERED_KINDS, definition="Two-sample A² on bins, rows of one bin tied (midranks), standardised.",
        source="scipy.stats.anderson_ksamp(midrank=True)",
    ),
    _spec(
        "cramer_von_mises", "Cramér–von Mises statistic",
        _ordered(lambda o, _: cramer_von_mises(o.reference, o.current).statistic),
        applies_to=ORDERED_KINDS, range=(0.0, None), definition="Two-sample T on bins with midranks.",
        source="scipy.stats.cramervonmises_2samp",
    ),
    _spec(
        "mann_whitney", "Probability that current exceeds reference",
        _ordered(lambda o, _: mann_whitney(o.reference, o.current).statistic / (o.reference.sum() * o.current.sum())),
        applies_to=ORDERED_KINDS, range=(0.0, 1.0), definition="U/(n·m), ties and rows of one bin as one half.",
        misleads="Blind to a change of spread that leaves the middle where it was.",
        source="scipy.stats.mannwhitneyu",
    ),
    _spec(
        "welch_t", "Welch's t of the means", _by_moments(welch_t), applies_to=ORDERED_KINDS,
        definition="(ȳ − x̄)/√(s²ₓ/n + s²_y/m), from exact sums.",
        misleads="Looks at the mean only; grows with the number of rows.",
        source="scipy.stats.ttest_ind(equal_var=False)",
    ),
    _spec(
        "z", "z of the means", _by_moments(z), applies_to=ORDERED_KINDS,
        definition="(ȳ − x̄)/√(s²ₓ/n + s²_y/m) against the normal distribution, from exact sums.",
        misleads="Looks at the mean only; grows with the number of rows.", source="statsmodels.stats.weightstats.ztest",
    ),
)  # fmt: skip
