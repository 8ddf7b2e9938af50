"""What an explanation rests on: both sides' sums by cell, and their sampled rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from barograph.errors import DataError, GridMismatch
from barograph.explain.cells import ByCell, cell_losses, cell_rows, holding
from barograph.explain.losses import RowLoss, row_loss
from barograph.explain.parts import Side
from barograph.explain.sampled import SampledRows, sampled_rows
from barograph.explain.territory import UNKNOWN, Coding, codings_of
from barograph.locale.said import listed, say, word
from barograph.metrics.values import Undefined
from barograph.metrics.views import OutcomeView, outcome_view
from barograph.profile.count import features_of
from barograph.profile.grid import CROSS_CELLS
from barograph.profile.value import Profile
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Found = TypeVar("Found", RowLoss, SampledRows)

#: Sampled rows on either side below which nothing is split.
FEWEST_ROWS: Final = 30
#: Distinct ones below which no spread is told.
_FEWEST_DISTINCT: Final = 2
#: Fourth powers of what rows lose are added up: beyond this they have no number.
_LARGEST: Final = 1e70
#: Rows with the variance of all groups that each group is given beside its own.
_DRAWN: Final = 5.0
_WHO: Final = (say("the reference has"), say("the current rows have"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One side's judged rows by cell of each feature's cross table, each of shape (36,).

    Attributes
    ----------
    rows : their number; `mean` and `variance` of their loss; of empty cells 0.
    """

    rows: Mapping[str, Floats]
    mean: Mapping[str, Floats]
    variance: Mapping[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Both sides of a change, the reference first.

    Attributes
    ----------
    profiles : all windows in one cell.
    exact : whether `cells` are of all judged rows; else of the sampled ones.
    """

    profiles: tuple[Profile, Profile]
    loss: RowLoss
    sides: tuple[Side, Side]
    cells: tuple[Cells, Cells]
    codings: Mapping[str, Coding]
    exact: bool


def evidence_of(reference: Profile, current: Profile, metric: str) -> Evidence:
    """Gather what is known of a metric's change.

    Raises
    ------
    DataError, GridMismatch
        Where the metric, the rows or the profiles cannot be explained; each says what to do.
    """
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            say(
                "the profiles are on different grids ({reference}, {current}), so their bins do not match. Profile the "
                "current rows with like=reference.",
                reference=reference.grid.hash[:12],
                current=current.grid.hash[:12],
            )
        )
    sides = reference.total(), current.total()
    loss = _known(row_loss(metric, *sides), metric)
    sampled = [
        _enough(
            _known(sampled_rows(side), metric), side, say("{name} has", name=side.name) if side.name else who
        )
        for side, who in zip(sides, _WHO, strict=True)
    ]
    features = features_of(reference.schema, reference.grid)
    if not features:
        raise DataError(
            say(
                "{metric} cannot be explained: the schema names no feature, and a change is explained along features.",
                metric=metric,
            )
        )
    views = [view for view in (outcome_view(side) for side in sides) if isinstance(view, OutcomeView)]
    tables = [
        holding(cell_losses(view, features, loss), view, mean)
        for view, mean in zip(views, loss.means, strict=True)
    ]
    built = [
        _side(view, rows, loss, None if table is None else table[0], mean)
        for view, rows, table, mean in zip(views, sampled, tables, loss.means, strict=True)
    ]
    for side, profile in zip(built, sides, strict=True):
        _require_reach(side, profile.schema)
    codings = codings_of(reference.grid, (built[0].cells, built[1].cells))
    cells = [_cells(side, codings, table) for side, table in zip(built, tables, strict=True)]
    return Evidence(
        profiles=(sides[0], sides[1]), loss=loss, sides=(built[0], built[1]), cells=(cells[0], cells[1]),
        codings=codings, exact=all(table is not None for table in tables),
    )  # fmt: skip


def _known(found: Found | Undefined, metric: str) -> Found:
    if isinstance(found, Undefined):
        raise DataError(say("{metric} cannot be explained: {why}.", metric=metric, why=found.detail))
    return found


def _enough(rows: SampledRows, side: Profile, who: str) -> SampledRows:
    view, kept = outcome_view(side), int(rows.count.sum())
    judged = view.judged if isinstance(view, OutcomeView) else kept
    if judged < FEWEST_ROWS:
        raise DataError(
            say(
                "{who} {n} judged rows; an explanation needs {fewest} or more on either side. Take a longer period, or "
                "wait for labels.",
                who=who,
                n=f"{judged:,.0f}",
                fewest=FEWEST_ROWS,
            )
        )
    if kept < FEWEST_ROWS:
        sampled = 0 if side.sample is None else int(side.sample.counts.sum())
        raise DataError(
            say(
                "{who} {n} judged rows, but {kept} of them in the sample of {sampled} rows; an explanation needs "
                "{fewest}: profile the judged rows alone.",
                who=who,
                n=f"{judged:,.0f}",
                kept=f"{kept:,}",
                sampled=f"{sampled:,}",
                fewest=FEWEST_ROWS,
            )
        )
    if rows.height < _FEWEST_DISTINCT:
        raise DataError(
            say(
                "{who} {n} judged rows, but {distinct} distinct; an explanation needs {fewest} or more that differ on "
                "either side. Check that rows were not repeated, or take a longer period.",
                who=who,
                n=f"{judged:,.0f}",
                distinct=rows.height,
                fewest=_FEWEST_DISTINCT,
            )
        )
    return rows


def _require_reach(side: Side, schema: Schema) -> None:
    """Raise where a row's loss, label or answer is too large to be squared twice."""
    outcome = side.sampled.outcome
    told: list[tuple[str, Floats]] = [("loss", side.loss)]
    if outcome.task == "regression":
        told += [
            (w, np.asarray(x, np.float64))
            for w, x in (("label", outcome.label), ("prediction", outcome.prediction))
        ]
    for what, values in told:
        largest = float(np.abs(values).max(initial=0.0))
        if not largest <= _LARGEST:
            role = "label" if what == "loss" else what
            names = [repr(column.name) for column in schema.columns if column.role == role]
            raise DataError(
                say(
                    "a row's {what} is {value}; an explanation squares it twice and needs it below {most}. Give "
                    "{columns} and what is compared with it in a larger unit, or leave such rows out.",
                    what=word(what),
                    value=f"{largest:.3g}",
                    most=f"{_LARGEST:g}",
                    columns=listed(names) if names else say("labels"),
                )
            )


def _side(
    view: OutcomeView, rows: SampledRows, loss: RowLoss, losses: Mapping[str, Floats] | None, mean: float
) -> Side:
    names = list(rows.cells)
    if view.sums.cross is not None:
        by_cell = cell_rows(view, names)
    else:
        scale = view.judged / float(rows.count.sum())
        by_cell = {
            n: np.bincount(rows.cells[n], scale * rows.count, CROSS_CELLS).astype(float) for n in names
        }
    return Side(
        sampled=rows,
        loss=loss.of_rows(rows.outcome),
        rows=view.judged,
        mean=mean,
        cells=by_cell,
        losses=losses,
    )


def _cells(side: Side, codings: Mapping[str, Coding], table: tuple[ByCell, ByCell | None] | None) -> Cells:
    """Rows and moments of the loss by cell; from the sample where sums do not hold them."""
    rows: dict[str, Floats] = {}
    mean: dict[str, Floats] = {}
    variance: dict[str, Floats] = {}
    heavy = side.kurtosis
    for name, cell in side.sampled.cells.items():
        counted = np.bincount(cell, side.count, CROSS_CELLS).astype(np.float64)
        sums = np.bincount(cell, side.count * side.loss, CROSS_CELLS)
        rows[name] = counted if table is None else side.cells[name]
        total = sums if table is None else table[0][name]
        mean[name] = np.divide(total, rows[name], out=np.zeros(CROSS_CELLS), where=rows[name] > 0)
        if table is not None and table[1] is not None:
            square = np.divide(table[1][name], rows[name], out=np.zeros(CROSS_CELLS), where=rows[name] > 0)
            variance[name] = np.maximum(square - mean[name] ** 2, 0.0)
        else:
            variance[name] = _sampled_variance(side, codings[name], cell)
        # Rows with heavy tails tell little of their own variance: as few as their kurtosis say nothing alone.
        pooled = float(rows[name] @ variance[name]) / max(float(rows[name].sum()), 1.0)
        variance[name] = (rows[name] * variance[name] + heavy * pooled) / (rows[name] + heavy)
    return Cells(rows=rows, mean=mean, variance=variance)


def _sampled_variance(side: Side, coding: Coding, cell: NDArray[np.int64]) -> Floats:
    """Variance of the loss inside each cell's group, drawn towards that inside all groups where rows are few."""
    group = np.where(coding.group[cell] == UNKNOWN, coding.groups, coding.group[cell])
    size = coding.groups + 1
    n = np.bincount(group, side.count, size)
    safe = np.maximum(n, 1.0)
    centre = np.bincount(group, side.count * side.loss, size) / safe
    away = side.count * (side.loss - centre[group]) ** 2
    pooled = float(away.sum()) / max(float(n.sum()) - np.count_nonzero(n), 1.0)
    found = (np.bincount(group, away, size) + _DRAWN * pooled) / (safe - 1.0 + _DRAWN)
    return found[np.where(coding.group == UNKNOWN, coding.groups, coding.group)]
