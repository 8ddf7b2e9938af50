"""What actions are worked out from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.actions.answers import Predict, answered, logged_threshold, with_scores
from barograph.explain.actions.measured_rows import Measured, measured
from barograph.explain.losses import RowLoss
from barograph.explain.sampled import SampledRows, column_of
from barograph.locale.said import say
from barograph.metrics.values import Undefined, Value
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.measures import OutcomeRows, outcome_rows
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
#: Features and labels of training rows to a model. Labels are numbers of a regression; for a binary task with a score 1
#: for the positive class and 0 for others; else class names.
Fit = Callable[[pl.DataFrame, NDArray[Any]], Predict]


class Repairable(Protocol):
    """A data fault whose rows can be found, and maybe repaired."""

    @property
    def name(self) -> str:
        """A short noun phrase, such as *income divided by 1,000*."""

    def hits(self, frame: pl.DataFrame, count: Floats | None = None) -> NDArray[np.bool_]:
        """Which rows it has hit; `count` rows are equal to each."""

    def repaired(self, frame: pl.DataFrame) -> pl.DataFrame | None:
        """The rows with their values repaired; None where the repair is not known."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """A change that is shown or not, the rows that show it, and what may be tried.

    Attributes
    ----------
    loss : the metric's row loss between both profiles.
    rows : judged rows of the reference and the current profile; of their samples, or all of them as `rows_of_frame`
        gives them.
    change : current less reference, with its interval.
    faults : with the part of the change that each took, in the metric's unit.
    versions : other versions' answers to the current rows, profiled by name.
    earlier : labelled rows between reference and current, to retrain on before the current rows are scored. Without
        them the current rows are cut in time.
    predict : the model.
    fit : how the model is made; without it a gradient-boosted one.
    rng : draws folds.
    """

    reference: Profile
    current: Profile
    loss: RowLoss
    rows: tuple[SampledRows, SampledRows]
    change: Value
    faults: Sequence[tuple[Repairable, Value]] = ()
    versions: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))
    earlier: Sequence[SampledRows] = ()
    predict: Predict | None = None
    fit: Fit | None = None
    rng: np.random.Generator

    @cached_property
    def views(self) -> tuple[OutcomeView, OutcomeView]:
        """The judged rows of either side, as sums."""
        found = [outcome_view(side.total()) for side in (self.reference, self.current)]
        first, second = (view for view in found if isinstance(view, OutcomeView))
        return first, second

    @cached_property
    def metric(self) -> Measured:
        """The metric, for rows to be asked for it."""
        found = measured(self.loss.metric, self.views[1])
        if found is None:
            raise ValueError(f"{self.loss.metric} has a row loss, so rows can be asked for it")
        return found

    @property
    def times(self) -> Floats | None:
        """Time of each current row, where rows have one and every row has it; only their order is meant."""
        return times_of(self.rows[1], self.current)


def threshold_of(context: Context) -> float | None:
    """The score from which rows are answered with the positive class; the reference's where current rows show none."""
    found = logged_threshold(context.rows[1].outcome, context.current.schema)
    return logged_threshold(context.rows[0].outcome, context.reference.schema) if found is None else found


def rescored(context: Context, rows: OutcomeRows, score: Floats) -> OutcomeRows | Undefined:
    """Rows of a binary task with another score, answered by it; undefined where that needs an unknown threshold."""
    threshold = threshold_of(context)
    if threshold is None and context.metric.of_decisions:
        return Undefined(
            reason="no_predictions", detail=say("the logged answers follow no threshold on the score")
        )
    return with_scores(rows, score, threshold)


def said_by(context: Context, rows: OutcomeRows, said: NDArray[Any]) -> OutcomeRows | Undefined:
    """Rows with the answers of a model."""
    found = answered(rows, said)
    if isinstance(found, Undefined) or found.prediction is not rows.prediction:
        return found
    # A score alone came back.
    return rescored(context, rows, np.asarray(said, np.float64))


def times_of(rows: SampledRows, profile: Profile) -> Floats | None:
    """Microseconds of each row's time; None where a row has none."""
    column = profile.schema.one("timestamp")
    if column is None or column.name not in rows.frame.columns:
        return None
    series = column_of(rows.frame, column.name)
    if not series.dtype.is_float():
        series = series.dt.timestamp("us").cast(pl.Float64)
    times = series.fill_null(np.nan).to_numpy()
    return times if np.isfinite(times).all() else None


def rows_of_frame(frame: pl.DataFrame, profile: Profile) -> SampledRows | Undefined:
    """The judged rows of a frame, typed as the profile's schema says, where a sample is not enough.

    Parameters
    ----------
    frame : typed rows, as `barograph.frames.typed` gives them.
    profile : gives schema and classes.
    """
    outcome = profile.grid.outcome
    found = None
    if outcome is not None:
        found = outcome_rows(frame, profile.schema, (outcome.classes, outcome.centre))
    if found is None or not found.judged.any():
        return Undefined(reason="no_labels", detail=say("no row has both a label and a prediction or score"))
    held = frame.filter(pl.Series(found.judged))
    return SampledRows(frame=held, cells={}, count=np.ones(held.height), outcome=found)
