"""The published error-bias table: the numeric features of a period whose every row is in the sample."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.errors import DataError
from barograph.metrics.performance import error_groups
from barograph.metrics.values import Undefined
from barograph.profile.value import Profile


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
    found = error_groups.error_bias(period)
    if isinstance(found, Undefined):
        raise DataError(f"the error-bias table of {period.name!r} is undefined: {found.detail}.")
    return tuple(
        FeatureBias(feature=bias.feature, under=under, over=over, range_ratio=bias.apart.value)
        for bias in found
        for _, under, over in (bias.groups,)
        if isinstance(under, float) and isinstance(over, float)
    )
