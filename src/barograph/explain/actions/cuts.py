"""A score cut in two: what every threshold decides, and what was decided, from the score's bins."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.performance.confusion import class_index, confusion
from barograph.metrics.performance.score_bins import ScoreBins, score_bins
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.measures import DEFAULT_THRESHOLD

Floats = NDArray[np.float64]

#: Effective rows are told apart to this part of a row.
_SAME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Decisions *score ≥ threshold*, the strictest first, and the rows between them.

    Attributes
    ----------
    threshold : falling from ∞, which takes no row; shape (bins + 1,).
    positive, negative : rows of the class and of the others that each next threshold takes, shape (bins,).
    logged : position of the threshold that the logged answers follow; None where they follow none.
    """

    threshold: Floats
    positive: Floats
    negative: Floats
    n: int
    logged: int | None

    @property
    def table(self) -> Floats:
        """True and false positives, false and true negatives of every threshold, shape (bins + 1, 4)."""
        return table_of(self.positive, self.negative)


def table_of(positive: Floats, negative: Floats) -> Floats:
    """Decisions of every threshold from the rows that each takes more, along the last axis; shape (…, bins + 1, 4)."""
    start = np.zeros((*positive.shape[:-1], 1))
    tp = np.concatenate((start, np.cumsum(positive, axis=-1)), axis=-1)
    fp = np.concatenate((start, np.cumsum(negative, axis=-1)), axis=-1)
    return np.stack((tp, fp, tp[..., -1:] - tp, fp[..., -1:] - fp), axis=-1)


def cuts(view: OutcomeView, class_name: str | None = None) -> Cuts | Undefined:
    """What every threshold on a class's score decides.

    Parameters
    ----------
    view : the outcome of one cell.
    class_name : a class with a score column; without it the positive class.

    Returns
    -------
    Cuts at the lower ends of the score's bins, and at the logged threshold: where answers were logged, a bin that it
    lies in is parted by how many of its rows were answered with the class.
    """
    bins = score_bins(view, class_name)
    if isinstance(bins, Undefined):
        return bins
    if not bins.positive.sum() > 0 or not bins.negative.sum() > 0:
        detail = (
            say("every row is of the class, so a threshold parts nothing")
            if bins.positive.sum() > 0
            else say("no row is of the class, so a threshold parts nothing")
        )
        return Undefined(reason="constant", detail=detail)
    found = Cuts(
        threshold=np.append(np.inf, bins.lower), positive=bins.positive, negative=bins.negative, n=bins.n, logged=None
    )  # fmt: skip
    if view.task != "binary":
        return found
    if view.schema.one("prediction") is not None:
        return _at_logged(found, view, class_name)
    given = DEFAULT_THRESHOLD if view.schema.threshold is None else view.schema.threshold
    return _at_given(found, bins, given)


def _at_given(found: Cuts, bins: ScoreBins, threshold: float) -> Cuts:
    """With the schema's threshold; the rows of a bin that holds it inside go by their mean score."""
    taken = int((np.where(bins.lower < threshold, bins.score, bins.lower) >= threshold).sum())
    return replace(found, logged=taken)


def _at_logged(found: Cuts, view: OutcomeView, class_name: str | None) -> Cuts:
    index, logged = class_index(view, class_name), confusion(view)
    if isinstance(index, Undefined) or isinstance(logged, Undefined) or logged.n != found.n:
        return found
    tp = float(logged.table[index, index])
    fp = float(logged.table[:, index].sum()) - tp
    table = found.table
    whole = np.flatnonzero((np.abs(table[:, 0] - tp) < _SAME) & (np.abs(table[:, 1] - fp) < _SAME))
    if len(whole):
        return replace(found, logged=int(whole[0]))
    above, below = table[:-1], table[1:]
    held = (above[:, 0] <= tp) & (tp <= below[:, 0]) & (above[:, 1] <= fp) & (fp <= below[:, 1])
    if not held.any():
        return found
    at = int(np.flatnonzero(held)[0])
    upper = (tp - above[at, 0], fp - above[at, 1])
    # Inside its bin the logged threshold stands at no known score; the bin's middle is written for it.
    middle = (found.threshold[at + 1] + min(found.threshold[at], 1.0)) / 2.0
    positive = np.insert(found.positive, at, upper[0])
    negative = np.insert(found.negative, at, upper[1])
    positive[at + 1] -= upper[0]
    negative[at + 1] -= upper[1]
    return replace(
        found, threshold=np.insert(found.threshold, at + 1, middle), positive=positive, negative=negative,
        logged=at + 1,
    )  # fmt: skip
