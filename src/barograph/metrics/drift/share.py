"""How many of a model's inputs drifted."""

from __future__ import annotations

import numpy as np

from barograph.metrics.drift.columns import drift_of_columns, input_columns
from barograph.metrics.intervals import wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import Profile

_SEED = 20_110_101


def share(reference: Profile, current: Profile) -> Result:
    """Share of input columns whose drift is detected, the false discovery rate kept over all columns."""
    drift, _ = drift_of_columns(reference, current, rng=np.random.default_rng(_SEED))
    inputs = input_columns(drift, reference)
    if not inputs:
        return Undefined(reason="too_few_rows", detail="no input column could be compared")
    found = sum(drift[name].verdict.detected for name in inputs)
    return Value(value=found / len(inputs), n=len(inputs), interval=wilson(found, len(inputs)))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.share",
        title="Share of inputs that drifted",
        scope="comparison",
        applies_to=("numeric", "categorical", "datetime", "text"),
        compute=share,
        unit="share of columns",
        range=(0.0, 1.0),
        definition="Columns of role feature, raw_input or segment whose change is significant after "
        "Benjamini–Hochberg (q ≤ .03 over all compared columns) and at least the smallest that matters, over all of "
        "them; every column counts alike. Nulls are a value. n is the number of columns.",
        misleads="Many copies of one moved column count many times; one important column counts little.",
        source="design: calibrated effects; Benjamini & Hochberg (1995)",
    ),
)
