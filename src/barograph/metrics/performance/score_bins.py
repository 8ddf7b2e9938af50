"""One class's scores, binned, with the rows of the class and of the others in each bin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.locale.said import Said, say
from barograph.metrics.performance.confusion import class_index
from barograph.metrics.performance.multilabel.of_class import of_class
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView

Floats = NDArray[np.float64]

#: Rows inside a bin cannot be ranked; above this share of the pairs a rank metric is undefined.
WORST_RESOLUTION = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBins:
    """Non-empty bins, highest scores first.

    Attributes
    ----------
    positive, negative : effective rows of the class and of the others, shape (bins,).
    score : mean score of each bin's rows.
    lower, upper : ends of each bin: a threshold at the lower one takes the bin and all above it.
    resolution : ½Σ p n/(P N) over bins that may hold more than one score: how far ROC AUC may be off.
    n : logged rows with a score between 0 and 1.
    """

    positive: Floats
    negative: Floats
    score: Floats
    lower: Floats
    upper: Floats
    resolution: float
    n: int

    @property
    def rows(self) -> Floats:
        """Effective rows per bin."""
        return self.positive + self.negative

    def of_one_kind(self, so: Said) -> Undefined | None:
        """Why figures that need rows of the class and others are undefined; None where both are there."""
        if self.positive.sum() > 0 and self.negative.sum() > 0:
            return None
        detail = say(
            "every row is of the class, so {so}" if self.positive.sum() > 0 else "no row is of the class, so {so}",
            so=so,
        )  # fmt: skip
        return Undefined(reason="constant", detail=detail)


def score_bins(view: OutcomeView, class_name: str | None = None) -> ScoreBins | Undefined:
    """The bins of the score of one class; without a name of the positive class.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> score_bins(outcome_of("binary", [0, 1, 1], scores=[0.2, 0.2, 0.9], positive="1")).positive.tolist()
    [1.0, 1.0]
    """
    if view.task == "multilabel" and class_name is not None:
        return score_bins(of_class(view, class_name))
    index = class_index(view, class_name)
    if isinstance(index, Undefined):
        return index
    wanted = view.grid.classes[index]
    columns = [
        c.name for c in view.schema.with_role("score") if (c.class_name or view.schema.positive) == wanted
    ]
    if not columns or columns[0] not in view.grid.score_edges:
        return Undefined(
            reason="no_scores", detail=say("no column scores class {wanted}", wanted=repr(wanted))
        )
    scores = view.scores(columns[0])
    weights, counted = scores.weights, scores.rows.sum(axis=0)
    if not counted.sum() > 0 or not weights.sum() > 0:
        return Undefined(
            reason="no_scores",
            detail=say("no judged row has a score of {wanted} between 0 and 1", wanted=repr(wanted)),
        )
    scale = view.effective_rows / (view.measures()["weight"] or 1.0)
    held = np.flatnonzero(weights.sum(axis=0))[::-1]
    lower = np.concatenate(([0.0], view.grid.score_edges[columns[0]]))
    mixed = ~(scores.at_edge | _one_value(view.grid.score_edges[columns[0]]))
    positive, negative = weights[1] * scale, weights[0] * scale
    pairs = float(positive.sum() * negative.sum())
    tied = float((positive * negative)[mixed].sum())
    return ScoreBins(
        positive=positive[held], negative=negative[held], score=scores.mean[held], lower=lower[held],
        upper=np.append(lower[1:], np.inf)[held],
        resolution=0.5 * tied / pairs if pairs > 0 else 0.0, n=int(counted.sum()),
    )  # fmt: skip


def ranked(view: OutcomeView, class_name: str | None = None) -> ScoreBins | Undefined:
    """Score bins that can rank: rows of the class and others, told apart finely enough."""
    bins = score_bins(view, class_name)
    if isinstance(bins, Undefined):
        return bins
    alike = bins.of_one_kind(say("there is nothing to rank"))
    if alike is not None:
        return alike
    if bins.resolution > WORST_RESOLUTION:
        return Undefined(
            reason="score_resolution",
            detail=say(
                "the reference's score bins leave ROC AUC uncertain by ±{resolution}; "
                "learn the grid from rows with scores like these",
                resolution=f"{bins.resolution:.3f}",
            ),
        )
    return bins


def _one_value(edges: Floats) -> NDArray[np.bool_]:
    """Bins too narrow for two scores."""
    narrow: NDArray[np.bool_] = np.append(edges, np.inf) <= np.nextafter(np.append(0.0, edges), np.inf)
    return narrow
