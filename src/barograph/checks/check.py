"""One check: a condition, and what follows where it is not kept."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from barograph.checks.condition import Condition
from barograph.checks.parse import parse_condition
from barograph.errors import CheckError, check_known

Severity = Literal["info", "warning", "critical", "emergency"]
Status = Literal["pass", "fail", "unknown"]

#: From the mildest up.
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
STATUSES: Final[tuple[Status, ...]] = get_args(Status)
#: The level of the intervals that metrics come with.
SHOWN_LEVEL: Final = 0.95
_HIGHEST_LEVEL: Final = 1.0 - 1e-12


@dataclass(frozen=True, slots=True)
class Check:
    """A condition on a metric.

    Attributes
    ----------
    condition : such as ``performance.mae <= 1.1 * reference``; see docs/reference/checks.md.
    name : for people; shown beside the condition.
    severity : of a failure. One of `info` is told and does not fail the run.
    unknown : what a figure that is undefined counts as; `unknown` fails the run as well.
    confident : fail only where the figure lies beyond the limit by more than chance; True for the 95 % of
        the intervals shown, or another level such as 0.999.
    reason : why the check is there.

    Raises
    ------
    CheckError
        Where the condition cannot be read or a setting is none of the allowed ones.

    Examples
    --------
    >>> Check("drift.share <= 0.2", severity="warning").condition
    'drift.share <= 0.2'
    """

    condition: str
    name: str = ""
    severity: Severity = "critical"
    unknown: Status = "unknown"
    confident: bool | float = False
    reason: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.condition, str):
            raise CheckError(
                f"a check is a text such as 'drift.share <= 0.2', not {type(self.condition).__name__}."
            )
        object.__setattr__(self, "condition", parse_condition(self.condition).text)
        said = (("severity", self.severity, SEVERITIES), ("unknown", self.unknown, STATUSES))
        check_known(f"check {self.condition!r}", said, CheckError)
        if not isinstance(self.confident, bool) and not _is_level(self.confident):
            raise CheckError(
                f"check {self.condition!r}: confident is {self.confident!r}; expected true, false, or a level "
                "between 0.5 and 1 such as 0.999 (in files also 99.9%)."
            )

    @property
    def parsed(self) -> Condition:
        """The condition as a tree."""
        return parse_condition(self.condition)

    @property
    def level(self) -> float | None:
        """Level of the interval that decides; None where the figure itself does."""
        if isinstance(self.confident, bool):
            return SHOWN_LEVEL if self.confident else None
        return self.confident


def _is_level(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0.5 <= value <= _HIGHEST_LEVEL
