"""The mean over queries of a measure between 0 and 1."""

from __future__ import annotations

from typing import Final

from barograph.errors import AddressError
from barograph.locale.said import say
from barograph.metrics.performance.bounded import bounded_interval
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView
from barograph.profile.query_measures import CUTS, at


def query_mean(view: OutcomeView, measure: str, *, k: float | None = None, relevant: bool = True) -> Result:
    """Mean of a measure over the judged queries.

    Parameters
    ----------
    measure : of `barograph.profile.query_measures`, without its cut.
    k : first rows of a list that count; None for all.
    relevant : only queries with a relevant row; the others would give 0/0.

    Raises
    ------
    AddressError
        For a cut that is not kept.
    """
    if k is not None and k not in CUTS:
        kept = ", ".join(f"k={cut}" for cut in CUTS)
        raise AddressError(f"k is {k}; a profile keeps {kept}, and the whole list without k.")
    name = at(measure, None if k is None else int(k))
    found = means(view, name, over="relevant" if relevant else None)
    if isinstance(found, Undefined):
        if relevant and found.reason == "too_few_rows":
            return Undefined(
                reason="too_few_rows", detail=say("no judged query has a row with a label above 0")
            )
        return found
    return figure(
        min(found[name], 1.0), found.n, bounded_interval(found[name], found[f"{name}_2"], found.effective)
    )


QUERY_INTERVAL: Final = (
    "Interval: Wilson's, of as many rows as a rate would need to be as sure as this mean of queries."
)
TIES: Final = "Among rows of one score the worst order is taken: relevant ones last."
UNLABELLED: Final = (
    "Relevant: label above 0. A row without a label keeps its place and is not relevant; one without rank or score "
    "comes last; a query is judged if it has a label and a rank or score."
)
