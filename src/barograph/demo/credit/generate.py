"""From a scenario to rows: predictions as a service logs them, labels as they arrive, and the truth behind both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.demo.credit.applicants import Applicants, draw_applicants, microseconds, stream
from barograph.demo.credit.model import train
from barograph.demo.credit.received import ID, TIMESTAMP, received, times
from barograph.demo.credit.scenario import Scenario, Span

SCORE: Final = "score"
PREDICTION: Final = "predicted"
LABEL: Final = "outcome"
LABEL_TIMESTAMP: Final = "label_timestamp"
DEFAULT: Final = "default"
REPAID: Final = "repaid"
_DAY_MICROSECONDS: Final = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """The generated rows; all three frames share `application_id`.

    Attributes
    ----------
    predictions : one row an application, in order of time: what the model was given, the age group, its score, and
        what it predicts.
    labels : `application_id`, `outcome`, `label_timestamp`, in order of arrival; applications whose outcome is never
        reported are not in it.
    truth : one row an application: `default_probability`, `defaulted`, `late_payments` as they were,
        `faulty` (hit by the data fault), `concept_changed`.
    """

    scenario: Scenario
    predictions: pl.DataFrame
    labels: pl.DataFrame
    truth: pl.DataFrame

    def known_at(self, at: datetime, span: Span) -> pl.DataFrame:
        """The applications of a span with the labels known at a time; see `known_at`."""
        return known_at(applied_in(self.predictions, span), self.labels, at)


def generate_credit(scenario: Scenario | None = None) -> Credit:
    """Generate a lending scenario.

    Parameters
    ----------
    scenario : default: the one the story tells.

    Returns
    -------
    Credit
        The same for the same scenario.

    Raises
    ------
    MissingExtra
        Without scikit-learn, which trains the model.

    Notes
    -----
    Cost: about 2 s and 1 GB for 1,000,000 applications.

    Examples
    --------
    >>> credit = generate_credit(Scenario(days=7, training_days=14, holdout_days=7))
    >>> credit.predictions.columns[:3], credit.labels.columns
    (['application_id', 'applied_at', 'income'], ['application_id', 'outcome', 'label_timestamp'])
    """
    scenario = Scenario() if scenario is None else scenario
    applicants = draw_applicants(scenario)
    rows, hit = received(applicants, scenario)
    n = rows.height
    defaulted = stream(scenario, "default").random(n) < applicants.default_probability
    arrival = _arrival(applicants, scenario, defaulted)
    luck = stream(scenario, "labelled").random(n)
    span = scenario.training
    learned = applicants.within(span.start, span.end) & (luck < scenario.labelled_share)
    learned &= arrival < microseconds(scenario.at(0))
    score = train(rows.filter(pl.Series(learned)), defaulted[learned])(rows)
    refused = score >= scenario.threshold
    in_production = applicants.time >= microseconds(scenario.at(0))
    share = np.where(refused & in_production, scenario.refused_labelled_share, 1.0) * scenario.labelled_share
    predictions = rows.with_columns(
        pl.Series(SCORE, score),
        _outcome(refused).alias(PREDICTION),
    )
    return Credit(
        scenario=scenario,
        predictions=predictions,
        labels=_labels(rows[ID], defaulted, np.where(luck < share, arrival, -1)),
        truth=pl.DataFrame(
            {
                ID: rows[ID],
                "default_probability": applicants.default_probability,
                "defaulted": defaulted,
                "late_payments": applicants.numbers["late_payments"].astype(np.int64),
                "faulty": hit,
                "concept_changed": applicants.concept_changed,
            }
        ),
    )


def known_at(predictions: pl.DataFrame, labels: pl.DataFrame, at: datetime) -> pl.DataFrame:
    """Predictions made before a time, with the labels known at it.

    Parameters
    ----------
    predictions, labels : of `Credit`, or parts of them.
    at : aware time; labels that arrive later are null.

    Returns
    -------
    The predictions in their order, with `outcome` and `label_timestamp`.

    Examples
    --------
    >>> credit = generate_credit(Scenario(days=28, training_days=28, holdout_days=7))
    >>> live = applied_in(credit.predictions, credit.scenario.production)
    >>> known_at(live, credit.labels, credit.scenario.at(7))["outcome"].count()
    0
    """
    made = predictions.filter(pl.col(TIMESTAMP) < at)
    arrived = labels.filter(pl.col(LABEL_TIMESTAMP) <= at)
    return made.join(arrived, on=ID, how="left", maintain_order="left")


def applied_in(predictions: pl.DataFrame, span: Span) -> pl.DataFrame:
    """The applications of a span of time."""
    return predictions.filter(pl.col(TIMESTAMP).is_between(span.start, span.end, closed="left"))


def _arrival(applicants: Applicants, scenario: Scenario, defaulted: NDArray[np.bool_]) -> NDArray[np.int64]:
    """When each outcome would be reported, in microseconds."""
    chance = stream(scenario, "label delay").standard_normal(len(defaulted))
    days = scenario.label_delay_days * np.exp(scenario.label_delay_spread * chance)
    days *= np.where(defaulted, scenario.default_delay_ratio, 1.0)
    return applicants.time + (days * _DAY_MICROSECONDS).astype(np.int64)


def _labels(ids: pl.Series, defaulted: NDArray[np.bool_], arrival: NDArray[np.int64]) -> pl.DataFrame:
    """The labels that arrive, in order; −1 never does."""
    order = np.argsort(arrival, kind="stable")
    order = order[arrival[order] >= 0]
    return pl.DataFrame(
        {ID: ids.gather(order), LABEL: _outcome(defaulted[order]), LABEL_TIMESTAMP: times(arrival[order])}
    )


def _outcome(default: NDArray[np.bool_]) -> pl.Series:
    return pl.Series([REPAID, DEFAULT]).gather(default.astype(np.int64))
