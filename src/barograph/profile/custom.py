"""Sums of the user's own: row expressions and their powers, and rules that rows keep or break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from barograph.profile.algebra import Ints, added, merge, negated, select, stacked
from barograph.profile.custom_grid import CustomGrid, TermGrid
from barograph.profile.custom_rows import CustomRows, TermRows, powers_of, product
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS, Division, Runs, weight_sums
from barograph.profile.fixed import FixedSums, fixed_sums
from barograph.profile.grid import Floats


@dataclass(frozen=True, slots=True)
class Named:
    """Records of sums by name; a name that a part lacks adds nothing."""

    of: Mapping[str, Any]

    @staticmethod
    def merged(parts: Sequence[tuple[Named, Ints]], size: int) -> Named:
        """Add up by name; see `algebra.merge`."""
        names = sorted({name for part, _ in parts for name in part.of})
        return Named({n: merge([(p.of[n], to) for p, to in parts if n in p.of], size) for n in names})

    def selected(self, cells: Ints) -> Named:
        """Only the given cells."""
        return Named({n: select(record, cells) for n, record in self.of.items()})

    def followed(self, others: Sequence[Named]) -> Named:
        """These sums of one cell, then the others'."""
        return Named({n: stacked([record, *(o.of[n] for o in others)]) for n, record in self.of.items()})

    def negated(self) -> Named:
        """Every sum with its sign changed."""
        return Named({n: negated(record) for n, record in self.of.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomSums:
    """What is kept of rows alone for the user's metrics and rules; columns that are missing leave theirs out."""

    terms: Named
    rules: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSums:
    """Sums of one term per cell.

    Attributes
    ----------
    rows : rows by what the expressions give, a number, null or a number that is not finite; shape (cells, 3).
    weights : Σw and Σw² of the rows with a number in their steps, shape (cells, 2); of rows without weights the
        inverse of the share that was logged.
    moments : Σ w·(x − centre)ᵃ(y − centre)ᵇ, in the order of `powers_of`.
    """

    rows: Ints = added()
    weights: Ints = added()
    moments: FixedSums


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSums:
    """Rows per cell by what a rule says of them, and their weights in steps; shape (cells, 3)."""

    rows: Ints = added()
    weights: Ints = added()


def sum_custom(rows: CustomRows, grid: CustomGrid, division: Division) -> CustomSums:
    """Add up what rows alone give, per cell."""
    return CustomSums(
        terms=_sum_terms(rows.terms, grid, division, rows.each),
        rules=Named({n: _sum_rule(rows.rules[n], division, rows.each) for n in sorted(rows.rules)}),
    )


def sum_labelled(rows: CustomRows, grid: CustomGrid, division: Division) -> Named | None:
    """Add up the terms of labelled rows per cell; None where no term needs a label."""
    kept = rows.labelled
    if kept is None:
        return None
    cell = None if division.cell is None else division.cell[kept]
    weight = None if division.weight is None else division.weight[kept]
    part = Division(cell=cell, cells=division.cells, weight=weight)
    return _sum_terms(rows.labelled_terms, grid, part, rows.each)


def _sum_terms(terms: Mapping[str, TermRows], grid: CustomGrid, division: Division, each: float) -> Named:
    return Named({n: _sum_term(terms[n], grid.terms[n], division, each) for n in sorted(terms)})


def _sum_term(rows: TermRows, grid: TermGrid, division: Division, each: float) -> TermSums:
    cell, cells = division.cell, division.cells
    held = rows.state == 0
    place = None if cell is None else cell[held]
    weight = None if division.weight is None else division.weight[held]
    with np.errstate(over="ignore", invalid="ignore"):
        apart = [v[held] - c for v, c in zip(rows.values, grid.centres, strict=True)]
    counts = _by_state(rows.state, None, division)
    if weight is None:
        weights = counts[:, :1] * np.array([round(each * WEIGHT_STEPS), round(each * each * SQUARE_STEPS)])
        factor: Floats | float = each
    else:
        weights = np.stack(weight_sums(weight, place, cells), axis=1)
        factor = weight
    runs = None if place is None else Runs.of(place, cells)
    if runs is not None and runs.order is not None:
        apart = [runs.together(v) for v in apart]
        factor = factor if isinstance(factor, float) else runs.together(factor)
    powers = powers_of(len(apart))

    def measures(part: slice) -> tuple[Floats, ...]:
        some = [v[part] for v in apart]
        w = factor if isinstance(factor, float) else factor[part]
        return tuple(product(some, p) * w for p in powers)

    moments = fixed_sums(
        measures,
        np.array(grid.steps),
        (int(held.sum()), runs, cells),
        fine=np.array([sum(p) == 1 for p in powers]),
    )
    return TermSums(rows=counts, weights=weights, moments=moments)


def _sum_rule(states: Ints, division: Division, each: float) -> RuleSums:
    rows = _by_state(states, None, division)
    if division.weight is None:
        return RuleSums(rows=rows, weights=rows * int(np.rint(each * WEIGHT_STEPS)))
    return RuleSums(rows=rows, weights=_by_state(states, np.rint(division.weight * WEIGHT_STEPS), division))


def _by_state(states: Ints, weights: Floats | None, division: Division) -> Ints:
    """Rows, or the sum of integer weights, by cell and one of three states."""
    code = states if division.cell is None else division.cell * 3 + states
    found = np.bincount(code, weights=weights, minlength=division.cells * 3)
    return found.reshape(division.cells, 3).astype(np.int64)
