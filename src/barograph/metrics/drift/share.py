"""How many of a model's inputs drifted."""

from __future__ import annotations

import numpy as np

from barograph.locale.said import say
from barograph.metrics.drift.detected import detected_in_windows
from barograph.metrics.drift.prepared import PreparedReference
from barograph.metrics.intervals import wilson
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import Profile


def share(reference: PreparedReference, current: Profile) -> Result:
    """Share of input columns whose drift is detected, the false discovery rate kept over all columns."""
    return shares(reference, current)[0]


def shares(reference: PreparedReference, current: Profile) -> list[Result]:
    """`share` of every cell."""
    found = detected_in_windows(reference, current)
    inputs = [found[name] for name in reference.inputs if name in found]
    if not inputs:
        return [_none()] * len(current.cells)
    together = np.stack(inputs)
    compared = np.count_nonzero(~np.isnan(together), axis=0).tolist()
    detected = np.nansum(together, axis=0).astype(np.int64).tolist()
    return [
        Value(value=k / n, n=n, interval=wilson(k, n)) if n else _none()
        for k, n in zip(detected, compared, strict=True)
    ]


def _none() -> Undefined:
    return Undefined(reason="too_few_rows", detail=say("no input column could be compared"))


METRICS: tuple[MetricSpec, ...] = (
    MetricSpec(
        name="drift.share",
        title="Share of inputs that drifted",
        scope="windows",
        applies_to=("numeric", "categorical", "datetime", "text"),
        compute=share,
        each=shares,
        unit="share of columns",
        range=(0.0, 1.0),
        definition="Columns of role feature, raw_input or segment whose change is significant after "
        "Benjamini–Hochberg (q ≤ .03 over all compared columns) and at least the smallest that matters, over all of "
        "them; every column counts alike. Nulls are a value. n is the number of columns.",
        misleads="Many copies of one moved column count many times; one important column counts little.",
        source="design: calibrated effects; Benjamini & Hochberg (1995)",
    ),
)
