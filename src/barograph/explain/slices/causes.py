"""Segments found in the sampled rows, and how their metric was before."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.explanation import SegmentCause
from barograph.explain.sampled import SampledRows
from barograph.explain.slices.columns import cell_columns
from barograph.explain.slices.confirm import rose
from barograph.explain.slices.polish import Masks, members
from barograph.explain.slices.worst import WorstSegment, worst_segments
from barograph.explain.words import interval
from barograph.explain.words import rows as so_many
from barograph.locale.said import say
from barograph.metrics.intervals import mean_interval
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.grid import Grid

Floats = NDArray[np.float64]

_LOSS: Final = say("the loss")
#: Of segments said to have got worse, chance that the losses themselves show no such thing; small, for the search saw
#: the same reference rows by what was expected of them.
_CHANCE = 0.001


def found_segments(
    rows: tuple[SampledRows, SampledRows],
    losses: tuple[Floats, Floats],
    grid: Grid,
    *,
    rng: np.random.Generator,
    expected: Floats | None = None,
    worse: float = 1.0,
    most: int = 5,
    figure: Callable[[SampledRows, Masks], Result] | None = None,
    name: str = _LOSS,
) -> tuple[SegmentCause, ...]:
    """The segments of the current rows with the highest loss, and what it was in the reference.

    Parameters
    ----------
    rows : judged rows of the reference's and of the current profile's sample.
    losses : of each; their mean is the metric.
    grid : of both profiles.
    rng : divides the current rows into halves.
    expected : what each current row was expected to lose, by what the reference knows; where given, segments are
        looked for where the loss exceeds it, not where it is high: what got worse, not what was always hard. Those
        where the loss itself, over that elsewhere, is not higher than in the reference are left out.
    worse : 1 where a higher loss is worse, −1 where a lower one is, as `RowLoss.worse`.
    figure : the metric of some rows of a side; their mean loss unless given.
    name : the metric's, as a sentence calls it.

    Returns
    -------
    Surest first; `current` rests on the half of the rows that the segment was not found on.
    """
    before, now = (cell_columns(side.cells, grid) for side in rows)

    def told(side: int, held: Masks) -> Result:
        return _mean(losses[side], rows[side].count, held) if figure is None else figure(rows[side], held)

    searched = losses[1] if expected is None else losses[1] - expected
    found = worst_segments(now, worse * searched, count=rows[1].count, rng=rng, most=most)
    out = []
    for segment in found:
        reference = members(before, segment.conditions)
        held = members(now, segment.conditions)
        tested = segment.tested
        after = (worse * losses[1][tested], rows[1].count[tested], held[tested])
        # What was expected rests on reference rows too, and both halves share its errors.
        chance = 0.0 if expected is None else rose(after, (worse * losses[0], rows[0].count, reference))
        if chance > _CHANCE:
            continue
        values = (told(0, reference), told(1, held & tested))
        elsewhere = told(1, tested & ~held)
        out.append(
            SegmentCause(
                segment=segment.expression,
                found=True,
                rows=(round(float(rows[0].count[reference].sum())), segment.rows),
                reference=values[0],
                current=values[1],
                mix=None,
                within=None,
                p_value=max(segment.p_value, chance),
                sentence=_sentence(name, segment, values, elsewhere),
            )
        )
    return tuple(out)


def _mean(values: Floats, count: Floats, held: Masks) -> Result:
    n = float(count[held].sum())
    if n < 1.0:
        return Undefined(reason="too_few_rows", detail=say("no sampled row is in the segment"))
    total, squares = (float((count * values**p)[held].sum()) for p in (1, 2))
    return Value(value=total / n, n=round(n), interval=mean_interval(total, squares, n))


def _sentence(name: str, segment: WorstSegment, values: tuple[Result, Result], elsewhere: Result) -> str:
    before, now = values
    text = say(
        "Where {segment}, {metric} is {now}, elsewhere {elsewhere}",
        segment=segment.expression, metric=name, now=_figure(now), elsewhere=_figure(elsewhere),
    )  # fmt: skip
    if isinstance(before, Value):
        return say(
            "{text}; in the reference it was {before} there ({rows} of its sample; of the current one {n}).",
            text=text, before=_figure(before), rows=so_many(before.n), n=f"{segment.rows:,}",
        )  # fmt: skip
    return say(
        "{text}; {rows} of the current sample, none of the reference's.",
        text=text,
        rows=so_many(segment.rows),
    )


def _figure(result: Result) -> str:
    return interval(result) if isinstance(result, Value) else say("unknown")
