"""One prediction explained, put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.explain.actions.answers import Predict
from barograph.explain.one.distances import Coordinate, coordinates, distances
from barograph.explain.one.explained import Attribution, Cell, Likes, RowExplanation
from barograph.explain.one.fates import ROW_TASKS, Fates, fates_of, mean_loss
from barograph.explain.one.likes import likes_of
from barograph.explain.one.modelled import attributions_of
from barograph.explain.one.novelty import novelty_of, windows_of
from barograph.explain.one.pairs import new_pairs
from barograph.explain.one.place import cell_of, places_of
from barograph.explain.one.sentences import loss_sentence, verdict_of
from barograph.frames.names import values_of
from barograph.locale.said import say, together
from barograph.metrics.values import Result, Undefined
from barograph.profile.count import features_of
from barograph.profile.sample import sample_of
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Side = Literal["reference", "current"]

#: Sampled rows below which nothing is near or far.
FEWEST_ROWS: Final = 10
#: Between a logged answer and the model's own, of their size.
_SAME: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """One side's sampled rows; in `count` the row itself is taken away."""

    side: Side
    frame: pl.DataFrame
    count: Floats
    fates: Fates | None
    all_rows: Result


def explain_one(
    reference: Profile,
    row: pl.DataFrame,
    *,
    current: Profile | None = None,
    predict: Predict | None = None,
    model: Any | None = None,
) -> RowExplanation:
    """Explain one prediction; see `barograph.explain_row`.

    Parameters
    ----------
    row : typed, of height 1.
    """
    base, now = reference.total(), None if current is None else current.total()
    if now is not None:
        base.require_same_grid(now, "compared")
    own = _as_sampled(row, base)
    sides = [_rows_of(base, own, "reference")] + ([] if now is None else [_rows_of(now, own, "current")])
    first = sides[0]
    known = features_of(base.schema, base.grid)
    names = tuple(n for n in known if n in own.columns and n in first.frame.columns)
    if not names:
        raise DataError(f"the row has none of the reference's features: {', '.join(known[:12])}.")
    placed, *others = coordinates(base, (own, *(side.frame for side in sides)), names)
    places = places_of(base, now, row, names)
    alone = tuple(p.column for p in places if p.status == "seen" or (p.status == "missing" and p.rows))
    answers = _answers(row, base)
    loss, smaller, judged = _loss(own, base, first)
    novelty = novelty_of(others[0], placed, first.count, windows=_windows(base, first.frame, own))
    attributions = attributions_of(base, (row, own), (first.frame, first.count), predict, model)
    return RowExplanation(
        reference=reference.name or reference.origin,
        current=None if current is None else current.name or current.origin,
        answers=answers, measure="" if first.fates is None else first.fates.measure, loss=loss, smaller=smaller,
        verdict=together([verdict_of(answers, base.schema), *judged], " "), places=places,
        pairs=new_pairs(first.frame, first.count, (others[0], placed), alone),
        novelty=novelty,
        likes=tuple(
            _likes(side, placed, x, base, near=side is not first or not novelty.new)
            for side, x in zip(sides, others, strict=True)
        ),
        attributions=attributions,
        notes=_notes([n for n in known if n not in names], base, answers, attributions),
    )  # fmt: skip


def _as_sampled(row: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """The row as a sample would keep it."""
    kinds = {n: grid.kind for n, grid in profile.grid.columns.items() if n in row.columns}
    words = np.zeros(1, np.uint64)
    return sample_of(row, kinds, (words, words)).rows


def _rows_of(profile: Profile, own: pl.DataFrame, side: Side) -> _Rows:
    if profile.sample is None:
        raise DataError(
            f"the {side} profile keeps no sample, and a row is explained by the rows like it; profile with sample=True."
        )
    frame, count = profile.sample.rows, profile.sample.counts.to_numpy().astype(np.float64)
    itself = np.flatnonzero(_equal(frame, own))[:1]
    count[itself] -= 1.0
    if count.sum() < FEWEST_ROWS:
        raise DataError(
            f"the {side} profile has {count.sum():,.0f} sampled rows besides the row itself; {FEWEST_ROWS} or more are "
            "needed to say what is like it."
        )
    fates = fates_of(frame, profile)
    whole = Undefined(reason="no_labels", detail=_unjudged(profile))
    return _Rows(
        side=side, frame=frame, count=count, fates=fates, all_rows=whole if fates is None else mean_loss(profile, fates)
    )  # fmt: skip


def _unjudged(profile: Profile) -> str:
    task = profile.schema.task
    if task in (None, *ROW_TASKS):
        return say("none of its rows has both a label and an answer")
    return say("a single row of a {task} task has no loss", task=str(task))


def _equal(frame: pl.DataFrame, own: pl.DataFrame) -> NDArray[np.bool_]:
    """Sampled rows that hold every value of the row: it may be among them, and is not to be its own like."""
    equal = np.ones(frame.height, bool)
    for column in own:
        if column.name in frame.columns:
            same = values_of(frame, column.name).eq_missing(column.alias("").new_from_index(0, frame.height))
            equal &= same.to_numpy()
    return equal


def _windows(profile: Profile, frame: pl.DataFrame, own: pl.DataFrame) -> tuple[Ints, int | None] | None:
    """Windows of the sampled rows and of the row; None where the sample has fewer than two."""
    of_sample = windows_of(profile, frame)
    if of_sample is None or len(np.unique(of_sample)) < 2:
        return None
    of_row = windows_of(profile, own)
    return of_sample, None if of_row is None else int(of_row[0])


def _answers(row: pl.DataFrame, profile: Profile) -> dict[str, Cell]:
    columns = [c for role in ("prediction", "score", "label") for c in profile.schema.with_role(role)]
    return {c.name: cell_of(row.get_column(c.name)) for c in columns if c.name in row.columns}


def _loss(own: pl.DataFrame, profile: Profile, first: _Rows) -> tuple[float | None, float | None, list[str]]:
    """The row's loss, the share of the reference's sampled rows with less, and the sentence on both."""
    fate = fates_of(own, profile)
    if fate is None or first.fates is None or not np.isfinite(fate.loss[0]):
        return None, None, []
    loss, held = float(fate.loss[0]), np.isfinite(first.fates.loss)
    judged = float(first.count[held].sum())
    smaller = float(first.count[held] @ (first.fates.loss[held] < loss)) / judged if judged else None
    return loss, smaller, [loss_sentence(fate.measure, loss, smaller, first.all_rows)]


def _likes(
    side: _Rows,
    placed: Mapping[str, Coordinate],
    others: Mapping[str, Coordinate],
    profile: Profile,
    *,
    near: bool,
) -> Likes:
    roles = ("feature", "raw_input", "segment", "timestamp", "prediction", "score", "label")
    return likes_of(
        side.side, side.frame, side.count, distances(placed, others)[0], near=near,
        shown=tuple(c for c in profile.schema.columns if c.role in roles), fates=side.fates, all_rows=side.all_rows,
    )  # fmt: skip


def _notes(
    absent: Sequence[str], profile: Profile, answers: Mapping[str, Cell], attributions: Sequence[Attribution]
) -> tuple[str, ...]:
    notes: list[str] = []
    if absent:
        notes.append(
            say("Not given, and left out of every comparison: {columns}.", columns=together(absent, ", "))
        )
    if profile.grid.weighted:
        notes.append(say("Rows have weights; here every row counts alike."))
    logged = profile.schema.one("prediction")
    value = None if logged is None else answers.get(logged.name)
    for attribution in attributions:
        if attribution.of != "prediction" or not isinstance(value, float):
            continue
        if abs(attribution.answer - value) > _SAME * max(abs(value), abs(attribution.answer)):
            notes.append(
                say(
                    "The model given answers {answer}, and {logged} was logged: another model answered, or on other "
                    "values.",
                    answer=f"{attribution.answer:,.6g}",
                    logged=f"{value:,.6g}",
                )
            )
    return tuple(notes)
