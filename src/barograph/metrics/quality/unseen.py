"""Values the reference did not have: unseen categories, and numbers beyond its range."""

from __future__ import annotations

from barograph.locale.said import say, word
from barograph.metrics.quality.share import share, valued
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnView
from barograph.profile.grid import CategoricalGrid, NumericGrid


def unseen_share(view: ColumnView) -> Result:
    """Share of the values that are none of the grid's categories; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> unseen_share(column_of(["a", "b", "z", None], kind="categorical", reference=["a", "b"])).value
    0.3333333333333333
    """
    grid = view.grid
    if not isinstance(grid, CategoricalGrid):
        return Undefined(
            reason="not_applicable",
            detail=say("{column} is {kind}", column=repr(view.column.name), kind=word(view.column.kind)),
        )
    if not grid.complete:
        detail = say(
            "{column} had more than {n} categories; not all are known by name",
            column=repr(view.column.name),
            n=len(grid.categories),
        )
        return Undefined(reason="too_many_categories", detail=detail)
    return share(view, float(view.weights[len(grid.categories) : grid.code("null")].sum()), valued(view))


def beyond_range_share(view: ColumnView) -> Result:
    """Share of the finite values below the smallest or above the largest of the reference; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import column_of
    >>> beyond_range_share(column_of([0.0, 5.0, 11.0, 12.0], reference=[0.0, 10.0])).value
    0.5
    """
    grid = view.grid
    if not isinstance(grid, NumericGrid):
        return Undefined(
            reason="not_applicable",
            detail=say("{column} is {kind}", column=repr(view.column.name), kind=word(view.column.kind)),
        )
    if not grid.bins:
        return Undefined(
            reason="not_applicable",
            detail=say("the reference had no finite value of {column}", column=repr(view.column.name)),
        )
    return share(
        view, float(view.weights[grid.code("above")] + view.weights[grid.code("below")]), valued(view)
    )


def outside_by_chance(rows: int, *, current: int, reference: int) -> float:
    """Chance that so many or more of the current rows lie outside the range of as many reference rows as given.

    Where nothing changed, every order of the rows of both sides is as likely: ``q^k (1 + k (1 - q))`` for k rows
    and ``q = current / (current + reference)``, the limit of the exact law of exceedances for many rows.

    Notes
    -----
    Source: Gumbel and von Schelling (1950), Annals of Mathematical Statistics 21, 247–262, both ends taken together.

    Examples
    --------
    >>> round(outside_by_chance(13, current=300, reference=300), 4)
    0.0009
    >>> outside_by_chance(0, current=300, reference=300)
    1.0
    """
    q = current / max(current + reference, 1)
    return float(q**rows * (1.0 + rows * (1.0 - q)))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="quality.unseen_share", title="Unseen categories", scope="column", applies_to=("categorical",),
        compute=unseen_share, direction="lower_is_better", unit="share of values", range=(0.0, 1.0),
        definition="Values that are none of the categories the grid names, over all values that are not null; "
        "undefined where the reference had more categories than the grid names (1,024). Interval: Wilson's.",
        misleads="The grid is learned from at most 131,072 rows spread over the first reference, so a very rare "
        "category may be one it did not see.",
        source="Elementary; Wilson (1927)",
    ),
    MetricSpec(
        name="quality.beyond_range_share", title="Values beyond the reference's range", scope="column",
        applies_to=("numeric", "text"), compute=beyond_range_share, direction="lower_is_better",
        unit="share of values", range=(0.0, 1.0),
        definition="Finite values (of a text column: lengths) below the grid's first or from its last edge up, over "
        "all finite values; undefined where the reference had none. Interval: Wilson's.",
        misleads="With few reference rows new extremes are expected: of n rows each side's record is broken by the "
        "next row with probability 1/(n + 1).",
        source="Elementary; Wilson (1927)",
    ),
)  # fmt: skip
