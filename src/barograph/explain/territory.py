"""Which current rows the reference has rows like, and into what groups rows are coded to be compared.

A value is new where the reference has no row in its cell of the column's cross table and chance does not explain the
current ones; a pair of values likewise, where each alone is known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.sampled import ABOVE, BELOW, NULL, SampledRows
from barograph.profile.grid import CROSS_CELLS, CROSS_GROUPS, CategoricalGrid, Grid
from barograph.profile.nested_groups import nested_groups

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: A group that a row's value does not tell.
UNKNOWN: Final = -1
_GROUPS: Final = 20
_FEWEST_GROUPS, _ROWS_A_GROUP = 4, 20.0
#: Categories with a group of their own.
_CATEGORIES: Final = 12
#: Coarser groups, in which pairs of columns are looked at.
_PAIR_GROUPS: Final = 5
#: Reference rows below which a group says too little of its loss.
_FEWEST: Final = 10
_CHANCE_OF_VALUE: Final = 0.01
_CHANCE_OF_PAIR: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """How one column's cells are read.

    Attributes
    ----------
    group : of each of the 36 cells, 0 to `groups` − 1, or `UNKNOWN`.
    unseen : cells of which the reference has no row, though chance would have given some.
    ordered : neighbouring groups hold neighbouring values; the group of rows without a value comes last.
    inner : groups that hold a value.
    """

    group: Ints
    unseen: Bools
    groups: int
    inner: int
    ordered: bool


def coding_of(reference: Floats, current: Floats, *, categorical: bool) -> Coding:
    """Code one column from the judged rows of either side in each of its 36 cells, shape (36,)."""
    known = reference > 0
    unseen = ~known & (current > 0)
    rate = 1.0 / (reference.sum() + 1.0)
    expected = current.sum() * rate
    for cell in np.flatnonzero(unseen):
        unseen[cell] = _tail(float(current[cell]), expected) < _CHANCE_OF_VALUE
    order = np.array([*range(CROSS_GROUPS), BELOW] if categorical else [BELOW, *range(CROSS_GROUPS), ABOVE])
    group = np.full(CROSS_CELLS, UNKNOWN)
    held = order[known[order]]
    if categorical:
        own = held[reference[held] >= _FEWEST]
        own = own[np.argsort(-reference[own], kind="stable")][:_CATEGORIES]
        group[own] = np.arange(len(own))
        rest = np.setdiff1d(held, own)
        group[rest] = len(own)
        inner = len(own) + int(len(rest) > 0)
    else:
        # A group should hold enough rows of either side for its own mean.
        most = int(min(_GROUPS, max(_FEWEST_GROUPS, min(reference.sum(), current.sum()) / _ROWS_A_GROUP)))
        mass = (reference + current * (reference.sum() / max(float(current.sum()), 1.0)))[held]
        groups = nested_groups(mass.astype(np.int64), most) if len(held) else np.empty(0, np.int64)
        group[held] = groups
        inner = int(groups.max()) + 1 if len(groups) else 0
        for cell in order[~known[order]]:
            if len(held):  # chance put it where the reference has none: it is read as its nearest neighbour
                nearest = held[np.argmin(np.abs(_place(held) - _place(np.array([cell]))))]
                group[cell] = group[nearest]
    used = inner
    if reference[NULL] >= _FEWEST:
        group[NULL] = used
        used += 1
    group[unseen] = UNKNOWN
    return Coding(group=group, unseen=unseen, groups=used, inner=inner, ordered=not categorical)


def _place(cells: Ints) -> Ints:
    """Where cells stand along a numeric column."""
    return np.where(cells == BELOW, -1, cells)


def _tail(count: float, expected: float) -> float:
    """Probability of so many rows or more where `expected` are, by Poisson."""
    from scipy.special import gammainc

    return float(gammainc(count, expected)) if count > 0.0 and expected > 0.0 else 0.0


def codings_of(grid: Grid, tables: tuple[Mapping[str, Floats], Mapping[str, Floats]]) -> dict[str, Coding]:
    """The coding of every feature, from its judged rows by cell on either side."""
    reference, current = tables
    return {
        name: coding_of(rows, current[name], categorical=isinstance(grid.columns[name], CategoricalGrid))
        for name, rows in reference.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """What of the current sample the reference has no rows like.

    Attributes
    ----------
    new : current sampled rows that hold a new value or a new pair of values.
    columns : of each new row the column with a new value; `pairs` the pairs that are new though their values are not.
    """

    new: Bools
    columns: Mapping[str, Bools]
    pairs: Mapping[tuple[str, str], Bools]


def territory_of(
    reference: SampledRows, current: SampledRows, codings: Mapping[str, Coding], *, known_rows: Bools
) -> Territory:
    """Find new values, then new pairs among the `known_rows`: current rows without a fault."""
    columns = {}
    for name, coding in codings.items():
        hit = coding.unseen[current.cells[name]] & known_rows
        if hit.any():
            columns[name] = hit
    new = np.any([*columns.values(), np.zeros(current.height, bool)], axis=0)
    pairs = _new_pairs(reference, current, codings, known_rows & ~new)
    return Territory(new=np.any([new, *pairs.values()], axis=0), columns=columns, pairs=pairs)


def _new_pairs(
    reference: SampledRows, current: SampledRows, codings: Mapping[str, Coding], among: Bools
) -> dict[tuple[str, str], Bools]:
    coarse = {n: _coarse(c, reference.cells[n], reference.count) for n, c in codings.items() if c.groups > 1}
    rows = {n: (g[reference.cells[n]], g[current.cells[n]]) for n, g in coarse.items()}
    names, width = list(rows), _PAIR_GROUPS + 3
    share = reference.count.sum() / max(current.count[among].sum(), 1.0)
    tests = max(len(names) * (len(names) - 1) // 2 * _PAIR_GROUPS**2, 1)
    needed = -math.log(_CHANCE_OF_PAIR / tests)
    out = {}
    for left, right in combinations(names, 2):
        (p_left, q_left), (p_right, q_right) = rows[left], rows[right]
        held = among & (q_left >= 0) & (q_right >= 0)
        code = np.where(held, q_left * width + q_right, 0)
        counted = (p_left >= 0) & (p_right >= 0)
        before = np.bincount((p_left * width + p_right)[counted], reference.count[counted], width * width)
        after = np.bincount(code[held], current.count[held], width * width)
        new = (before == 0) & (after * share > needed)
        if new.any():
            out[left, right] = held & new[code]
    return out


def _coarse(coding: Coding, cells: Ints, count: Floats) -> Ints:
    """Group of each cell among at most five, and that of rows without a value."""
    if coding.groups <= _PAIR_GROUPS:
        return coding.group
    group = coding.group[cells]
    mass = np.bincount(group[group >= 0], count[group >= 0], minlength=coding.groups)
    if coding.ordered:
        inner = nested_groups(mass[: coding.inner].astype(np.int64), _PAIR_GROUPS)
    else:
        inner = np.minimum(np.arange(coding.inner), _PAIR_GROUPS - 1)
    after = _PAIR_GROUPS + np.arange(coding.groups - coding.inner)
    table = np.append(np.concatenate((inner, after)), UNKNOWN)
    return table[coding.group]
