"""An anytime-valid test that a loss is worse than the reference's, watched for ever."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.charts.numbers import number
from barograph.locale.said import Said, say
from barograph.metrics.intervals import Z
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value
from barograph.monitors.condition import Anytime
from barograph.monitors.judge.answers import unknown
from barograph.monitors.judge.own_variation import own_variation
from barograph.monitors.judge.window_figures import WindowFigures, reference_figures, window_figures
from barograph.monitors.judge.words import amount, scored, told
from barograph.monitors.verdict import Seen, Status, Verdict

Floats = NDArray[np.float64]

#: Largest bet: no row may take more than this share of what was won so far.
_LARGEST_BET: Final = 0.5
#: One-sided 95 % quantile of the normal distribution.
_ONE_SIDED: Final = 1.6449
_MOST_LOG: Final = 700.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerated:
    """What a loss may be: the reference's, and how much more."""

    reference: float
    tolerance: float

    @property
    def highest(self) -> float:
        """The reference's and the tolerance together, m; between 0 and 1."""
        return min(max(self.reference + self.tolerance, 1e-9), 1.0 - 1e-9)


def judge_anytime(condition: Anytime, figure: Value, seen: Seen) -> Verdict:
    """Breached where the evidence against *no worse than the reference* is 1/level or more.

    ``K_t = Π_s (1 + λ_s(1 − m))^(n_s ℓ_s) (1 − λ_s m)^(n_s (1 − ℓ_s))`` over all windows s up to t with n rows and mean
    loss ℓ in [0, 1], ``m = r0 + ε``, ``λ_s = clip[(μ − m)/(σ² + (μ − m)²), 0, ½/m]`` from the rows of the windows
    before s alone, ``σ² = μ(1 − μ)``. While no loss is worse than m, P(K ever reaches 1/level) ≤ level. The product
    is of the sums, and for losses between 0 and 1 no more than that over the rows.

    r0 is the reference's figure, ε the monitor's tolerance, or the standard deviation between the reference's windows
    plus 1.64 standard errors of r0. A breach lasts until a window is no worse than m; then the evidence begins anew.

    Notes
    -----
    The loss is the figure, or 1 minus it where higher is better. Cost: about 50 µs and 1 µs a window. Source: Ville
    (1939); Podkopaev & Ramdas, ICLR 2022 (arXiv 2110.06177).

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.verdict import Figure
    >>> day = 86_400_000_000
    >>> days = [Figure(start=i * day, end=(i + 1) * day, result=Value(value=0.15, n=200)) for i in range(6)]
    >>> seen = Seen(
    ...     spec=metric("quality.null_share"), current=days[5], history=tuple(days[:5]),
    ...     compared=Value(value=0.1, n=9_000),
    ... )
    >>> judge_anytime(Anytime(tolerance=0.01), days[5].result, seen).status
    'breach'
    """
    spec, never = seen.spec, why_never(seen.spec.name, seen.spec)
    if never is not None:
        return unknown(never, figure)
    is_gain = spec.direction == "higher_is_better"
    allowed = tolerated(condition, seen, is_gain=is_gain)
    if isinstance(allowed, str):
        return unknown(allowed, figure)
    windows = window_figures((*seen.history, seen.current))
    losses = 1.0 - windows.values if is_gain else windows.values
    evidence, since = log_evidence(losses, windows.rows, allowed.highest, -math.log(condition.level))
    loss = 1.0 - figure.value if is_gain else figure.value
    worse = loss > allowed.highest
    status: Status = "breach" if worse and evidence >= -math.log(condition.level) else "ok"
    highest = 1.0 - allowed.highest if is_gain else allowed.highest
    detail = say(
        "{evidence}; {figure} in the last, {tolerated} in the long run", figure=told(figure, spec),
        tolerated=say("no less than {limit} is tolerated" if is_gain else "no more than {limit} is tolerated",
                      limit=amount(highest, spec)),
        evidence=_evidence(len(losses) - since, evidence, condition.level),
    )  # fmt: skip
    return Verdict(
        status=status, detail=detail, value=figure.value, interval=figure.interval, n=figure.n,
        expected=1.0 - allowed.reference if is_gain else allowed.reference,
        limits=(highest, None) if is_gain else (None, highest), p_value=min(math.exp(-evidence), 1.0),
        score=scored(evidence / -math.log(condition.level)),
    )  # fmt: skip


def _evidence(windows: int, evidence: float, level: float) -> Said:
    odds, limit = _odds(evidence), number(1.0 / level)
    if windows == 1:
        return say(
            "evidence that it is worse, from 1 window: {odds} to 1, the limit is {limit} to 1",
            odds=odds, limit=limit,
        )  # fmt: skip
    return say(
        "evidence that it is worse, over {n} windows: {odds} to 1, the limit is {limit} to 1",
        n=number(windows), odds=odds, limit=limit,
    )  # fmt: skip


def why_never(name: str, spec: MetricSpec | None) -> Said | None:
    """Why no figure of a metric can be tested; None where it can.

    Parameters
    ----------
    spec : None: of a schema's own metric, which has no largest value.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> why_never("performance.accuracy", metric("performance.accuracy")) is None
    True
    >>> print(why_never("performance.mae", metric("performance.mae")).partition(";")[0])
    this test needs a metric from 0 to 1 of which one way is better
    """
    if (
        spec is not None
        and spec.range == (0.0, 1.0)
        and spec.direction in ("lower_is_better", "higher_is_better")
    ):
        return None
    return say(
        "this test needs a metric from 0 to 1 of which one way is better; {metric} is not, "
        "performance.bounded_loss is",
        metric=name,
    )


def log_evidence(losses: Floats, rows: Floats, highest: float, limit: float) -> tuple[float, int]:
    """Logarithm of K after the last window, and the window it began with.

    It begins anew behind the first window that is no worse than `highest` once ln K has reached `limit`.

    Parameters
    ----------
    losses : mean losses in [0, 1] of windows, ascending; rows: what each rests on.

    Examples
    --------
    >>> evidence, since = log_evidence(np.array([0.2, 0.2, 0.2, 0.1]), np.full(4, 500.0), 0.1, 3.0)
    >>> evidence, since
    (0.0, 4)
    """
    since = 0
    while since < len(losses):
        grown = np.cumsum(_growth(losses[since:], rows[since:], highest))
        alarm = np.flatnonzero(grown >= limit)
        if not len(alarm):
            return float(grown[-1]), since
        over = np.flatnonzero(losses[since + alarm[0] :] <= highest)
        if not len(over):
            return float(min(grown[-1], _MOST_LOG)), since
        since += int(alarm[0] + over[0]) + 1
    return 0.0, since


def _growth(losses: Floats, rows: Floats, highest: float) -> Floats:
    """Logarithm of what each window multiplies the evidence with; the bet is made on the windows before."""
    hits = losses * rows
    before = np.cumsum(rows) - rows
    mean = (np.cumsum(hits) - hits) / np.maximum(before, 1.0)
    gap = mean - highest
    bet = np.clip(gap / np.maximum(mean * (1.0 - mean) + gap * gap, 1e-12), 0.0, _LARGEST_BET / highest)
    growth: Floats = hits * np.log1p(bet * (1.0 - highest)) + (rows - hits) * np.log1p(-bet * highest)
    return growth


def tolerated(condition: Anytime, seen: Seen, *, is_gain: bool) -> Tolerated | Said:
    """What a loss may be, or why that is not known."""
    own = reference_figures(seen.reference)
    whole = seen.compared if isinstance(seen.compared, Value) else None
    if whole is None and not len(own.values):
        return say("the reference has no figure of this metric")
    value = (
        whole.value if whole is not None else float(np.average(own.values, weights=np.maximum(own.rows, 1.0)))
    )
    reference = 1.0 - value if is_gain else value
    if condition.tolerance is not None:
        return Tolerated(reference=reference, tolerance=condition.tolerance)
    found = own_variation(own.values, own.starts, (seen.current.start, seen.current.end), seen.timezone)
    if isinstance(found, str):
        return say(
            "{lacking} to tell what the reference's windows differ by; give the monitor a tolerance",
            lacking=found,
        )
    # The season is part of what windows differ by: on its worse days no loss is what the reference's is on the whole.
    spread = max(found.variance, float(own.values.var(ddof=1)))
    between = max(spread - own.noise, 0.0)
    error = math.sqrt(between / found.k_eff + _error(whole, own) ** 2)
    return Tolerated(reference=reference, tolerance=math.sqrt(between) + _ONE_SIDED * error)


def _error(whole: Value | None, own: WindowFigures) -> float:
    """Sampling error of the reference's figure."""
    if whole is not None and whole.interval is not None:
        return (whole.interval[1] - whole.interval[0]) / (2.0 * Z)
    return math.sqrt(own.noise / max(len(own.values), 1))


def _odds(evidence: float) -> str:
    return number(math.exp(evidence), significant=2) if evidence < _MOST_LOG else say("more than 10³⁰⁰")
