"""Figures of a row's labels as a whole: subset accuracy, Hamming loss, Jaccard."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.performance.bounded import bounded_interval
from barograph.metrics.performance.figures import figure, means
from barograph.metrics.performance.rates import rate
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import OutcomeView


def subset_accuracy(view: OutcomeView) -> Result:
    """Share of rows for which every class is answered right; 1 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.multilabel.arrays import labels_of
    >>> subset_accuracy(labels_of({"a": [1, 0], "b": [0, 1]}, {"a": [1, 0], "b": [0, 0]})).value
    0.5
    """
    found = means(view, "misclassified", over="answered")
    if isinstance(found, Undefined):
        return _unanswered(found)
    right = (1.0 - found["misclassified"]) * found.effective
    return rate(right, found.effective, found.n, nothing=say("no row is answered"))


def hamming_loss(view: OutcomeView) -> Result:
    """Mean share of a row's classes that are answered wrong; 0 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.multilabel.arrays import labels_of
    >>> hamming_loss(labels_of({"a": [1, 0], "b": [0, 1]}, {"a": [1, 0], "b": [0, 0]})).value
    0.25
    """
    return _mean(view, "wrong_share")


def jaccard(view: OutcomeView) -> Result:
    """Mean over rows of ``|labelled and predicted|/|labelled or predicted|`` classes; 1 is best.

    Examples
    --------
    >>> from barograph.metrics.performance.multilabel.arrays import labels_of
    >>> jaccard(labels_of({"a": [1, 0], "b": [1, 1]}, {"a": [1, 0], "b": [0, 1]})).value
    0.75
    """
    return _mean(view, "jaccard")


def _mean(view: OutcomeView, measure: str) -> Result:
    found = means(view, measure, over="answered")
    if isinstance(found, Undefined):
        return _unanswered(found)
    interval = bounded_interval(found[measure], found[f"{measure}_2"], found.effective)
    return figure(min(found[measure], 1.0), found.n, interval)


def _unanswered(found: Undefined) -> Undefined:
    if found.reason != "too_few_rows":
        return found
    return Undefined(reason="too_few_rows", detail=say("no row has label and prediction of every class"))


_ROWS = "over rows with label and prediction of every class"
_INTERVAL = "Interval: Wilson's, of as many rows as a rate would need to be as sure as this mean."

METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="performance.subset_accuracy", title="Subset accuracy", scope="outcome", applies_to=("multilabel",),
        compute=subset_accuracy, direction="higher_is_better", range=(0.0, 1.0),
        definition=f"Rows for which every class is answered right, {_ROWS}. Interval: Wilson's.",
        misleads="Falls with the number of classes: one wrong answer of twenty makes a row wrong.",
        source="sklearn.metrics.accuracy_score of label indicators",
    ),
    MetricSpec(
        name="performance.hamming_loss", title="Hamming loss", scope="outcome", applies_to=("multilabel",),
        compute=hamming_loss, direction="lower_is_better", range=(0.0, 1.0),
        definition=f"Wrong answers over answers, {_ROWS}. {_INTERVAL}",
        misleads="With rare classes, always answering no looks good.",
        source="sklearn.metrics.hamming_loss",
    ),
    MetricSpec(
        name="performance.jaccard", title="Jaccard similarity", scope="outcome", applies_to=("multilabel",),
        compute=jaccard, direction="higher_is_better", range=(0.0, 1.0),
        definition="Mean of (classes labelled and predicted yes)/(classes labelled or predicted yes), "
        f"{_ROWS}; 1 for a row without either. {_INTERVAL}",
        misleads="Rows with few classes weigh as much as rows with many; rows without any are easily right.",
        source="sklearn.metrics.jaccard_score(average='samples', zero_division=1)",
    ),
)  # fmt: skip
