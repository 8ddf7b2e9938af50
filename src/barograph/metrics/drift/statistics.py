"""The distances every report shows beside the calibrated effect."""

from __future__ import annotations

from barograph.metrics.drift.cells import compared_cells, mostly_unnamed, ordered_cells
from barograph.metrics.drift.chi2 import chi2
from barograph.metrics.drift.hellinger import hellinger
from barograph.metrics.drift.jensen_shannon import jensen_shannon
from barograph.metrics.drift.ks import ks
from barograph.metrics.drift.psi import psi
from barograph.metrics.drift.total_variation import total_variation
from barograph.metrics.drift.wasserstein import wasserstein
from barograph.metrics.values import Undefined
from barograph.metrics.views import column_view
from barograph.profile.value import Profile


def statistics_of(reference: Profile, current: Profile, column: str) -> dict[str, float]:
    """Distances of one column by name; `ks` and `wasserstein` only where values have an order and a scale."""
    views = column_view(reference, column), column_view(current, column)
    if isinstance(views[0], Undefined) or isinstance(views[1], Undefined):
        return {}
    if mostly_unnamed(views[0]) is not None:
        return {}
    cells = compared_cells(views[0], views[1])
    held = (cells.reference > 0) | (cells.current > 0)
    p, q = cells.reference[held], cells.current[held]
    if p.sum() <= 0 or q.sum() <= 0:
        return {}
    out = {
        "total_variation": total_variation(p, q),
        "psi": psi(p, q),
        "jensen_shannon": jensen_shannon(p, q),
        "hellinger": hellinger(p, q),
        "chi2": chi2(cells.reference, cells.current, unseen=cells.unseen, ordered=cells.ordered).statistic,
    }
    ordered = ordered_cells(views[0], views[1])
    if ordered is not None:
        tested = ks(ordered.reference, ordered.current, atoms=ordered.atoms)
        out |= {"ks": tested.statistic, "ks_p_value": tested.p_value}
        moments = views[0].moments()
        if not isinstance(moments, Undefined) and moments.variance:
            sd = moments.variance**0.5
            out["wasserstein"] = wasserstein(
                ordered.reference, ordered.current, cells=ordered.cells, reference_sd=sd
            )
    return {name: float(value) for name, value in out.items()}
