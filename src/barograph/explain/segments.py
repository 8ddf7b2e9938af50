"""The change seen along the profile's own segments: their growing and shrinking, and their own change."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.explanation import SegmentCause
from barograph.explain.losses import RowLoss
from barograph.explain.mix_within import SegmentMeans, mix_and_within
from barograph.explain.parts import Side
from barograph.explain.segment_losses import segment_losses
from barograph.explain.segment_sentences import segment_sentence
from barograph.explain.words import interval, title
from barograph.locale.said import say
from barograph.metrics.intervals import Z, student
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS
from barograph.profile.fixed import totals
from barograph.profile.value import ALL, Profile

Floats = NDArray[np.float64]

_LOSS: Final = say("the loss")
#: Measures whose squares are summed too, by the measure of the squares.
_SQUARES = {
    "absolute_error": "squared_error", "squared_error": "error_4", "log_loss": "log_loss_2",
    "squared_score_error": "squared_score_error_2", "misclassified": "misclassified",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentReading:
    """The change along one division of the rows; `mix` and `within` add up to it.

    Attributes
    ----------
    by : the division's name.
    segments : those that say most first.
    """

    by: str
    segments: tuple[SegmentCause, ...]
    mix: Value
    within: Value


def declared_segments(
    reference: Profile,
    current: Profile,
    linear: Mapping[str, float],
    *,
    worse: float = 1.0,
    metric: str = _LOSS,
) -> tuple[SegmentReading, ...] | Undefined:
    """The change of a metric along each division into segments that both profiles have.

    Parameters
    ----------
    linear : the metric as a mean: factors of the row measures, ``""`` for a constant, as `RowLoss.linear`.
    worse : 1 where a higher loss is worse, −1 where a lower one is, as `RowLoss.worse`.
    metric : as a sentence calls it.

    Returns
    -------
    One reading a division, exact from sums over all judged rows; their `mix` and `within` add up to the change of
    the metric. Intervals (95 %) are None where the squares of the measures are not summed.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> declared_segments(profile_of([1.0]), profile_of([2.0]), {"squared_error": 1.0}).reason
    'no_labels'
    """
    if any(p.grid.outcome is None or p.outcome is None for p in (reference, current)):
        return Undefined(reason="no_labels", detail=say("no row has both a label and a prediction or score"))
    unknown = [m for m in linear if m and m not in _steps(reference)]
    if unknown:
        return Undefined(
            reason="not_applicable", detail=say("rows have no measure {name}", name=repr(unknown[0]))
        )
    out = []
    for by, names in _divisions(reference, current):
        sides = _means(reference, names, linear), _means(current, names, linear)
        if all(side.weight.sum() > 0.0 for side in sides):
            figures = [[_mean(side, i) for i in range(len(names))] for side in sides]
            out.append(
                _reading(",".join(by), names, sides, (figures[0], figures[1]), worse=worse, metric=metric)
            )
    return tuple(out)


def influence_segments(
    reference: Profile, current: Profile, loss: RowLoss, sides: tuple[Side, Side]
) -> tuple[SegmentReading, ...]:
    """The change of a ratio or rank metric along each division, through what each row adds to it.

    Parameters
    ----------
    sides : sampled rows of both profiles with their losses.

    Returns
    -------
    One reading a division whose expressions can be told from sampled rows; their `mix` and `within` add up to the
    change less its curvature. Each segment's figures are the metric in it.
    """
    out = []
    for by, names in _divisions(reference, current):
        found = [
            segment_losses(p, by, names, loss, s) for p, s in zip((reference, current), sides, strict=True)
        ]
        before, after = found
        if before is not None and after is not None:
            means, figures = (before.means, after.means), (before.figures, after.figures)
            out.append(
                _reading(",".join(by), names, means, figures, worse=loss.worse, metric=title(loss.metric))
            )
    return tuple(out)


def _divisions(reference: Profile, current: Profile) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Each division that both profiles have, with the names of its segments."""
    for by in current.grid.by:
        if by in reference.grid.by:
            names = dict.fromkeys((*reference.segments, *current.segments))
            yield by, [s for s in names if _division(s, current) == by]


def unevenness(reading: SegmentReading) -> float:
    """How unequally a division's segments changed: Cochran's Q over its degrees of freedom; 0 where it is not known.

    Source: Cochran, Biometrics 10 (1954) 101.
    """
    changes = []
    for segment in reading.segments:
        before, after = segment.reference, segment.current
        if isinstance(before, Value) and isinstance(after, Value) and before.interval and after.interval:
            error = math.hypot(
                *((v.interval[1] - v.interval[0]) / 4.0 for v in (before, after) if v.interval)
            )
            if error > 0.0:
                changes.append((after.value - before.value, 1.0 / error**2))
    if len(changes) < 2:
        return 0.0
    amount, weight = (np.array(side) for side in zip(*changes, strict=True))
    centre = float(weight @ amount) / float(weight.sum())
    return float(weight @ (amount - centre) ** 2) / (len(changes) - 1)


def disagreement(reading: SegmentReading, mix: Value) -> str | None:
    """Say where mix along segments is not the headline's, beyond the intervals of both; None where they agree.

    Parameters
    ----------
    mix : of the headline, from whole rows.

    Examples
    --------
    >>> small, large = Value(value=0.1, n=9, interval=(0.0, 0.2)), Value(value=0.9, n=9, interval=(0.5, 1.3))
    >>> disagreement(SegmentReading(by="country", segments=(), mix=small, within=large), large)
    'Along country 0.10 (95 %: 0.00 to 0.20) of the change is rows moving between segments; along all features \
together it is 0.90 (95 %: 0.50 to 1.30): rows moved within segments of country too.'
    """
    ours, theirs = reading.mix.interval, mix.interval
    if ours is None or theirs is None or (ours[0] <= theirs[1] and theirs[0] <= ours[1]):
        return None
    return say(
        "Along {by} {mix} of the change is rows moving between segments; along all features together it is {whole}: "
        "rows moved within segments of {by} too.",
        by=reading.by, mix=interval(reading.mix), whole=interval(mix),
    )  # fmt: skip


def _division(segment: str, profile: Profile) -> tuple[str, ...] | None:
    """The division a segment is of: of those its name fits, the one of most expressions."""
    fitting = [
        by for by in profile.grid.by if re.fullmatch(",".join(re.escape(e) + "=.*" for e in by), segment, re.DOTALL)
    ]  # fmt: skip
    return max(fitting, key=len, default=None)


def _steps(profile: Profile) -> Mapping[str, float]:
    return {} if profile.grid.outcome is None else profile.grid.outcome.steps


def _means(profile: Profile, names: list[str], linear: Mapping[str, float]) -> SegmentMeans:
    """Loss of each segment over all windows, from the sums of its cells."""
    outcome, steps = profile.outcome, _steps(profile)
    assert outcome is not None
    position = {name: i for i, name in enumerate(names)}
    cells = [i for i, c in enumerate(profile.cells) if c.segment != ALL and c.segment in position]
    to = np.array([position[profile.cells[i].segment] for i in cells], np.int64)

    def added(values: Floats) -> Floats:
        sums: Floats = np.bincount(to, weights=values[cells], minlength=len(names)).astype(np.float64)
        return sums

    measured = totals(outcome.measures, np.array(list(steps.values())))
    sums = {m: added(measured[:, i]) for i, m in enumerate(steps)}
    rows = added(outcome.judged.astype(np.float64))
    weight, effective = rows, rows
    if outcome.weights is not None:
        weight, square = (
            added(outcome.weights[:, 0] / WEIGHT_STEPS),
            added(outcome.weights[:, 1] / SQUARE_STEPS),
        )
        effective = np.divide(weight * weight, square, out=np.zeros_like(weight), where=square > 0.0)
    each = np.maximum(weight, 1e-300)
    mean = sum((f * (sums[m] if m else weight) for m, f in linear.items()), np.zeros(len(names))) / each
    spread = _spread(sums, linear, each)
    return SegmentMeans(
        weight=weight,
        rows=rows,
        effective_rows=effective,
        mean=mean,
        variance=np.where(effective >= 2.0, spread / np.maximum(effective - 1.0, 1.0), np.nan),
    )


def _spread(sums: Mapping[str, Floats], linear: Mapping[str, float], weight: Floats) -> Floats:
    """Variance of the rows' loss, from the sums of squares kept for their intervals; NaN where there is none."""
    factors = {m: f for m, f in linear.items() if m}
    if len(factors) == 1:
        ((measure, factor),) = factors.items()
        squares, mean = _SQUARES.get(measure, ""), sums[measure] / weight
    elif set(factors) == {"prediction", "label"} and factors["prediction"] == -factors["label"]:
        squares, factor = "squared_error", factors["prediction"]
        mean = (sums["prediction"] - sums["label"]) / weight
    else:
        squares, factor, mean = "", 1.0, weight
    if squares not in sums:
        return np.full(len(weight), np.nan)
    return factor * factor * np.maximum(sums[squares] / weight - mean * mean, 0.0)


def _reading(
    by: str,
    names: list[str],
    sides: tuple[SegmentMeans, SegmentMeans],
    figures: tuple[Sequence[Result], Sequence[Result]],
    *,
    worse: float,
    metric: str,
) -> SegmentReading:
    amounts = mix_and_within(*sides)
    n = int(sides[1].rows.sum())
    mix = [_value(v, s, n) for v, s in zip(amounts.mix, amounts.mix_variance, strict=True)]
    within = [_value(v, s, n) for v, s in zip(amounts.within, amounts.within_variance, strict=True)]
    causes = [
        SegmentCause(
            segment=name,
            found=False,
            rows=(int(sides[0].rows[i]), int(sides[1].rows[i])),
            reference=figures[0][i],
            current=figures[1][i],
            mix=mix[i],
            within=within[i],
            p_value=None,
            sentence=segment_sentence(
                name,
                metric=metric,
                rows=(int(sides[0].rows[i]), int(sides[1].rows[i])),
                figures=(figures[0][i], figures[1][i]),
                amounts=(mix[i], within[i]),
            ),
        )
        for i, name in enumerate(names)
        if sides[0].rows[i] + sides[1].rows[i] > 0.0
    ]
    causes.sort(key=lambda c: (-worse * sum(v.value for v in (c.mix, c.within) if v is not None), c.segment))
    return SegmentReading(by=by, segments=tuple(causes), mix=mix[-1], within=within[-1])


def _value(value: float, variance: float, n: int) -> Value:
    half = Z * math.sqrt(variance) if math.isfinite(variance) else None
    return Value(value=float(value), n=n, interval=None if half is None else (value - half, value + half))


def _mean(side: SegmentMeans, i: int) -> Result:
    n, variance = int(side.rows[i]), float(side.variance[i])
    if not n:
        return Undefined(reason="too_few_rows", detail=say("no judged row is in the segment"))
    half = student(side.effective_rows[i] - 1.0) * math.sqrt(variance) if math.isfinite(variance) else None
    value = float(side.mean[i])
    return Value(value=value, n=n, interval=None if half is None else (value - half, value + half))
