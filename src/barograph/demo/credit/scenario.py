"""The knobs of the lending scenario."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal, get_args

from barograph.errors import DataError

FaultKind = Literal["none", "thousands", "nulls"]
Channel = Literal["branch", "web", "broker"]
Rate = Literal["fixed", "variable"]
#: Numeric features that a fault can hit.
FaultColumn = Literal["income", "amount", "debt_ratio", "utilisation", "employment_years"]
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "fault_kind": get_args(FaultKind),
    "fault_column": get_args(FaultColumn),
    "fault_channel": get_args(Channel),
    "concept_rate": get_args(Rate),
}
_SHARES: Final = ("threshold", "labelled_share", "refused_labelled_share", "fault_share")
#: Knobs that are 0 or more; the last four must be more.
_AMOUNTS: Final = (
    "seed", "days", "waiting_days", "fault_days", "drift_days", "label_delay_spread", "age_bias",
    "training_days", "holdout_days", "applications_a_day", "label_delay_days", "default_delay_ratio",
)  # fmt: skip
_POSITIVE: Final = _AMOUNTS[-5:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A stretch of time: `start` belongs to it, `end` no more; aware UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens, and when; days are counted from the first day in production, which is day 0.

    Attributes
    ----------
    seed : the same scenario gives the same rows; each column has its own stream of chance, so that turning one
        knob leaves alone what it does not name.
    start : first day in production; times are UTC.
    days : days in production.
    applications_a_day : mean over a week; more come early in a week than late.
    training_days, holdout_days, waiting_days : before day 0 stand, in this order, the days the model learns from,
        the days it is judged on, and days without rows in which the last of their labels come in.
    threshold : score from which the model predicts `default`, that is advises against the loan.
    label_delay_days : median time from application to outcome.
    label_delay_spread : standard deviation of the logarithm of that time; 0 for the same delay everywhere.
    default_delay_ratio : delay of a default over that of a repayment; below 1 the first labels look too bad.
    labelled_share : share of applications whose outcome is ever reported.
    refused_labelled_share : in production, the share of these among loans the model advises against; 0 is a bank
        that follows its model, and sees no outcome of what it refuses.
    age_bias : the bureau records, for applicants of 18 to 29, this many late payments a head that were not theirs.
    fault_kind : `thousands` divides a column by 1,000, `nulls` empties it, `none` leaves it.
    fault_column, fault_channel, fault_share : where: a column, in this share of one channel's applications.
    fault_day, fault_days : when it begins, and for how long it lasts.
    concept_day : from when on default depends on the features otherwise than in training.
    concept_strength : by how much: the log-odds of default rise by `strength · debt_ratio / mean debt_ratio` …
    concept_rate : … for loans with this kind of interest rate; 0 strength is no change.
    drift_day, drift_days : when a drift of the applicants begins, and over how many days it grows to full size.
    drift_strength : amounts asked for grow by this many standard deviations of their logarithm. Default depends on
        the features as before.

    Raises
    ------
    DataError
        For a knob out of its range.

    Examples
    --------
    >>> Scenario(fault_day=14).fault.start.isoformat()
    '2025-03-17T00:00:00+00:00'
    """

    seed: int = 8
    start: date = date(2025, 3, 3)
    days: int = 126
    applications_a_day: float = 400.0
    training_days: int = 84
    holdout_days: int = 56
    waiting_days: int = 84
    threshold: float = 0.15
    label_delay_days: float = 35.0
    label_delay_spread: float = 0.25
    default_delay_ratio: float = 1.0
    labelled_share: float = 0.9
    refused_labelled_share: float = 1.0
    age_bias: float = 0.5
    fault_kind: FaultKind = "thousands"
    fault_column: FaultColumn = "income"
    fault_channel: Channel = "web"
    fault_share: float = 1.0
    fault_day: int = 36
    fault_days: int = 5
    concept_day: int = 49
    concept_strength: float = 0.7
    concept_rate: Rate = "variable"
    drift_day: int = 0
    drift_days: int = 28
    drift_strength: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, float) and not math.isfinite(value):
                raise DataError(f"{field.name} is {value!r}; expected a finite number.")
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise DataError(f"{name} is {getattr(self, name)!r}; expected one of {', '.join(allowed)}.")
        for name in _SHARES:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise DataError(f"{name} is {getattr(self, name)!r}; expected a share between 0 and 1.")
        for name in _AMOUNTS:
            least = "more than 0" if name in _POSITIVE else "0 or more"
            if getattr(self, name) < 0 or (name in _POSITIVE and getattr(self, name) == 0):
                raise DataError(f"{name} is {getattr(self, name)!r}; expected {least}.")

    @property
    def training(self) -> Span:
        """The days the model learns from."""
        return self.between(-self.waiting_days - self.holdout_days - self.training_days, self.training_days)

    @property
    def holdout(self) -> Span:
        """The days after these, on which it is judged before it goes live."""
        return self.between(-self.waiting_days - self.holdout_days, self.holdout_days)

    @property
    def production(self) -> Span:
        """The days in production."""
        return self.between(0, self.days)

    @property
    def fault(self) -> Span:
        """The days of the data fault; may reach beyond production."""
        return self.between(self.fault_day, self.fault_days)

    @property
    def concept_from(self) -> datetime:
        """When the concept changes; may lie beyond production."""
        return self.at(self.concept_day)

    def at(self, day: int) -> datetime:
        """Midnight, UTC, at which a day begins."""
        return datetime(self.start.year, self.start.month, self.start.day, tzinfo=UTC) + timedelta(days=day)

    def between(self, first_day: int, days: int) -> Span:
        """So many days from a day on."""
        return Span(start=self.at(first_day), end=self.at(first_day + days))
