"""The measures of a query: what its list is worth, from the places of its relevant rows.

Within a list nothing is added but integers, so its figures do not depend on the order in which rows came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints
from barograph.profile.fixed import STEPS_PER_SCALE
from barograph.profile.logarithm import log
from barograph.profile.values import Floats

#: Lengths at which lists are cut; every measure is also kept of the whole list.
CUTS = (1, 3, 5, 10)
#: Measures of a query that are kept once per cut, and those of the whole list alone.
_PER_CUT = ("ndcg", "hit", "precision", "recall")
_WHOLE = ("average_precision", "reciprocal_rank")
#: What a row gives to its query is a multiple of 2⁻⁴⁰; 2²⁰ rows stay below 2⁶⁰.
_UNITS = float(1 << 40)


def at(measure: str, k: int | None) -> str:
    """Name under which a measure of the first k rows is summed; of the whole list where k is None.

    Examples
    --------
    >>> at("ndcg", 10), at("ndcg", None)
    ('ndcg_at_10', 'ndcg')
    """
    return measure if k is None else f"{measure}_at_{k}"


def query_steps() -> dict[str, float]:
    """Step of every measure of a query: all lie in [0, 1], so nothing is learned from rows."""
    names = [*(at(m, k) for m in _PER_CUT for k in (*CUTS, None)), *_WHOLE]
    return dict.fromkeys(("relevant", *names, *(f"{n}_2" for n in names)), 1.0 / STEPS_PER_SCALE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Rows from the top of each list to its end, list after list; among rows of one standing relevant ones last.

    Attributes
    ----------
    gain, standing : of each row; gain is 0 where there is no label, standing -inf where there is none.
    first : position of each list's first row.
    cell, weight : of each list.
    judged : lists with a label and with a rank or score.
    """

    gain: Floats
    standing: Floats
    first: Ints
    cell: Ints
    weight: Floats | None
    judged: NDArray[np.bool_]

    @property
    def length(self) -> Ints:
        """Rows of each list."""
        return np.diff(np.append(self.first, len(self.gain)))


def query_measures(lists: Lists) -> Floats:
    """Every measure of every list, in the order of `query_steps`, shape (measures, lists)."""
    names = list(query_steps())
    out = dict.fromkeys(names, np.zeros(len(lists.first)))
    relevant = _relevant_rows(lists)
    if len(relevant.rows):
        found = {"relevant": np.ones(len(relevant.lists))} | _of_positions(lists, relevant)
        found["average_precision"] = _average_precision(relevant)
        found |= _ndcg(lists, relevant)
        for name, values in found.items():
            out[name] = np.zeros(len(lists.first))
            out[name][relevant.lists] = values
    squares = {n: out[n.removesuffix("_2")] * out[n.removesuffix("_2")] for n in names if n.endswith("_2")}
    return np.array([(out | squares)[n] for n in names])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Relevant:
    """The rows whose gain is above 0: all others add nothing to any measure.

    Attributes
    ----------
    rows : their positions in the lists.
    lists : the lists that have any.
    first : of each of these lists the first of `rows`.
    count : relevant rows of each of these lists.
    place : 1 at the top of its list, for each row.
    tie : of each row; rows of one list and standing have one.
    tie_first, tie_last : places that the rows of its tie take, for each row.
    """

    rows: Ints
    lists: Ints
    first: Ints
    count: Ints
    place: Ints
    tie: Ints
    tie_first: Ints
    tie_last: Ints


def _relevant_rows(lists: Lists) -> _Relevant:
    rows = np.flatnonzero(lists.gain > 0.0)
    of_list = np.repeat(np.arange(len(lists.first)), lists.length)
    place = np.arange(len(lists.gain)) - lists.first[of_list] + 1
    changes = (lists.standing[1:] != lists.standing[:-1]) | (of_list[1:] != of_list[:-1])
    ends = np.flatnonzero(np.append(changes, True))
    tie = np.searchsorted(ends, rows)
    starts = np.append(0, ends[:-1] + 1)
    held = of_list[rows]
    first = np.flatnonzero(np.concatenate(([len(rows) > 0], held[1:] != held[:-1])))
    return _Relevant(
        rows=rows, lists=held[first], first=first, count=np.diff(np.append(first, len(rows))),
        place=place[rows], tie=tie, tie_first=place[starts[tie]], tie_last=place[ends[tie]],
    )  # fmt: skip


def _of_positions(lists: Lists, relevant: _Relevant) -> dict[str, Floats]:
    """Hit, precision and recall at every cut, and the reciprocal rank."""
    top = relevant.place[relevant.first]
    out = {"reciprocal_rank": 1.0 / top}
    for k in (*CUTS, None):
        length = lists.length[relevant.lists] if k is None else k
        within = relevant.place <= np.iinfo(np.int64).max if k is None else relevant.place <= k
        found = np.add.reduceat(within.astype(np.int64), relevant.first)
        out[at("hit", k)] = (found > 0).astype(np.float64)
        out[at("precision", k)] = found / length
        out[at("recall", k)] = found / relevant.count
    return out


def _average_precision(relevant: _Relevant) -> Floats:
    """Mean over the relevant rows of the precision at the end of their tie, as scikit-learn counts ties."""
    so_far = np.arange(1, len(relevant.rows) + 1) - np.repeat(relevant.first, relevant.count)
    # All relevant rows of a tie have found as much as the last of them.
    last = np.flatnonzero(np.append(relevant.tie[1:] != relevant.tie[:-1], True))
    found = so_far[last[np.searchsorted(last, np.arange(len(so_far)))]]
    precision = np.rint(found / relevant.tie_last * _UNITS).astype(np.int64)
    mean: Floats = np.add.reduceat(precision, relevant.first) / (relevant.count * _UNITS)
    return mean


def _ndcg(lists: Lists, relevant: _Relevant) -> dict[str, Floats]:
    """DCG over the best DCG of the same rows, a tie's rows sharing the discounts of its places."""
    gain = lists.gain[relevant.rows]
    gain = gain / np.repeat(np.maximum.reduceat(gain, relevant.first), relevant.count)
    of_list = np.repeat(np.arange(len(relevant.first)), relevant.count)
    best = gain[np.lexsort((-gain, of_list))]
    ideal_place = np.arange(len(gain)) - np.repeat(relevant.first, relevant.count) + 1
    discount = _discounts(int(lists.length.max()))
    total = np.append(0, np.cumsum(discount))
    size = relevant.tie_last - relevant.tie_first + 1
    out = {}
    for k in (*CUTS, None):
        last = len(discount) if k is None else k
        # Integers: a row alone in its place gets that place's discount to the last bit, so the best order gives 1.
        ends = [
            np.minimum(np.minimum(place, last), len(discount))
            for place in (relevant.tie_last, relevant.tie_first - 1)
        ]
        shared = (total[ends[0]] - total[ends[1]]) / size
        ideal = np.where(ideal_place <= last, discount[ideal_place - 1], 0)
        sums = [
            np.add.reduceat(np.rint(values).astype(np.int64), relevant.first)
            for values in (gain * shared, best * ideal)
        ]
        out[at("ndcg", k)] = np.minimum(sums[0] / sums[1], 1.0)
    return out


def _discounts(places: int) -> Ints:
    """1/log₂(place + 1) of the first places, in units of 2⁻⁴⁰."""
    place = np.arange(1, places + 1, dtype=np.float64)
    two = log(np.array([2.0]))
    return np.rint(two / log(place + 1.0) * _UNITS).astype(np.int64)
