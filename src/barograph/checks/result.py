"""The verdict on one metric, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from barograph.checks.check import Check, Status
from barograph.metrics.address import Address
from barograph.metrics.intervals import Interval
from barograph.metrics.values import Result, Undefined, Value

Note = Literal["", "improvement", "chance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The verdict on one metric.

    Attributes
    ----------
    check : what was asked; one with ``*`` has a result for each metric it stands for.
    address : the metric.
    status : `pass`, `fail` or `unknown`; for an undefined figure what the check's `unknown` says.
    current : the figure, or why there is none.
    reference : the reference's, where the condition mentions it.
    limits : lower and upper limit as numbers; None where there is none, or it is not known.
    note : why a figure beyond a limit passes: an `improvement` on the reference, or within `chance`.
    """

    check: Check
    address: Address
    status: Status
    current: Result
    reference: Result | None = None
    limits: tuple[float | None, float | None] = (None, None)
    note: Note = ""

    @property
    def value(self) -> float | None:
        """The figure; None where it is undefined."""
        return self.current.value if isinstance(self.current, Value) else None

    @property
    def n(self) -> int | None:
        """The rows the figure rests on."""
        return self.current.n if isinstance(self.current, Value) else None

    @property
    def interval(self) -> Interval | None:
        """Its 95 % interval."""
        return self.current.interval if isinstance(self.current, Value) else None

    @property
    def undefined(self) -> Undefined | None:
        """Why there is no verdict on figures; None where there is one."""
        for side in (self.current, self.reference):
            if isinstance(side, Undefined):
                return side
        return None

    @property
    def condition(self) -> str:
        """The condition written out for this metric."""
        return self.check.parsed.with_metric(self.address)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        from barograph.checks.sentence import sentence

        return sentence(self)
