"""One metric on both sides of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.metrics.intervals import Change
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One metric on both sides, and the difference where both are defined.

    Attributes
    ----------
    left_out : rows of each side that give no number; of metrics and rules that a schema declares.
    """

    address: str
    spec: MetricSpec
    reference: Result
    current: Result
    change: Change | None
    left_out: tuple[int, int] = (0, 0)
