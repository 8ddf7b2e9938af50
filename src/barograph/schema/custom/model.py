"""A metric of the user's own: its formula and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Better = Literal["higher", "lower", "zero"]
BETTER: tuple[str, ...] = get_args(Better)


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """Sum of a row expression; `column` reads as an expression too."""

    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Sum of one row expression over the sum of another; each may be the name of a metric that is a sum."""

    above: str
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CostMatrix:
    """What each answer of a classifier costs: (label, prediction, cost); a pair that is not named costs 0."""

    costs: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCost:
    """What a regression's errors cost: `over` a unit predicted too much, `under` a unit predicted too little."""

    over: float
    under: float


Formula = Total | Ratio | CostMatrix | ErrorCost


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomMetric:
    """A metric of the user's own, called ``custom.name``.

    Attributes
    ----------
    name : small letters, digits and underscores.
    unit : of the value, such as EUR; empty for a pure number.
    better : which way is better; None where neither is.
    per_row : the mean per row rather than the total; never of a ratio.
    description : what it is, for reports.
    """

    name: str
    formula: Formula
    unit: str = ""
    better: Better | None = None
    per_row: bool = False
    description: str = ""

    @property
    def address(self) -> str:
        """What checks, JSON and pages call it."""
        return f"custom.{self.name}"
