"""Exact sums of floating-point numbers: each row is rounded once, then only integers are added.

A value v of a measure with step s (a power of two) contributes two integers, hi = rint(v/s) and
lo = rint((v/s - hi)·2³¹), so a sum is s·(Σhi + Σlo·2⁻³¹): 51 bits below 2¹¹ scales, where a scale is
2²⁰ steps. A larger value goes to a sparse table under its own binary exponent with 30 bits; a value
that is not finite is counted. Blocks of at most 2²⁰ rows keep every partial sum below 2⁵³, so
float64 additions are exact in any order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, Sparse, added, merge, negated, select, stacked
from barograph.profile.division import Runs

Floats = NDArray[np.float64]

STEPS_PER_SCALE = float(1 << 20)
_LIMB = float(1 << 31)
_FAR_BITS = 30
#: Values of one cell worked on at a time, so that every pass over them stays in the processor's cache.
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedSums:
    """Sums of M measures per cell.

    Attributes
    ----------
    hi, lo : the two limbs, shape (cells, M).
    not_finite : rows whose value overflowed or was not a number, shape (cells, M).
    far : values beyond 2¹¹ scales; keys (cell, measure, exponent), values (rows, Σ mantissa·2³⁰).
    """

    hi: Ints = added()
    lo: Ints = added()
    not_finite: Ints = added()
    far: Sparse

    @staticmethod
    def merged(parts: Sequence[tuple[FixedSums, Ints]], size: int) -> FixedSums:
        """Add up; see `algebra.merge`."""
        return merge(parts, size)

    def selected(self, cells: Ints) -> FixedSums:
        """Only the given cells."""
        return select(self, cells)

    def followed(self, others: Sequence[FixedSums]) -> FixedSums:
        """These sums of one cell, then the others'."""
        return stacked((self, *others))

    def negated(self) -> FixedSums:
        """Every sum with its sign changed."""
        return negated(self)


def step_for(values: Floats) -> float:
    """Choose the power-of-two step for a measure from sample values: 2⁻²⁰ of their root mean square."""
    largest = float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
    if largest == 0.0:
        return 1.0 / STEPS_PER_SCALE
    scaled = np.where(np.isfinite(values), values, 0.0) / largest
    mean_square = float(np.mean(scaled * scaled))
    _, exponent = math.frexp(max(math.sqrt(mean_square) * largest, 1e-280))
    return math.ldexp(1.0, max(min(exponent, 1000), -900)) / STEPS_PER_SCALE


def fixed_sums(
    measures: Callable[[slice], Sequence[Floats]],
    steps: Floats,
    place: tuple[int, Runs | None, int],
    *,
    bounds: Floats | None = None,
    fine: NDArray[np.bool_] | None = None,
) -> FixedSums:
    """Sum M measures of every row per cell.

    Parameters
    ----------
    measures : the M measures of some rows, float64.
    steps : the power-of-two step of each measure, shape (M,).
    place : number of rows, at most 2²⁰; their runs in the order of `measures`, or None where all are in one cell;
        number of cells.
    bounds : largest absolute value of each measure where it is known, shape (M,); saves a pass.
    fine : measures that get both limbs, shape (M,); the others, needed for intervals only, get `hi`.
    """
    rows, runs, cells = place
    hi, lo, not_finite = (np.zeros((cells, len(steps)), np.int64) for _ in range(3))
    far = Sparse.empty(3, 2)
    scale = 1.0 / steps  # exact: a power of two
    with np.errstate(over="ignore", invalid="ignore"):
        known = np.zeros(len(steps), bool) if bounds is None else bounds * scale < _LIMB
    size = _CHUNK if runs is None else max(rows, 1)
    scratch = np.empty(min(rows, size)), np.empty(min(rows, size))
    with np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, rows, size):
            part = slice(start, min(start + size, rows))
            for m, measure in enumerate(measures(part)):
                limbs = (hi[:, m], None if fine is not None and not fine[m] else lo[:, m])
                q, h = (space[: len(measure)] for space in scratch)
                np.multiply(measure, scale[m], out=q)
                beyond = _add_limbs((q, h), limbs, runs, known=bool(known[m]))
                if beyond is not None:
                    bad, sums = _far(measure, beyond, runs, (m, cells))
                    not_finite[:, m] += bad
                    far = far.plus(sums)
    return FixedSums(hi=hi, lo=lo, not_finite=not_finite, far=far)


def _add_limbs(
    work: tuple[Floats, Floats], limbs: tuple[Ints, Ints | None], runs: Runs | None, *, known: bool
) -> NDArray[np.bool_] | None:
    """Add values in steps to both limbs, in place; returns the mask of values beyond them, None where none is."""
    (q, h), (hi, lo) = work, limbs
    np.rint(q, out=h)
    beyond = None
    if not known and not max(float(h.max()), -float(h.min())) <= _LIMB:
        beyond = ~(np.abs(h) <= _LIMB)
        q[beyond], h[beyond] = 0.0, 0.0
    _add(hi, h, runs)
    if lo is not None:
        q -= h
        q *= _LIMB
        _add(lo, np.rint(q, out=q), runs)
    return beyond


def _add(to: Ints, integers: Floats, runs: Runs | None) -> None:
    if runs is None:
        to += int(np.add.reduce(integers))
    elif len(integers):
        to[runs.held] += np.add.reduceat(integers, runs.first).astype(np.int64)


def counted_sums(values: Floats, steps: Floats, counts: Ints) -> FixedSums:
    """The sums of rows that are known by value and number: the same integers as `fixed_sums` of the rows.

    Parameters
    ----------
    values : float64, shape (M, V): each measure at each value; all within 2¹¹ scales.
    counts : rows of each value, shape (cells, V).
    """
    q = values / steps[:, None]
    h = np.rint(q)
    limbs = (h.astype(np.int64), np.rint((q - h) * _LIMB).astype(np.int64))
    hi, lo = (counts @ limb.T for limb in limbs)
    return FixedSums(hi=hi, lo=lo, not_finite=np.zeros_like(hi), far=Sparse.empty(3, 2))


def within_limb(values: Floats, steps: Floats) -> bool:
    """Whether every value of every measure, shape (M, V), fits the two limbs."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool((np.abs(np.rint(values / steps[:, None])) <= _LIMB).all())


def _far(
    values: Floats, beyond: NDArray[np.bool_], runs: Runs | None, place: tuple[int, int]
) -> tuple[Ints, Sparse]:
    measure, cells = place
    picked = values[beyond]
    where = np.zeros(len(picked), np.int64) if runs is None else runs.cells_of(np.flatnonzero(beyond))
    finite = np.isfinite(picked)
    bad = np.bincount(where[~finite], minlength=cells)
    mantissa, exponent = np.frexp(picked[finite])
    keys = np.stack((where[finite], np.full(len(mantissa), measure), exponent.astype(np.int64)), axis=1)
    q = np.rint(mantissa * float(1 << _FAR_BITS)).astype(np.int64)
    return bad, Sparse.of(keys.astype(np.int64), np.stack((np.ones_like(q), q), axis=1))


def totals(sums: FixedSums, steps: Floats) -> Floats:
    """The sums as float64, shape (cells, M); NaN where a row was not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        out = (sums.hi.astype(np.float64) + sums.lo.astype(np.float64) / _LIMB) * steps
        for (c, m, exponent), (_, q) in zip(sums.far.keys, sums.far.values, strict=True):
            out[c, m] += np.ldexp(float(q), int(exponent) - _FAR_BITS)
    out[(sums.not_finite > 0) | ~np.isfinite(out)] = np.nan
    return out


def one_limb(values: Floats, step: float) -> Floats:
    """Integers for a cross table: rint(v/step), held within ±2³¹; a value that is not finite gives 0."""
    with np.errstate(over="ignore", invalid="ignore"):
        q = values * (1.0 / step)
        np.rint(q, out=q)
        if len(q) and not max(float(q.max()), -float(q.min())) <= _LIMB:
            np.clip(q, -_LIMB, _LIMB, out=q)
            np.nan_to_num(q, copy=False, nan=0.0)
    return q
