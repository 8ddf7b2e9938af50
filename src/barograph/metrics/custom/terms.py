"""A term of one cell: what its sums say."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np

from barograph.locale.said import say
from barograph.metrics.mean_intervals import RawMoments
from barograph.metrics.values import Undefined
from barograph.profile.custom import TermSums
from barograph.profile.custom_rows import powers_of
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS
from barograph.profile.fixed import totals
from barograph.profile.value import Profile
from barograph.schema.custom.terms import Term

Powers = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermView:
    """The rows for which a term gives a number.

    Attributes
    ----------
    rows : logged rows with a number.
    left_out : logged rows that give null, and that give no finite number.
    weight : rows that those with a number stand for.
    effective : Kish's (Σw)²/Σw²; the rows where unweighted.
    means : of each product of powers of the distances from the centres; NaN where a row overflowed.
    """

    rows: int
    left_out: tuple[int, int]
    weight: float
    effective: float
    centres: tuple[float, ...]
    means: dict[Powers, float]

    def moments(self, slope: float = 0.0) -> RawMoments:
        """Moments of the first expression, less `slope` times the second, as distances from the centres."""
        if len(self.centres) == 1:
            first, second, third, fourth = (self.means[(k,)] for k in (1, 2, 3, 4))
        else:
            first, second, third, fourth = (self._of_difference(k, slope) for k in (1, 2, 3, 4))
        return RawMoments(first=first, second=second, third=third, fourth=fourth)

    def _of_difference(self, order: int, slope: float) -> float:
        """Mean of a power of the difference, by the binomial theorem."""
        return sum(math.comb(order, b) * (-slope) ** b * self.means[(order - b, b)] for b in range(order + 1))


def term_view(cell: Profile, term: Term) -> TermView | Undefined:
    """The term's sums in a profile of one cell.

    Examples
    --------
    >>> from barograph.metrics.custom.arrays import profile_of
    >>> from barograph.schema.custom.terms import terms
    >>> rows = profile_of({"x": [1.0, 2.0, None]}, {"lost": {"sum": "x"}})
    >>> view = term_view(rows, terms(rows.schema)[0])
    >>> view.rows, view.left_out
    (2, (1, 0))
    """
    sums = _sums(cell, term)
    if isinstance(sums, Undefined):
        return sums
    grid = cell.grid.custom
    rows, nulls, wrong = (int(n) for n in sums.rows[0])
    if grid is None or rows == 0 or not sums.weights[0, 0]:
        why = (
            say("{nulls} rows give null, {wrong} no finite number", nulls=nulls, wrong=wrong)
            if nulls + wrong
            else say("there is no row")
        )
        return Undefined(
            reason="too_few_rows", detail=say("no row of weight above 0 gives a number: {why}", why=why)
        )
    fixed = grid.terms[term.key]
    weight, square = (float(w) for w in sums.weights[0] / (WEIGHT_STEPS, SQUARE_STEPS))
    found = totals(sums.moments, np.array(fixed.steps))[0] / weight
    return TermView(
        rows=rows,
        left_out=(nulls, wrong),
        weight=weight * cell.grid.weight_unit,
        effective=weight * weight / square if square else 0.0,
        centres=fixed.centres,
        means=dict(zip(powers_of(len(fixed.centres)), found.tolist(), strict=True)),
    )


def _sums(cell: Profile, term: Term) -> TermSums | Undefined:
    named = None if cell.custom is None else cell.custom.terms
    if term.of_label:
        if cell.outcome is None:
            return Undefined(
                reason="no_labels", detail=say("no row has both a label and a prediction or score")
            )
        named = cell.outcome.custom
    sums = None if named is None else named.of.get(term.key)
    if sums is None:
        columns = ", ".join(repr(c) for c in term.columns)
        return Undefined(
            reason="column_missing", detail=say("no row has all of the columns {columns}", columns=columns)
        )
    if not len(sums.rows):
        return Undefined(reason="too_few_rows", detail=say("there is no row"))
    return cast("TermSums", sums)
