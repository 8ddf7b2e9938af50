"""Declarations of the drift metrics: which function, on which cells, with which interval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from barograph.metrics.drift.anderson import anderson as anderson_of
from barograph.metrics.drift.chi2 import chi2
from barograph.metrics.drift.cramer_von_mises import cramer_von_mises
from barograph.metrics.drift.cramers_v import cramers_v_each
from barograph.metrics.drift.figures import (
    distance_of_counts,
    effect_figure,
    effect_figures,
    effect_of_columns,
    energy_of,
    l_infinity_figure,
    ordered,
    p_value_figure,
    tested_counts,
    tested_means,
    total_variation_figure,
    total_variation_figures,
    total_variation_of_columns,
    wasserstein_of,
)
from barograph.metrics.drift.g_test import g_test
from barograph.metrics.drift.hellinger import hellinger_each
from barograph.metrics.drift.jensen_shannon import jensen_shannon_each
from barograph.metrics.drift.kl import kl_each
from barograph.metrics.drift.ks import ks
from barograph.metrics.drift.mann_whitney import mann_whitney
from barograph.metrics.drift.psi import psi_each
from barograph.metrics.drift.welch_t import welch_t
from barograph.metrics.drift.z import z
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result

EVERY_KIND: Final = ("numeric", "categorical", "datetime", "text")
ORDERED_KINDS: Final = ("numeric", "datetime", "text")
_CELLS = (
    "On the test cells: at most 20 nested bins of about equal reference mass, at least 50 reference rows each "
    "(categories: one cell each), and cells of their own for null, NaN, infinities, mismatches, values beyond "
    "the range and unseen values."
)
_ORDERED = (
    "On all bins of the grid in order, up to 256 and 8 an octave beyond the range; nulls, NaN and infinities are "
    "left out."
)
_INVERTED = "Interval: distances under which the one seen is no outlier, from 300 draws with a fixed seed."
_SMALL = "With few rows it is far from 0 with no change at all; judge the calibrated `drift.effect` instead."


def _spec(name: str, title: str, compute: Callable[..., Result], **said: Any) -> MetricSpec:
    said.setdefault("applies_to", EVERY_KIND)
    said.setdefault("misleads", _SMALL)
    said["definition"] = f"{said['definition']} {_ORDERED if said['applies_to'] == ORDERED_KINDS else _CELLS}"
    return MetricSpec(name=f"drift.{name}", title=title, scope="drift", compute=compute, **said)


METRICS: tuple[MetricSpec, ...] = (
    _spec(
        "effect", "Rows that moved", effect_figure, each=effect_figures, together=effect_of_columns,
        range=(0.0, 1.0), unit="share of rows",
        definition="√max(TV² − E₀[TV²], 0): total variation less what chance alone gives at these numbers of rows.",
        misleads="A change inside one test bin is invisible to it; see `drift.ks`.",
        source="design/003; Leone, Nelson & Nottingham (1961) for the interval",
    ),
    _spec(
        "p_value", "p-value of no change", p_value_figure, range=(0.0, 1.0),
        definition="min(1, 2·min(p_χ², p_max)); p_max is Bonferroni over the cells' own tails.",
        misleads="With many rows a change too small to matter is significant; read it with `drift.effect`.",
        source="Pearson (1900); Skovgaard (1987); Tarone (1990)",
    ),
    _spec(
        "total_variation", "Total variation", total_variation_figure, each=total_variation_figures,
        together=total_variation_of_columns, range=(0.0, 1.0),
        unit="share of rows",
        definition="½ Σ|pᵢ − qᵢ|: the share of rows that would have to move. Interval: that of `drift.effect`.",
        source="Levin, Peres & Wilmer (2009), §4.1",
    ),
    _spec(
        "psi", "Population stability index", distance_of_counts(psi_each), range=(0.0, None),
        definition=f"Σ (qᵢ − pᵢ) ln(qᵢ/pᵢ), ½ added to every count of both sides. {_INVERTED}",
        source="Siddiqi (2006), Credit Risk Scorecards; Yurdakul & Naranjo (2020)",
    ),
    _spec(
        "jensen_shannon", "Jensen–Shannon distance", distance_of_counts(jensen_shannon_each), range=(0.0, 1.0),
        definition=f"√JSD with base-2 logarithms; an empty cell adds nothing. {_INVERTED}",
        source="scipy.spatial.distance.jensenshannon(base=2)",
    ),
    _spec(
        "hellinger", "Hellinger distance", distance_of_counts(hellinger_each), range=(0.0, 1.0),
        definition=f"√(1 − Σ√(pᵢqᵢ)). {_INVERTED}", source="Le Cam & Yang (2000), §3.1",
    ),
    _spec(
        "kl", "Kullback–Leibler divergence", distance_of_counts(kl_each), range=(0.0, None), unit="nat",
        definition=f"Σ qᵢ ln(qᵢ/pᵢ), ½ added to every count of both sides. {_INVERTED}",
        source="scipy.stats.entropy(q, p)",
    ),
    _spec(
        "l_infinity", "Largest change of one cell", l_infinity_figure, range=(0.0, 1.0), unit="share of rows",
        definition=f"max |pᵢ − qᵢ|. {_INVERTED} Its upper end is the largest one of any cell's own, by Newcombe's "
        "method 10.", source="TensorFlow Data Validation, comparators",
    ),
    _spec(
        "chi2", "Two-sample χ²", tested_counts(chi2, "statistic"), range=(0.0, None),
        definition="Σ (observed − expected)²/expected over both sides, cells expected below 5 pooled.",
        source="scipy.stats.chi2_contingency(correction=False)",
    ),
    _spec(
        "g_test", "Log-likelihood ratio G", tested_counts(g_test, "statistic"), range=(0.0, None),
        definition="2 Σ observed·ln(observed/expected) over both sides, cells expected below 5 pooled.",
        source='scipy.stats.chi2_contingency(lambda_="log-likelihood")',
    ),
    _spec(
        "cramers_v", "Cramér's V", distance_of_counts(cramers_v_each), range=(0.0, 1.0),
        definition=f"√(χ²/N) of side against cell. {_INVERTED}", source="Cramér (1946), §21.9",
    ),
    _spec(
        "ks", "Kolmogorov–Smirnov distance", ordered(lambda o, _: ks(o.reference, o.current, atoms=o.atoms).statistic),
        applies_to=ORDERED_KINDS, range=(0.0, 1.0),
        definition="max |F − G| at bin edges; that of the rows exceeds it by at most one bin's share.",
        source="scipy.stats.ks_2samp",
    ),
    _spec(
        "wasserstein", "Wasserstein distance", ordered(wasserstein_of), applies_to=ORDERED_KINDS, range=(0.0, None),
        unit="reference sd",
        definition="∫|F − G| dx over the reference's standard deviation, rows uniform inside a bin, bins beyond the "
        "range at their mean.",
        source="scipy.stats.wasserstein_distance",
    ),
    _spec(
        "energy", "Energy distance", ordered(energy_of), applies_to=ORDERED_KINDS, range=(0.0, None),
        definition="√(2 ∫(F − G)² dx / reference sd).", source="scipy.stats.energy_distance",
    ),
    _spec(
        "anderson", "Anderson–Darling statistic", ordered(lambda o, _: anderson_of(o.reference, o.current).statistic),
        applies_to=ORDERED_KINDS, definition="Two-sample A² on bins, rows of one bin tied (midranks), standardised.",
        source="scipy.stats.anderson_ksamp(midrank=True)",
    ),
    _spec(
        "cramer_von_mises", "Cramér–von Mises statistic",
        ordered(lambda o, _: cramer_von_mises(o.reference, o.current).statistic),
        applies_to=ORDERED_KINDS, range=(0.0, None), definition="Two-sample T on bins with midranks.",
        source="scipy.stats.cramervonmises_2samp",
    ),
    _spec(
        "mann_whitney", "Probability that current exceeds reference",
        ordered(lambda o, _: mann_whitney(o.reference, o.current).statistic / (o.reference.sum() * o.current.sum())),
        applies_to=ORDERED_KINDS, range=(0.0, 1.0), definition="U/(n·m), ties and rows of one bin as one half.",
        misleads="Blind to a change of spread that leaves the middle where it was.",
        source="scipy.stats.mannwhitneyu",
    ),
    _spec(
        "welch_t", "Welch's t of the means", tested_means(welch_t), applies_to=ORDERED_KINDS,
        definition="(ȳ − x̄)/√(s²ₓ/n + s²_y/m), from exact sums.",
        misleads="Looks at the mean only; grows with the number of rows.",
        source="scipy.stats.ttest_ind(equal_var=False)",
    ),
    _spec(
        "z", "z of the means", tested_means(z), applies_to=ORDERED_KINDS,
        definition="(ȳ − x̄)/√(s²ₓ/n + s²_y/m) against the normal distribution, from exact sums.",
        misleads="Looks at the mean only; grows with the number of rows.", source="statsmodels.stats.weightstats.ztest",
    ),
)  # fmt: skip
