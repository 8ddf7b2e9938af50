"""The outcome of a ranking: every query is measured as a whole, then counts as one row does elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.frames.names import values_of
from barograph.profile.algebra import Ints, Sparse
from barograph.profile.columns import ColumnSums
from barograph.profile.division import Division, Runs
from barograph.profile.fixed import fixed_sums
from barograph.profile.grid import OutcomeGrid
from barograph.profile.hashing import Words, hash_texts, salt_of
from barograph.profile.outcome import rows_per_cell, weights_per_cell
from barograph.profile.outcome_sums import LabelSums, OutcomeSums
from barograph.profile.query_measures import Lists, query_measures, query_steps
from barograph.profile.value import Cell, Profile
from barograph.profile.values import Floats
from barograph.schema.model import Schema

T = TypeVar("T", bound=np.generic)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedRows:
    """A block's rows with the query each belongs to.

    Attributes
    ----------
    query : position of each row's query in `words`; -1 for a row of no query.
    words : hash of each query's id.
    label : relevance, NaN where there is no finite one.
    standing : larger is nearer to the top, NaN where a row has neither rank nor score.
    label_mask : rows that have a label.
    """

    query: Ints
    words: Words
    label: Floats
    standing: Floats
    label_mask: NDArray[np.bool_]


def ranked_rows(frame: pl.DataFrame, schema: Schema) -> RankedRows | None:
    """Read query, label, and rank or score of a block; None where the rows lack a column of these.

    Raises
    ------
    DataError
        For a relevance below 0.
    """
    group, label, order = schema.one("group"), schema.one("label"), schema.one("rank")
    order = order or schema.one("score")
    if group is None or label is None or order is None:
        return None
    if not {group.name, label.name, order.name} <= set(frame.columns):
        return None
    relevance = values_of(frame, label.name).cast(pl.Float64).fill_null(np.nan).to_numpy()
    if (relevance < 0.0).any():
        raise DataError(
            f"label {label.name!r} holds {relevance[relevance < 0.0][0]:g}; the label of a ranking is a relevance, "
            "0 or more. Map it, for example to 0 and 1."
        )
    value = values_of(frame, order.name).cast(pl.Float64).fill_null(np.nan).to_numpy()
    query, words = _queries(values_of(frame, group.name))
    return RankedRows(
        query=query,
        words=words,
        label=np.where(np.isfinite(relevance), relevance, np.nan),
        standing=-value if order.role == "rank" else value + 0.0,
        label_mask=~np.isnan(relevance),
    )


def _queries(ids: pl.Series) -> tuple[Ints, Words]:
    """The query of each row, and the hash of each query; only the first row of a run is hashed."""
    ids = ids.cast(pl.String).alias("values")
    run = ids.rle_id().to_numpy().astype(np.int64)
    first = np.flatnonzero(np.concatenate(([len(run) > 0], run[1:] != run[:-1])))
    heads = ids.gather(first)
    words, query = np.unique(hash_texts(heads, salt_of("query")), return_inverse=True)
    missing = heads.is_null().to_numpy()
    if missing.any():
        held = np.unique(query[~missing])
        place = np.full(len(words), -1, np.int64)
        place[held] = np.arange(len(held))
        words, query = words[held], np.where(missing, -1, place[query])
    return query.astype(np.int64)[run], words


def split_share(profile: Profile) -> float:
    """Share of a ranking's query ids that were counted as more than one query; 0 for other tasks.

    Exact up to 1,023 queries; beyond, that of the 1,024 with the smallest hashes, a uniform sample of them.
    """
    held = profile.queries
    return 0.0 if held is None or not len(held.counts) else float((held.counts > 1).mean())


def without_split_queries(profile: Profile) -> Profile:
    """The profile of one call; a ranking whose queries were cut is refused.

    Raises
    ------
    DataError
        Since the figures would depend on the size of batches.
    """
    share = split_share(profile)
    if share > 0.0:
        group = profile.schema.with_role("group")[0].name
        raise DataError(
            f"column {group!r}: about {100 * share:.2g} % of the queries come again after the rows of other queries; "
            "the rows of a query are measured together, so expected them one after the other. Sort the rows by "
            f"{group!r}, or give every request an id of its own."
        )
    return profile


def sum_queries(
    rows: RankedRows,
    grid: OutcomeGrid,
    division: Division,
    *,
    names: Sequence[Cell],
    label: ColumnSums | None,
) -> OutcomeSums:
    """Add up the judged queries per cell.

    Parameters
    ----------
    division : cells and weights of the block's rows. Rows of one query in one segment are measured together,
        in the earliest of their windows.
    names : segment and window of each cell.
    label : the label column's sums under the same division.

    Notes
    -----
    Cost: one sort of the block's rows. A query weighs as much as the heaviest of its rows.
    """
    lists = _lists(rows, division, names)
    measures = query_measures(lists)
    judged = lists.judged
    measures, cell = measures[:, judged], lists.cell[judged]
    weight = None if lists.weight is None else lists.weight[judged]
    summed = measures if weight is None else measures * weight
    runs = None if division.cell is None else Runs.of(cell, division.cells)
    order = None if runs is None else runs.order
    labelled = None if division.cell is None else division.cell[rows.label_mask]
    steps = query_steps()
    return OutcomeSums(
        labelled=rows_per_cell(labelled, int(rows.label_mask.sum()), division.cells),
        judged=rows_per_cell(None if runs is None else cell, len(cell), division.cells),
        measures=fixed_sums(
            lambda part: tuple(summed[:, part] if order is None else summed.take(order[part], axis=1)),
            np.array([grid.steps[name] for name in steps]),
            (len(cell), runs, division.cells),
            fine=np.array([not name.endswith("_2") for name in steps]),
        ),
        weights=weights_per_cell(weight, cell, division.cells),
        residual=None,
        residual_tails=Sparse.empty(3, 2),
        confusion=Sparse.empty(3, 1),
        scores=Sparse.empty(4, 2),
        cross=None,
        label=None if label is None else LabelSums.of(label),
    )


def _lists(rows: RankedRows, division: Division, names: Sequence[Cell]) -> Lists:
    held = np.flatnonzero(rows.query >= 0)
    segments = len({c.segment for c in names})
    cell = np.zeros(len(held), np.int64) if division.cell is None else division.cell[held]
    if names and names[0].window is None:
        # Rows without a time come after all windows, so that a query's earliest time is one it has.
        cell = np.where(cell < segments, cell + len(names), cell)
    group = rows.query[held] * segments + cell % segments
    gain, standing = rows.label[held], rows.standing[held]
    labelled, answered = ~np.isnan(gain), ~np.isnan(standing)
    gain, standing = np.where(labelled, gain, 0.0), np.where(answered, standing, -np.inf)
    order = np.lexsort((gain > 0.0, -standing, group))
    group = group[order]
    first = np.flatnonzero(np.concatenate(([len(group) > 0], group[1:] != group[:-1])))
    weight = None if division.weight is None else division.weight[held][order]
    return Lists(
        gain=gain[order],
        standing=standing[order],
        first=first,
        cell=_over(np.minimum, cell[order], first) % max(len(names), 1),
        weight=None if weight is None else _over(np.maximum, weight, first),
        judged=_over(np.logical_or, labelled[order], first) & _over(np.logical_or, answered[order], first),
    )


def _over(operation: np.ufunc, values: NDArray[T], first: Ints) -> NDArray[T]:
    """The operation over each list."""
    return operation.reduceat(values, first) if len(first) else values
