"""What models are used for, and what that means for their monitors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from barograph.errors import MonitorError, check_known
from barograph.locale.said import say
from barograph.metrics.registry import metric

_DAY: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCase:
    """What a model is used for.

    Attributes
    ----------
    window : length of the windows its answers are judged in: rows enough, and soon enough to act.
    label_age_seconds : how long its labels take.
    headline : metrics it is judged by, the first one the reference can answer is taken.
    beside : metrics that say what the headline hides, each with the reason.
    """

    name: str
    window: str
    label_age_seconds: int
    headline: tuple[str, ...]
    beside: Mapping[str, str]


def _case(name: str, window: str, label_days: int, headline: tuple[str, ...], **beside: str) -> UseCase:
    named = {f"performance.{figure}": reason for figure, reason in beside.items()}
    return UseCase(
        name=name, window=window, label_age_seconds=label_days * _DAY, headline=headline,
        beside=MappingProxyType(named),
    )  # fmt: skip


USE_CASES: Final[Mapping[str, UseCase]] = MappingProxyType(
    {
        case.name: case
        for case in (
            _case(
                "fraud", "1d", 30, ("performance.pr_auc", "performance.roc_auc", "performance.f1"),
                recall=say("frauds that are not found cost most"),
                prediction_rate=say("how much is stopped is felt at once, labels or not"),
            ),
            _case(
                "churn", "1w", 30, ("performance.roc_auc", "performance.log_loss", "performance.f1"),
                calibration_error=say("who is called is chosen by probabilities"),
            ),
            _case(
                "credit", "1w", 90, ("performance.roc_auc", "performance.brier", "performance.mae"),
                calibration_error=say("prices and limits are made from probabilities"),
                prediction_rate=say("the share accepted is a promise to the business"),
            ),
            _case(
                "forecast", "1d", 1, ("performance.mae", "performance.rmse"),
                me=say("stocks follow the sum of errors, not their size"),
            ),
            _case(
                "ranking", "1d", 1, ("performance.ndcg(k=10)", "performance.map", "performance.roc_auc"),
                mrr=say("people look at what comes first"),
            ),
        )
    }
)  # fmt: skip

#: Scores that are all too high, or of rows that went elsewhere, keep their order.
_PROBABILITIES: Final = say("probabilities can become wrong while their order, which ROC AUC is of, stays")
#: Where no use is named: by task.
_BY_TASK: Final[Mapping[str, tuple[str, ...]]] = {
    "regression": ("performance.mae",),
    "forecast": ("performance.mae",),
    "binary": ("performance.roc_auc", "performance.f1", "performance.accuracy"),
    "multiclass": ("performance.accuracy", "performance.log_loss"),
    "multilabel": ("performance.f1", "performance.hamming_loss"),
    "ranking": ("performance.ndcg(k=10)", "performance.map"),
}


def fitting_use_cases(task: str | None) -> tuple[str, ...]:
    """Uses that a model of a task can have: one of their headline metrics is of it; all where there is no task.

    Examples
    --------
    >>> fitting_use_cases("regression")
    ('credit', 'forecast')
    """
    return tuple(name for name, case in USE_CASES.items() if task is None or _fits(case, task))


def use_case_of(name: str | None, task: str | None) -> UseCase:
    """The use that is named; of none, what the task is judged by, a day at a time, labels within a day.

    Raises
    ------
    MonitorError
        With the nearest name, where there is none; with those that fit, where it judges by nothing the task has.

    Examples
    --------
    >>> use_case_of("fraud", "binary").label_age_seconds, use_case_of(None, "regression").headline
    (2592000, ('performance.mae',))
    """
    if name is None:
        beside = {"log_loss": _PROBABILITIES} if task == "binary" else {}
        return _case("", "1d", 1, _BY_TASK.get(task or "", ()), **beside)
    check_known("suggest monitors", [("use case", name, tuple(USE_CASES))], MonitorError)
    case = USE_CASES[name]
    if task is not None and not _fits(case, task):
        fitting = ", ".join(fitting_use_cases(task))
        raise MonitorError(
            f"suggest monitors: use case {name!r} judges by {', '.join(case.headline)}, and none of these is a metric "
            f"of the task {task}. Use cases that fit: {fitting or 'none'}; without one, the task says what is judged."
        )
    return case


def _fits(case: UseCase, task: str) -> bool:
    return any(task in metric(address.partition("(")[0]).applies_to for address in case.headline)
