"""What the model is given of an application: the truth, but for the bureau's errors and the data fault."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.demo.credit.applicants import PROTECTED, Applicants, stream
from barograph.demo.credit.scenario import Scenario

ID: Final = "application_id"
TIMESTAMP: Final = "applied_at"
#: What the model is given.
NUMERIC: Final = (
    "income", "amount", "term_months", "debt_ratio", "utilisation", "employment_years", "late_payments",
)  # fmt: skip
CATEGORICAL: Final = ("product", "channel", "rate", "region")
#: What it is not given, but judged by.
AGE_GROUP: Final = "age_group"
_WHOLE: Final = ("term_months", "late_payments")


def received(applicants: Applicants, scenario: Scenario) -> tuple[pl.DataFrame, NDArray[np.bool_]]:
    """The rows as they reach the model, and which of them the data fault has hit."""
    n = len(applicants.time)
    numbers = dict(applicants.numbers)
    foreign = stream(scenario, "age bias").poisson(scenario.age_bias, n)
    numbers["late_payments"] = numbers["late_payments"] + np.where(
        applicants.is_(AGE_GROUP, PROTECTED), foreign, 0
    )
    hit = hit_by_fault(applicants, scenario)
    if scenario.fault_kind == "thousands":
        column = numbers[scenario.fault_column]
        numbers[scenario.fault_column] = np.where(hit, column / 1_000.0, column)
    frame = pl.DataFrame(
        {ID: _ids(n), TIMESTAMP: times(applicants.time)}
        | {c: pl.Series(numbers[c], dtype=pl.Int64 if c in _WHOLE else pl.Float64) for c in NUMERIC}
        | {c: applicants.texts(c) for c in (*CATEGORICAL, AGE_GROUP)}
    )
    if scenario.fault_kind == "nulls":
        emptied = pl.when(pl.Series(hit)).then(None).otherwise(pl.col(scenario.fault_column))
        frame = frame.with_columns(emptied.alias(scenario.fault_column))
    return frame, hit


def hit_by_fault(applicants: Applicants, scenario: Scenario) -> NDArray[np.bool_]:
    """Rows whose values the data fault has changed."""
    if scenario.fault_kind == "none":
        return np.zeros(len(applicants.time), np.bool_)
    span = scenario.fault
    chosen = stream(scenario, "fault").random(len(applicants.time)) < scenario.fault_share
    return (
        applicants.within(span.start, span.end) & applicants.is_("channel", scenario.fault_channel) & chosen
    )


def times(microseconds: NDArray[np.int64]) -> pl.Series:
    """Microseconds since 1970 as aware UTC times."""
    return pl.Series(microseconds).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")


def _ids(n: int) -> pl.Series:
    """Names of the applications, in order of time."""
    numbers = pl.select(pl.int_range(1, n + 1, dtype=pl.Int64).cast(pl.String).str.zfill(8)).to_series()
    return pl.select(pl.lit("L") + numbers).to_series()
