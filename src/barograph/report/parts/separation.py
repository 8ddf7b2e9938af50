"""How far scores part a class from the others: the score's histogram of either, a picture a side."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.charts.groups import GroupBins
from barograph.locale.said import say
from barograph.metrics.performance.score_bins import score_bins
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView
from barograph.report.figure import Figure

_BINS: Final = 20


def separation(
    views: tuple[OutcomeView | Undefined, OutcomeView | Undefined], name: str | None
) -> tuple[Figure, ...]:
    """Shares of the class's rows, and of the others', by score; a bin of the grid goes where its mean lies."""
    shares: list[tuple[tuple[float, ...], ...] | None] = []
    rows: list[tuple[int, ...]] = []
    for view in views:
        bins = view if isinstance(view, Undefined) else score_bins(view, name)
        if isinstance(bins, Undefined):
            shares.append(None)
            rows.append((0, 0))
            continue
        place = np.minimum((bins.score * _BINS).astype(np.int64), _BINS - 1)
        held = [np.bincount(place, weights=w, minlength=_BINS) for w in (bins.negative, bins.positive)]
        shares.append(tuple(tuple((h / max(float(h.sum()), 1.0)).tolist()) for h in held))
        rows.append(tuple(round(float(h.sum())) for h in held))
    if all(s is None for s in shares):
        return ()
    chart = GroupBins(
        name=say("score"), edges=tuple((np.arange(_BINS + 1) / _BINS).tolist()), categories=(), reference=shares[0],
        current=shares[1], rows=(rows[0], rows[1]), names=(say("others"), name or say("positive class")),
    )  # fmt: skip
    caption = say("The less the two overlap, the better the score tells them apart.")
    return (Figure(title=say("Scores by class"), chart=chart, caption=caption),)
