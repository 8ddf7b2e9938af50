"""The confusion table of decisions *score ≥ threshold*, from the score's bins."""

from __future__ import annotations

import numpy as np

from barograph.locale.said import say
from barograph.metrics.performance.confusion import Confusion, class_index, confusion
from barograph.metrics.performance.score_bins import WORST_RESOLUTION, score_bins
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView


def decisions(view: OutcomeView, threshold: float | None) -> Confusion | Undefined:
    """The table of the logged answers, or of what a binary score decides at another threshold.

    Parameters
    ----------
    threshold : score from which the answer is the positive class; None for the logged answers.

    Returns
    -------
    Confusion
        Exact where the threshold is an edge of the score's bins, as 0.5 and any score of a small reference is. The
        rows of a bin that holds it inside go by their mean score; over 1 % of the rows and the table is undefined.

    Notes
    -----
    Cost: O(bins); no row is read again.

    Examples
    --------
    >>> from barograph.metrics.performance.arrays import outcome_of
    >>> view = outcome_of("binary", [0, 0, 1, 1], scores=[0.1, 0.4, 0.35, 0.8], positive="1")
    >>> decisions(view, 0.3).table[:2, :2].tolist()
    [[1.0, 1.0], [0.0, 2.0]]
    """
    if threshold is None:
        return confusion(view)
    if view.task != "binary":
        return Undefined(
            reason="not_applicable", detail=say("a threshold belongs to one score: to a binary task")
        )
    positive, bins = class_index(view, None), score_bins(view)
    if isinstance(positive, Undefined):
        return positive
    if isinstance(bins, Undefined):
        return bins
    inside = (bins.lower < threshold) & (threshold < bins.upper) & (bins.score > bins.lower)
    unsure = float(bins.rows[inside].sum() / bins.rows.sum())
    if unsure > WORST_RESOLUTION:
        return Undefined(
            reason="score_resolution",
            detail=say(
                "{n} % of the rows share the score bin of {threshold}; learn the grid from rows with scores like these",
                n=f"{100 * unsure:.2g}",
                threshold=f"{threshold:g}",
            ),
        )
    taken = np.where(inside, bins.score, bins.lower) >= threshold
    classes = view.grid.classes
    other = next((i for i in range(len(classes)) if i != positive), len(classes))
    table = np.zeros((len(classes) + 2, len(classes) + 2))
    for label, rows in ((positive, bins.positive), (other, bins.negative)):
        table[label, positive], table[label, other] = rows[taken].sum(), rows[~taken].sum()
    return Confusion(table=table, classes=classes, n=bins.n)
