"""What is kept of labelled rows: integers that can be added and taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from barograph.profile.algebra import Ints, Sparse, added, merge, negated, select, stacked
from barograph.profile.columns import ColumnSums
from barograph.profile.custom import Named
from barograph.profile.fixed import FixedSums

#: Scores are summed inside their bins in steps of 2⁻⁶ of the bin's width, itself at most 0.008.
SCORE_STEPS = float(1 << 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSums:
    """What is kept of labelled rows, per cell.

    Attributes
    ----------
    labelled : rows with a label, shape (cells,).
    judged : of these, rows with a prediction or a score.
    measures : sums of the row measures, in the order of the grid's steps.
    weights : Σw and Σw² of judged rows in their steps, shape (cells, 2); None where unweighted.
    residual : rows per code of the residual grid; None for classification.
    residual_tails : residuals beyond its range; as `ColumnSums.tails`.
    confusion : keys (cell, label class, predicted class), values (rows), and weight steps where rows have weights.
        Multi-label: keys (cell, class · 2 + label, answer), each 0 no, 1 yes, answer 2 none.
    scores : keys (cell, score column, is its class, bin), values (rows, Σ of the score's distance
        from the bin's lower edge in steps, rounded up: 0 only at the edge), and weight steps where rows have weights.
    cross : per counted feature and cross-table cell: rows, then Σ of each cross measure in its step;
        shape (cells, features, 36, 1 + measures). None where not kept.
    label : the label column counted over labelled rows.
    custom : sums of the user's own that need the label, by name; None where there is none.
    """

    labelled: Ints = added()
    judged: Ints = added()
    measures: FixedSums
    weights: Ints | None = added()
    residual: Ints | None = added()
    residual_tails: Sparse
    confusion: Sparse
    scores: Sparse
    cross: Ints | None = added()
    label: LabelSums | None
    custom: Named | None = None

    @staticmethod
    def merged(parts: Sequence[tuple[OutcomeSums, Ints]], size: int) -> OutcomeSums:
        """Add up; see `algebra.merge`."""
        return merge(parts, size)

    def selected(self, cells: Ints) -> OutcomeSums:
        """Only the given cells."""
        return select(self, cells)

    def negated(self) -> OutcomeSums:
        """Every sum with its sign changed."""
        return negated(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSums:
    """The label's distribution: the parts of `ColumnSums` that can be taken away again."""

    counts: Ints = added()
    weighted: Ints | None = added()
    moments: FixedSums | None
    tails: Sparse

    @staticmethod
    def of(sums: ColumnSums) -> LabelSums:
        """Keep what only adds."""
        return LabelSums(counts=sums.counts, weighted=sums.weighted, moments=sums.moments, tails=sums.tails)

    @staticmethod
    def merged(parts: Sequence[tuple[LabelSums, Ints]], size: int) -> LabelSums:
        """Add up; see `algebra.merge`."""
        return merge(parts, size)

    def selected(self, cells: Ints) -> LabelSums:
        """Only the given cells."""
        return select(self, cells)

    def followed(self, others: Sequence[LabelSums]) -> LabelSums:
        """These sums of one cell, then the others'."""
        return stacked((self, *others))

    def negated(self) -> LabelSums:
        """Every sum with its sign changed."""
        return negated(self)
