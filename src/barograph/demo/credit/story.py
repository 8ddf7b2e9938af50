"""What the story has to say, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from barograph.demo.credit.periods import Period
from barograph.demo.credit.scenario import Scenario
from barograph.metrics.intervals import Verdict
from barograph.metrics.values import Result, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """What the model says of some loans, and what became of them.

    Attributes
    ----------
    said : mean score.
    defaulted : share of labelled loans that defaulted.
    """

    said: Value
    defaulted: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The model before it goes live.

    Attributes
    ----------
    learned, rows : applications in training and hold-out.
    in_sample, roc_auc : ROC AUC on either.
    truth : mean probability of default on the hold-out.
    """

    learned: int
    rows: int
    in_sample: Value
    roc_auc: Value
    calibration: Calibration
    truth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A period beside the hold-out, as known at a time.

    Attributes
    ----------
    rows, labelled : applications, and those whose outcome is known.
    detected, compared : columns that changed, the largest effect first, and how many were compared.
    roc_auc : undefined without labels; roc_auc_verdict : what the product calls its change, None where undefined.
    """

    period: Period
    rows: int
    labelled: int
    detected: tuple[str, ...]
    compared: int
    roc_auc: Result
    roc_auc_verdict: Verdict | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The data fault in the channel it hits, and what came of its loans.

    Attributes
    ----------
    hit : rows it changed on its first day; hit_in_all : while it lasted.
    before, during : median of the column in the channel, in the hold-out and on the first day.
    nulls : share of nulls of the column in the channel, on the first day.
    refused_before, refused : share of the channel's loans that the model advises against, likewise.
    judged, repaid : of the channel's loans it advised against while the fault lasted, those whose outcome is known
        at the end, and of these those that were repaid.
    """

    hit: int
    hit_in_all: int
    before: Result
    during: Result
    nulls: Value
    refused_before: Value
    refused: Value
    judged: int
    repaid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the labels of two weeks say of some loans: their log-loss beside the hold-out's, and their calibration."""

    day: date
    labels: int
    loss: Value
    verdict: Verdict
    calibration: Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """The change of concept.

    Attributes
    ----------
    day : when it happens.
    segment : where; `other` is where it does not.
    truth_before, truth_after : mean probability of default there, in the hold-out and in the weeks after it.
    looks : by segment, in order of time; `all` is all loans.
    calibration, roc_auc, roc_auc_verdict : of the segment in the weeks after it, as known at the end.
    """

    day: date
    segment: str
    other: str
    truth_before: float
    truth_after: float
    looks: Mapping[str, tuple[Look, ...]]
    calibration: Calibration
    roc_auc: Value
    roc_auc_verdict: Verdict

    def first_seen(self, segment: str) -> Look | None:
        """The first look after the change at which the model is worse; None where it never is."""
        return next((x for x in self.looks[segment] if x.day > self.day and x.verdict == "worse"), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One age group in the quiet weeks, as known at the end.

    Attributes
    ----------
    refused : share the model advises against.
    refused_repaid : the same, of those who repaid: its false positive rate.
    late_payments : mean as recorded, which is what the model is given.
    truth : mean probability of default.
    deserved : share whose probability of default is at least the threshold.
    """

    name: str
    rows: int
    refused: Value
    refused_repaid: Value
    late_payments: Value
    calibration: Calibration
    truth: float
    deserved: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All figures of the story."""

    scenario: Scenario
    opening: Opening
    stages: Mapping[str, Stage]
    fault: Fault
    rise: Rise
    groups: tuple[Group, ...]

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        held: dict[str, Any] = _plain(self)
        return held


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, tuple):
        return [_plain(held) for held in value]
    return value.isoformat() if isinstance(value, (date, datetime)) else value
