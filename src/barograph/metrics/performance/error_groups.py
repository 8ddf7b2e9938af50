"""The worst errors of a regression, and what tells them apart: the classic error-bias table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.frames.names import values_of
from barograph.locale.said import say, word
from barograph.metrics.intervals import difference_interval, mean_interval, wilson
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import outcome_view
from barograph.profile.grid import NumericGrid
from barograph.profile.value import Profile
from barograph.schema.model import Column

Floats = NDArray[np.float64]
Masks = tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]

#: Share of the rows in each end of the errors, as published.
_END: Final = 0.05
_FEWEST_ROWS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorGroups:
    """Sampled rows with a label and a prediction, parted by their error.

    Attributes
    ----------
    rows : their values, equal rows repeated.
    label, prediction, error : shape (rows,); the error is prediction − label.
    members : masks of the majority, of the 5 % under-estimated most, of the 5 % over-estimated most.
    judged : all rows with a label and a prediction, sampled or not.
    """

    rows: pl.DataFrame
    label: Floats
    prediction: Floats
    error: Floats
    members: Masks
    judged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureBias:
    """One line of the error-bias table.

    Attributes
    ----------
    groups : mean of the feature over the majority, the under- and the over-estimated rows, or its most frequent
        category; None without values.
    apart : how far the two ends lie apart, in [0, 1]: |mean over − mean under| over the feature's range; of
        categories the largest difference of a share. Published in percent, as Range(%). n: rows of both ends.
    """

    feature: str
    groups: tuple[float | str | None, float | str | None, float | str | None]
    apart: Value


def error_groups(profile: Profile) -> ErrorGroups | Undefined:
    """Part the sampled rows of a regression into the majority and the two ends of the errors.

    Parameters
    ----------
    profile : with its sample; of fewer than 2,000 different rows it holds them all.

    Returns
    -------
    Rows at or below the 5 % quantile of the error are under-estimated, at or above the 95 % quantile
    over-estimated, the others the majority.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> error_groups(profile_of([1.0, 2.0, 3.0])).reason
    'no_labels'
    """
    view = outcome_view(profile.total())
    if isinstance(view, Undefined):
        return view
    label, prediction = profile.schema.one("label"), profile.schema.one("prediction")
    if view.task != "regression" or label is None or prediction is None:
        return Undefined(
            reason="not_applicable",
            detail=say("a {task} task has no over- and under-estimation", task=word(view.task)),
        )
    if profile.sample is None:
        return Undefined(
            reason="no_sample", detail=say("the profile was made without its sample of rows; use sample=True")
        )
    frame = profile.sample.rows
    if not {label.name, prediction.name} <= set(frame.columns):
        return Undefined(reason="no_labels", detail=say("no sampled row has both a label and a prediction"))
    frame = frame[np.repeat(np.arange(frame.height), profile.sample.counts.to_numpy())]
    y, p = (frame.get_column(c.name).cast(pl.Float64).to_numpy() for c in (label, prediction))
    held = np.isfinite(y) & np.isfinite(p)
    if held.sum() < _FEWEST_ROWS:
        detail = say(
            "the ends of 5 % need {fewest_rows} sampled rows with a label; there are {n}",
            fewest_rows=_FEWEST_ROWS,
            n=held.sum(),
        )
        return Undefined(reason="too_few_rows", detail=detail)
    y, p = y[held], p[held]
    with np.errstate(over="ignore"):
        error: Floats = p - y
    low, high = _ends(error)
    under, over = error <= low, error >= high
    return ErrorGroups(
        rows=frame.filter(held), label=y, prediction=p, error=error, members=(~under & ~over, under, over),
        judged=view.judged,
    )  # fmt: skip


def _ends(error: Floats) -> tuple[float, float]:
    """The quantiles that part both ends of the errors from the majority."""
    with np.errstate(over="ignore", invalid="ignore"):
        low, high = np.quantile(error, (_END, 1.0 - _END))
    # There is no middle between errors that overflow; the neighbours themselves part the rows alike.
    if not np.isfinite(low):
        low = np.quantile(error, _END, method="lower")
    if not np.isfinite(high):
        high = np.quantile(error, 1.0 - _END, method="higher")
    return float(low), float(high)


def error_bias(profile: Profile) -> tuple[FeatureBias, ...] | Undefined:
    """The error-bias table: each feature over majority and ends, the widest apart first.

    Parameters
    ----------
    profile : of a regression, with its sample.

    Notes
    -----
    Intervals (95 %) are MOVER's of Student's for means and Wilson's for shares; rows are taken as independent,
    and of categories the one that differs most is chosen as if it had been named before. Cost: O(sampled
    rows · features). Source: Evidently's error bias table; Zou & Donner, Stat. Med. 27 (2008) 1693.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> error_bias(profile_of([1.0, 2.0, 3.0])).detail
    'the schema names no task and label column'
    """
    groups = error_groups(profile)
    if isinstance(groups, Undefined):
        return groups
    found = [feature_bias(groups, c, profile) for c in bias_features(profile)]
    return tuple(sorted((f for f in found if f is not None), key=lambda f: -f.apart.value))


def bias_features(profile: Profile) -> tuple[Column, ...]:
    """Features with values that can be averaged or counted: not times."""
    return tuple(
        c
        for c in profile.schema.columns
        if c.role in ("feature", "raw_input") and c.name in profile.grid.columns and c.kind != "datetime"
    )


def feature_bias(groups: ErrorGroups, feature: Column, profile: Profile) -> FeatureBias | None:
    """One line of the table; None where an end of the errors has no value of the feature, or too large ones."""
    if feature.name not in groups.rows.columns:
        return None
    values = values_of(groups.rows, feature.name)
    if isinstance(profile.grid.columns[feature.name], NumericGrid):
        return _of_numbers(feature.name, values.cast(pl.Float64).to_numpy(), groups.members)
    return _of_categories(feature.name, values.cast(pl.String), groups.members)


def _of_numbers(feature: str, values: Floats, members: Masks) -> FeatureBias | None:
    finite = np.isfinite(values)
    parts = [values[m & finite] for m in members]
    majority, under, over = (_mean(part) for part in parts)
    with np.errstate(over="ignore"):
        width = float(np.ptp(values[finite])) if finite.any() else 0.0
    if under is None or over is None or not np.isfinite(width):
        return None
    nothing = Value(value=0.0, n=under.n + over.n)
    apart = _distance(under, over, unit=width) if width > 0.0 else nothing
    return FeatureBias(
        feature=feature,
        groups=(None if majority is None else majority.value, under.value, over.value),
        apart=apart,
    )


def _mean(values: Floats) -> Value | None:
    if not len(values):
        return None
    with np.errstate(over="ignore", invalid="ignore"):
        mean, n = float(values.mean()), len(values)
        # Squares are taken about the mean, so that values far from zero do not lose their spread.
        squares = float(((values - mean) ** 2).sum())
    if not np.isfinite(mean):
        return None
    spread = mean_interval(0.0, squares, n) if np.isfinite(squares) else None
    return Value(value=mean, n=n, interval=None if spread is None else (mean + spread[0], mean + spread[1]))


def _of_categories(feature: str, values: pl.Series, members: Masks) -> FeatureBias | None:
    held = values.is_not_null().to_numpy()
    parts = [values.filter(m & held) for m in members]
    if not len(parts[1]) or not len(parts[2]):
        return None
    shares = [dict(part.value_counts(sort=True).iter_rows()) for part in parts]
    names = sorted({*shares[1], *shares[2]})
    ends = [
        [
            Value(value=s.get(name, 0) / len(part), n=len(part), interval=wilson(s.get(name, 0), len(part)))
            for s, part in zip(shares[1:], parts[1:], strict=True)
        ]
        for name in names
    ]
    widest = max(ends, key=lambda pair: abs(pair[1].value - pair[0].value))
    most = [min(s, key=lambda name: (-s[name], name)) if s else None for s in shares]
    return FeatureBias(
        feature=feature, groups=(most[0], most[1], most[2]), apart=_distance(*widest, unit=1.0)
    )


def _distance(under: Value, over: Value, *, unit: float) -> Value:
    """|over − under| in units of `unit`, with the interval of the difference folded at zero."""
    value = abs(over.value - under.value) / unit
    ends = difference_interval(under, over)
    if ends is None:
        return Value(value=value, n=under.n + over.n)
    low, high = sorted(abs(end) / unit for end in ends)
    if ends[0] <= 0.0 <= ends[1]:
        low = 0.0
    return Value(value=value, n=under.n + over.n, interval=(min(low, value), max(min(high, 1.0), value)))
