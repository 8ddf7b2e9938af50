"""How right a model's answers are: one small file per family of figures, listed here."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from barograph.metrics.performance import (
    agreement,
    bias,
    bounded_loss,
    calibration_error,
    error_quantiles,
    errors,
    mase,
    percentage,
    pr_auc,
    precision_recall,
    probability_losses,
    quantile_loss,
    r2,
    rates,
    roc_auc,
    separation,
    squared,
)
from barograph.metrics.performance.multilabel import whole_rows
from barograph.metrics.performance.ranking import (
    hit_rate,
    mean_average_precision,
    mrr,
    ndcg,
    precision_recall_at_k,
)
from barograph.metrics.spec import MetricSpec
from barograph.schema.model import Task

#: Every performance metric, in the order in which a report shows them.
METRICS: tuple[MetricSpec, ...] = (
    *errors.METRICS,
    *squared.METRICS,
    *mase.METRICS,
    *percentage.METRICS,
    *r2.METRICS,
    *bias.METRICS,
    *quantile_loss.METRICS,
    *error_quantiles.METRICS,
    *bounded_loss.METRICS,
    *rates.METRICS,
    *precision_recall.METRICS,
    *agreement.METRICS,
    *roc_auc.METRICS,
    *pr_auc.METRICS,
    *probability_losses.METRICS,
    *calibration_error.METRICS,
    *separation.METRICS,
    *whole_rows.METRICS,
    *ndcg.METRICS,
    *mean_average_precision.METRICS,
    *mrr.METRICS,
    *hit_rate.METRICS,
    *precision_recall_at_k.METRICS,
)

#: Values of q and k that a report shows; an address may ask for others.
_SHOWN: Mapping[str, tuple[float | None, ...]] = {
    "performance.error_quantile": (0.05, 0.25, 0.5, 0.75, 0.95),
    "performance.quantile_loss": (0.5,),
    "performance.lift": (0.1,),
    "performance.ndcg": (10, None, 1, 3, 5),
    "performance.hit_rate": (10, None, 1, 3, 5),
    "performance.precision_at_k": (10, 1, 3, 5),
    "performance.recall_at_k": (10, 1, 3, 5),
}


def performance_metrics(task: Task, roles: Collection[str] = ()) -> tuple[MetricSpec, ...]:
    """The metrics a report shows of a task, without those that a regression can have only with a column of some role.

    Parameters
    ----------
    roles : of the schema's columns.

    Examples
    --------
    >>> [m.name for m in performance_metrics("regression")][:2]
    ['performance.me', 'performance.mae']
    """
    baseless = () if task != "regression" or "baseline" in roles else mase.METRICS
    without = (*bounded_loss.METRICS, *baseless)  # the error itself says more
    return tuple(spec for spec in METRICS if task in spec.applies_to and spec not in without)


def shown_parameters(
    spec: MetricSpec, task: Task, classes: tuple[str, ...] = ()
) -> tuple[Mapping[str, str | float], ...]:
    """The arguments with which a report computes a metric; an empty one stands for the defaults.

    Keys are the names of an address, so `class` is the argument `class_name` of the function.

    Examples
    --------
    >>> recall = next(m for m in METRICS if m.name == "performance.recall")
    >>> shown_parameters(recall, "multiclass", ("a", "b"))
    ({}, {'class': 'a'}, {'class': 'b'})
    """
    for name in ("q", "k"):
        if name in spec.parameters:
            return tuple({} if value is None else {name: value} for value in _SHOWN[spec.name])
    if task == "multiclass" and spec in probability_losses.METRICS:
        return ({},)
    if task in ("multiclass", "multilabel") and "class" in spec.parameters:
        micro: tuple[Mapping[str, str | float], ...] = (
            ({"average": "micro"},) if task == "multilabel" and "average" in spec.parameters else ()
        )
        return ({}, *micro, *({"class": c} for c in classes))
    return ({},)
