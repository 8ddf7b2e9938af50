"""Who applies, for what, and with which probability of default: the truth, before anything goes wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.demo.credit.scenario import Scenario

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Values of each categorical column, and their shares.
SHARES: Final[Mapping[str, Mapping[str, float]]] = {
    "region": {"north": 0.25, "south": 0.3, "east": 0.25, "west": 0.2},
    "channel": {"branch": 0.38, "web": 0.4, "broker": 0.22},
    "product": {"car": 0.4, "home": 0.25, "consumer": 0.35},
    "rate": {"fixed": 0.65, "variable": 0.35},
    "age_group": {"18-29": 0.22, "30-44": 0.33, "45-59": 0.28, "60+": 0.17},
}
#: Applicants of this group carry late payments that are not theirs, where the scenario says so.
PROTECTED: Final = "18-29"
#: Mean of a beta(2, 5).
MEAN_DEBT_RATIO: Final = 2.0 / 7.0
#: Standard deviation of the logarithm of the amounts asked for one product.
_AMOUNT_SD: Final = 0.5
_TERMS: Final = np.array([12, 24, 36, 48, 60, 72])
_TERM_SHARES: Final = np.array([0.08, 0.17, 0.25, 0.22, 0.18, 0.1])
_TYPICAL_INCOME: Final = 34_000.0
_TYPICAL_AMOUNT: Final = 12_000.0
#: Applications by day of the week, from Monday; their mean is 1.
_WEEK: Final = np.array([1.25, 1.2, 1.15, 1.1, 1.05, 0.7, 0.55])
_INCOME_OF_AGE: Final = {"18-29": 0.85, "30-44": 1.0, "45-59": 1.1, "60+": 0.9}
_INCOME_OF_REGION: Final = {"north": 1.0, "south": 1.1, "east": 0.88, "west": 1.02}
_JOB_YEARS_OF_AGE: Final = {"18-29": 2.0, "30-44": 6.0, "45-59": 11.0, "60+": 15.0}
_AMOUNT_OF_PRODUCT: Final = {"car": 14_000.0, "home": 22_000.0, "consumer": 6_000.0}
_DAY_MICROSECONDS: Final = 86_400_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicants:
    """Applications in order of time, with true values.

    Attributes
    ----------
    time : microseconds since 1970, UTC.
    codes : per categorical column the position in `SHARES`.
    numbers : per numeric column its values.
    default_probability : given these, and the time.
    concept_changed : whether that probability is other than it would have been in training.
    """

    time: Ints
    codes: Mapping[str, Ints]
    numbers: Mapping[str, Floats]
    default_probability: Floats
    concept_changed: NDArray[np.bool_]

    def is_(self, column: str, value: str) -> NDArray[np.bool_]:
        """Rows with a value in a categorical column."""
        held: NDArray[np.bool_] = self.codes[column] == list(SHARES[column]).index(value)
        return held

    def within(self, start: datetime, end: datetime) -> NDArray[np.bool_]:
        """Rows of a stretch of time, its end excluded."""
        return (self.time >= microseconds(start)) & (self.time < microseconds(end))

    def texts(self, column: str) -> pl.Series:
        """A categorical column as text."""
        return pl.Series(list(SHARES[column])).gather(self.codes[column]).alias(column)


def stream(scenario: Scenario, name: str) -> np.random.Generator:
    """The source of chance of one column: changed knobs elsewhere do not shift it."""
    return np.random.default_rng([scenario.seed, *name.encode()])


def microseconds(time: datetime) -> int:
    """An aware time as microseconds since 1970, UTC."""
    whole = time - _EPOCH
    return (whole.days * 86_400 + whole.seconds) * 1_000_000 + whole.microseconds


def draw_applicants(scenario: Scenario) -> Applicants:
    """Draw all applications of a scenario.

    Notes
    -----
    Cost: about 0.5 µs a row.
    """
    time = _times(scenario)
    codes = {name: _codes(scenario, name, len(time)) for name in SHARES}
    numbers = _numbers(scenario, codes, time)
    odds = log_odds(numbers, codes)
    changed = (time >= microseconds(scenario.concept_from)) & (
        codes["rate"] == list(SHARES["rate"]).index(scenario.concept_rate)
    )
    changed &= scenario.concept_strength != 0.0
    odds += np.where(changed, scenario.concept_strength * numbers["debt_ratio"] / MEAN_DEBT_RATIO, 0.0)
    return Applicants(
        time=time,
        codes=codes,
        numbers=numbers,
        default_probability=1.0 / (1.0 + np.exp(-odds)),
        concept_changed=changed,
    )


def log_odds(numbers: Mapping[str, Floats], codes: Mapping[str, Ints]) -> Floats:
    """Log-odds of default before any change of concept.

    Notes
    -----
    Linear in what a logistic regression is given, so that one trained on true values is calibrated. Age and region do
    not enter.
    """
    product = np.array([0.0, -0.25, 0.2])[codes["product"]]
    channel = np.array([0.0, 0.05, 0.25])[codes["channel"]]
    rate = np.array([0.0, 0.1])[codes["rate"]]
    held: Floats = (
        -3.25
        - 0.8 * np.log(numbers["income"] / _TYPICAL_INCOME)
        + 0.4 * np.log(numbers["amount"] / _TYPICAL_AMOUNT)
        + 0.012 * (numbers["term_months"] - 42.0)
        + 2.4 * (numbers["debt_ratio"] - MEAN_DEBT_RATIO)
        + 0.6 * numbers["late_payments"]
        + 1.6 * (numbers["utilisation"] - 0.4)
        - 0.03 * numbers["employment_years"]
        + product
        + channel
        + rate
    )
    return held


def _times(scenario: Scenario) -> Ints:
    """Times of application in order; days to come do not change those before them."""
    history = scenario.training_days + scenario.holdout_days
    days = np.arange(-history, scenario.days)
    days[:history] -= scenario.waiting_days
    means = scenario.applications_a_day * _WEEK[(scenario.start.weekday() + days) % 7]
    counts = stream(scenario, "applications").poisson(means)
    # The mean of three draws: few apply at night.
    fraction = stream(scenario, "time of day").random((int(counts.sum()), 3)).mean(axis=1)
    first = microseconds(scenario.at(0)) + np.repeat(days, counts) * _DAY_MICROSECONDS
    return np.sort(first + (fraction * _DAY_MICROSECONDS).astype(np.int64))


def _codes(scenario: Scenario, name: str, n: int) -> Ints:
    ends = np.cumsum(list(SHARES[name].values()))[:-1]
    return np.searchsorted(ends, stream(scenario, name).random(n), side="right").astype(np.int64)


def _by(values: Mapping[str, float], name: str, codes: Mapping[str, Ints]) -> Floats:
    return np.array([values[v] for v in SHARES[name]])[codes[name]]


def _numbers(scenario: Scenario, codes: Mapping[str, Ints], time: Ints) -> dict[str, Floats]:
    n = len(time)

    def rng(name: str) -> np.random.Generator:
        return stream(scenario, name)

    income = (
        _TYPICAL_INCOME * _by(_INCOME_OF_AGE, "age_group", codes) * _by(_INCOME_OF_REGION, "region", codes)
    )
    income *= np.exp(0.4 * rng("income").standard_normal(n))
    amount = _by(_AMOUNT_OF_PRODUCT, "product", codes) * np.sqrt(income / _TYPICAL_INCOME)
    grown = scenario.drift_strength * _ramp(scenario, time)
    amount *= np.exp(_AMOUNT_SD * (rng("amount").standard_normal(n) + grown))
    frailty = rng("frailty").gamma(0.8, 0.625, n)
    return {
        "income": np.maximum(np.rint(income / 100.0), 1.0) * 100.0,
        "amount": np.maximum(np.rint(amount / 100.0), 1.0) * 100.0,
        "term_months": rng("term_months").choice(_TERMS, n, p=_TERM_SHARES).astype(np.float64),
        "debt_ratio": np.round(rng("debt_ratio").beta(2.0, 5.0, n), 4),
        "utilisation": np.round(rng("utilisation").beta(1.6, 2.4, n), 4),
        "employment_years": np.round(
            rng("employment_years").exponential(_by(_JOB_YEARS_OF_AGE, "age_group", codes)), 1
        ),
        "late_payments": rng("late_payments").poisson(frailty).astype(np.float64),
    }


def _ramp(scenario: Scenario, time: Ints) -> Floats:
    """How much of the drift has come, from 0 to 1."""
    days: Floats = (time - microseconds(scenario.at(scenario.drift_day))) / _DAY_MICROSECONDS
    if not scenario.drift_days:
        return (days >= 0.0).astype(np.float64)
    come: Floats = np.minimum(np.maximum(days / scenario.drift_days, 0.0), 1.0)
    return come
