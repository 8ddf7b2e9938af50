"""What tells the worst errors apart: each feature's mean where the model says far too little and far too much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.demo.forest import PREDICTION
from barograph.demo.rides import LABEL
from barograph.errors import DataError
from barograph.profile.value import Profile

#: Share of the hours in each end of the errors, as published.
_END: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureBias:
    """One line of the published error-bias table.

    Attributes
    ----------
    under, over : mean of the feature over the hours under- and over-estimated most.
    range_ratio : |over − under| over the feature's range, in [0, 1]; published in percent, as Range(%).
    """

    feature: str
    under: float
    over: float
    range_ratio: float


def error_bias(period: Profile) -> tuple[FeatureBias, ...]:
    """The error-bias table of a period: its numeric features, the widest apart first.

    Parameters
    ----------
    period : its sample must hold every row, which is so up to 2,000 different ones.

    Raises
    ------
    DataError
        Where the sample was left out or does not hold every row.
    """
    sample = period.sample
    if sample is None or sample.counts.sum() != period.rows:
        held = 0 if sample is None else int(sample.counts.sum())
        raise DataError(
            f"the sample of {period.name!r} holds {held} of {period.rows} rows; the error-bias table needs them all. "
            "Profile fewer rows, with their sample."
        )
    times, rows = sample.counts.to_numpy(), sample.rows

    def values(column: str) -> NDArray[np.float64]:
        return np.repeat(rows[column].to_numpy(), times)

    under, over = ends(values(PREDICTION) - values(LABEL))
    features = [c.name for c in period.schema.with_role("feature") if c.kind == "numeric"]
    found = [_bias_of(name, values(name), under, over) for name in features]
    return tuple(sorted(found, key=lambda bias: -bias.range_ratio))


def ends(error: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of the 5 % of rows under-estimated most and the 5 % over-estimated most.

    Parameters
    ----------
    error : prediction − label.

    Examples
    --------
    >>> under, over = ends(np.array([-9.0, *range(18), 30.0]))
    >>> under.nonzero()[0].tolist(), over.nonzero()[0].tolist()
    ([0], [19])
    """
    low, high = np.quantile(error, (_END, 1.0 - _END))
    return error <= low, error >= high


def _bias_of(
    feature: str, values: NDArray[np.float64], under: NDArray[np.bool_], over: NDArray[np.bool_]
) -> FeatureBias:
    low, high, width = values[under].mean(), values[over].mean(), np.ptp(values)
    return FeatureBias(
        feature=feature,
        under=float(low),
        over=float(high),
        range_ratio=float(abs(high - low) / width) if width > 0.0 else 0.0,
    )
