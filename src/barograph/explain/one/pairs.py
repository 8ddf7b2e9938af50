"""Pairs of values that the reference knows each alone, and never together."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.one.distances import Coordinate
from barograph.explain.one.explained import NewPair
from barograph.explain.one.place_sentences import exact
from barograph.explain.words import number, rows
from barograph.frames.names import values_of
from barograph.locale.said import say

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Of the reference's rows those nearest to a number that stand for it.
_NEAR: Final = 0.2
#: Chance that unrelated columns show some pair as new, over all pairs of a row.
_CHANCE: Final = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Rows of the sample that hold a value like the row's, and what that is."""

    name: str
    held: Bools
    label: str


def new_pairs(
    sample: pl.DataFrame,
    count: Floats,
    placed: tuple[Mapping[str, Coordinate], Mapping[str, Coordinate]],
    known: tuple[str, ...],
) -> tuple[NewPair, ...]:
    """Find the pairs of a row's values that no sampled row holds together, the most expected first.

    A number is compared by the fifth of the rows nearest to it, a category by itself.

    Parameters
    ----------
    placed : the columns of the sample, and of the row.
    known : columns whose value is not new by itself.
    """
    total = float(count.sum())
    groups = [_group(name, sample, count, placed[0][name], placed[1][name]) for name in known]
    pairs = list(combinations([g for g in groups if g is not None], 2))
    needed = -math.log(_CHANCE / max(len(pairs), 1))
    found = []
    for left, right in pairs:
        with_left, with_right = float(count @ left.held), float(count @ right.held)
        expected = with_left * with_right / total
        if expected >= needed and not (left.held & right.held).any():
            found.append(_pair((left, right), (with_left, with_right), expected))
    return tuple(sorted(found, key=lambda pair: -pair.expected))


def _group(
    name: str, sample: pl.DataFrame, count: Floats, column: Coordinate, own: Coordinate
) -> _Group | None:
    x, series = float(own.x[0]), values_of(sample, name)
    if math.isnan(x):
        return _Group(name=name, held=np.isnan(column.x), label=say("{column} missing", column=name))
    if column.way == "category":
        held = column.x == x
        if not held.any():
            return None
        label = say("{column} {value}", column=name, value=repr(series.filter(pl.Series(held))[0]))
        return _Group(name=name, held=held, label=label)
    if column.way == "hour":
        return None
    apart = np.where(np.isnan(column.x), np.inf, np.abs(column.x - x))
    order = np.argsort(apart, kind="stable")
    last = int(np.searchsorted(np.cumsum(count[order]), _NEAR * float(count.sum())))
    reach = float(apart[order[min(last, len(order) - 1)]])
    if not math.isfinite(reach):
        return None
    held = apart <= reach
    values = series.filter(pl.Series(held))
    low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]  # the sample's numbers
    label = (
        say("{column} {value}", column=name, value=exact(low))
        if low == high
        else say("{column} {low} to {high}", column=name, low=exact(low), high=exact(high))
    )
    return _Group(name=name, held=held, label=label)


def _pair(groups: tuple[_Group, _Group], held: tuple[float, float], expected: float) -> NewPair:
    left, right = groups
    return NewPair(
        columns=(left.name, right.name),
        values=(left.label, right.label),
        rows=(round(held[0]), round(held[1])),
        expected=expected,
        sentence=say(
            "{one} ({n_one}) and {other} ({n_other}) come together in none of the reference's sampled rows; were the "
            "columns unrelated, {expected} would have both.",
            one=left.label,
            n_one=rows(held[0]),
            other=right.label,
            n_other=rows(held[1]),
            expected=number(expected, digits=2),
        ),
    )
