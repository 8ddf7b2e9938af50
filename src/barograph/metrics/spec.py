"""A metric is one pure function and one declaration of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from barograph.metrics.values import Result

Scope = Literal["table", "column", "outcome", "drift", "comparison", "windows", "custom", "readings"]
Direction = Literal["higher_is_better", "lower_is_better", "zero_is_best", "neutral"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """What is said of a metric once, for its documentation, help, tests and messages.

    Attributes
    ----------
    name : ``family.metric``, the first part of its address.
    scope : what `compute` is given: `table` a Profile of one cell, `custom` one
        without its columns; `column` a ColumnView; `outcome`
        an OutcomeView; `drift` a ColumnView of the reference and one of the current rows; `comparison`
        both Profiles with their windows; `windows` a PreparedReference and a Profile of one cell; `readings` an
        Operations of one span. Then the parameters by name.
    applies_to : kinds of columns, or tasks, it is defined for.
    each : the same for all cells of a profile at once: of `windows` a list by cell, given a Profile of several; of
        `drift` given the reference's ColumnView and a ColumnCells. None, or where it gives None: cells are computed one
        by one.
    together : `each` of several columns at once: of `drift` given both sides of each, of `windows` the reference, the
        Profile and names of columns. None: column by column.
    parameters : arguments of the address beside `column` and `segment`, such as `class`.
    unit : of the value; empty for a pure number, `label` for the label's own unit.
    range : smallest and largest possible value; None where there is no limit.
    minimum_rows : fewer rows give `Undefined(too_few_rows)`.
    definition : formula, binning, empty-bin and null rule.
    misleads : when the figure should not be trusted.
    source : where the definition comes from.
    """

    name: str
    title: str
    scope: Scope
    applies_to: tuple[str, ...]
    compute: Callable[..., Result]
    definition: str
    misleads: str
    source: str
    direction: Direction = "neutral"
    unit: str = ""
    range: tuple[float | None, float | None] = (None, None)
    minimum_rows: int = 1
    parameters: tuple[str, ...] = ()
    each: Callable[..., list[Result] | None] | None = None
    together: Callable[..., list[list[Result]]] | None = None

    @property
    def family(self) -> str:
        """First part of the name."""
        return self.name.partition(".")[0]

    @property
    def needs_reference(self) -> bool:
        """Whether two profiles are compared."""
        return self.scope in ("drift", "comparison", "windows")
