"""What each of a profile's own segments adds to a metric that is no mean: its rows' losses, and the metric in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.losses import RowLoss
from barograph.explain.mix_within import SegmentMeans
from barograph.explain.parts import Side
from barograph.metrics.address import Address, parse_address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Result
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.segments import Partition, segment_of_rows
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentLosses:
    """One side of a division.

    Attributes
    ----------
    means : of the row loss, which add up to the metric; their variance is told by sampled rows.
    figures : the metric in each segment.
    """

    means: SegmentMeans
    figures: tuple[Result, ...]


def segment_losses(
    profile: Profile, by: tuple[str, ...], names: Sequence[str], loss: RowLoss, side: Side
) -> SegmentLosses | None:
    """The row losses of each segment; None where sampled rows cannot be divided so.

    Parameters
    ----------
    by : the division's expressions; names : of its segments.
    side : `profile`'s sampled rows with their losses.
    """
    views = [_view(profile, name) for name in names]
    rows = np.array([0.0 if view is None else view.judged for view in views])
    place = _places(side, by, names)
    if place is None or not rows.any():
        return None
    means, spread, sampled = _of_sample(side, place, len(names))
    if loss.mean_of is not None:
        known = [0.0 if view is None or not view.judged else loss.mean_of(view) for view in views]
        means, resting = np.array(known), rows
    else:
        means, resting = _adding_up(means, sampled, rows, side), sampled
    address = parse_address(loss.metric)
    return SegmentLosses(
        means=SegmentMeans(
            weight=rows, rows=rows, effective_rows=resting, mean=means,
            variance=np.divide(spread, resting, out=np.full(len(rows), np.nan), where=sampled >= 2.0),
        ),
        figures=tuple(evaluate(_within(address, name), profile) for name in names),
    )  # fmt: skip


def _view(profile: Profile, name: str) -> OutcomeView | None:
    if name not in profile.segments:
        return None
    view = outcome_view(replace(profile, columns={}, custom=None).total(name))
    return view if isinstance(view, OutcomeView) else None


def _within(address: Address, name: str) -> Address:
    return Address(address.metric, (*address.arguments, ("segment", name)))


def _places(side: Side, by: tuple[str, ...], names: Sequence[str]) -> Ints | None:
    """The segment of each sampled row; −1 where it is none of those named."""
    try:
        found, codes = segment_of_rows(side.sampled.frame, Partition(name=",".join(by), expressions=by))
    except DataError:
        # The sample keeps texts as their length, times as numbers.
        return None
    position = {name: i for i, name in enumerate(names)}
    place = np.array([position.get(name, -1) for name in found])[codes]
    return place if (place >= 0).any() else None


def _of_sample(side: Side, place: Ints, segments: int) -> tuple[Floats, Floats, Floats]:
    """Mean and variance of the sampled rows' loss in each segment, and how many rows they stand for."""
    held = place >= 0
    count, loss, place = side.count[held], side.loss[held], place[held]
    rows = np.bincount(place, count, segments).astype(np.float64)
    means = np.bincount(place, count * loss, segments) / np.maximum(rows, 1.0)
    squares = np.bincount(place, count * (loss - means[place]) ** 2, segments)
    return means, squares / np.maximum(rows - 1.0, 1.0), rows


def _adding_up(means: Floats, sampled: Floats, rows: Floats, side: Side) -> Floats:
    """Means whose sum over all rows is the side's: the sample's segments are not as large as all rows' are."""
    told = np.where(sampled > 0.0, means, side.mean)
    return told + (side.mean - float(rows @ told) / float(rows.sum()))
