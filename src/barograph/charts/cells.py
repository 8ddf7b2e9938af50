"""From the cells a profile counted in, of any width, to the few even bins a picture shows.

Cells are `[lower, upper)`; a cell one float wide is an *atom*, a value that holds much mass by itself.
Inside wider cells rows are taken to lie evenly, as everywhere in the package, so heights of even display
bins are densities on the axis they are drawn on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ENDS = 8e307  # of the axis: the difference of two such numbers is still finite
_SPIKE = 0.02  # an atom below this share is drawn inside its bin
_SPIKES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """One value that holds much mass: its place and the share of each side there."""

    value: float
    reference: float
    current: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What is drawn of two distributions.

    Attributes
    ----------
    edges : of the display bins, evenly spaced on the axis (in the logarithm where `log`).
    reference, current : share of each side's rows per bin.
    spikes : atoms drawn on their own, and not counted in the bins.
    log : whether the axis is logarithmic.
    zero : the atom at or below 0 that a logarithmic axis cannot hold.
    beyond : shares of reference and current outside the axis.
    values : the lattice's values, where each has a bin of its own.
    """

    edges: Floats
    reference: Floats
    current: Floats
    spikes: tuple[Spike, ...] = ()
    log: bool = False
    zero: Spike | None = None
    beyond: tuple[float, float] = (0.0, 0.0)
    values: tuple[float, ...] = ()


def display(lower: Floats, upper: Floats, reference: Floats, current: Floats, *, bins: int = 40) -> Display:
    """Choose axis and bins for two distributions, and move their mass there.

    Parameters
    ----------
    lower, upper : ends of the cells, ascending, not overlapping.
    reference, current : share of all rows in each cell; zeros for a side that is absent.
    bins : about how many bins to draw.

    Returns
    -------
    Values on a lattice (integers, prices) get bins of whole lattice steps, so that no bin holds three
    values and its neighbour two. Mass spread over more than two powers of ten above zero gets a
    logarithmic axis. Otherwise tails that would squeeze the body into less than a quarter of the axis
    are cut, and their share is returned in `beyond`. Cost: O(cells + bins).

    Examples
    --------
    >>> even = display(np.arange(4.), np.arange(1., 5.), np.full(4, .25), np.array([1., 0, 0, 0]), bins=2)
    >>> even.edges.tolist(), even.reference.tolist(), even.current.tolist()
    ([0.0, 2.0, 4.0], [0.5, 0.5], [1.0, 0.0])
    """
    held = (reference + current) > 0
    lower = np.clip(lower[held], -_ENDS, _ENDS)
    upper = np.maximum(np.clip(upper[held], -_ENDS, _ENDS), np.nextafter(lower, np.inf))
    reference, current = reference[held], current[held]
    if not lower.size:
        return Display(edges=np.zeros(0), reference=np.zeros(0), current=np.zeros(0))
    atom = upper <= np.nextafter(lower, np.inf)
    lattice = _lattice(lower, atom, reference + current)
    if lattice is not None:
        return _on_lattice(lower, upper, reference, current, lattice=lattice, bins=max(bins, 24))
    zero, keep = _zero(lower, upper, reference, current, atom=atom)
    if zero is not None:
        lower, upper, reference, current = (a[keep] for a in (lower, upper, reference, current))
        atom = atom[keep]
    low, high = _span(lower, upper, reference, current)
    log = _far_spread(low, high, lower, reference + current)
    if log:
        low = max(low, _first(upper))
    if high <= np.nextafter(low, np.inf):
        low, high = low - abs(low) / 20 - 0.5, high + abs(high) / 20 + 0.5
    edges = np.geomspace(low, high, bins + 1) if log else np.linspace(low, high, bins + 1)
    whole = _moved(lower, upper, reference, current, edges=edges)
    spikes, apart = _spikes(lower, atom, reference, current, shown=whole)
    shown = _moved(lower, upper, np.where(apart, 0, reference), np.where(apart, 0, current), edges=edges)
    return replace(shown, spikes=spikes, log=log, zero=zero, beyond=whole.beyond)


def _on_lattice(
    lower: Floats,
    upper: Floats,
    reference: Floats,
    current: Floats,
    *,
    lattice: tuple[float, float],
    bins: int,
) -> Display:
    """Bins of whole steps, each step's value in the middle of its slot."""
    origin, step = lattice
    low, high = _span(lower, upper, reference, current)
    start = origin + step * math.floor((low - origin) / step + 1e-6)
    steps = max(1, math.ceil((high - start) / step - 1e-6) + (high - start < step / 2))
    each = max(1, math.ceil(steps / bins))
    slots = math.ceil((steps + 0.5) / each)
    edges: Floats = start - step / 2 + step * each * np.arange(slots + 1, dtype=np.float64)
    values = tuple((start + step * np.arange(slots)).tolist()) if each == 1 else ()
    return replace(_moved(lower, upper, reference, current, edges=edges), values=values)


def _span(lower: Floats, upper: Floats, reference: Floats, current: Floats) -> tuple[float, float]:
    """Ends of the axis: everything, or each side's middle 99 % where the rest would squeeze it."""
    low, high = float(lower[0]), float(upper[-1])
    inner_low, inner_high = high, low
    for side in (reference, current):
        if side.sum() > 0:
            first, last = np.searchsorted(np.cumsum(side) / side.sum(), (0.005, 0.995))
            inner_low = min(inner_low, float(upper[first]))
            inner_high = max(inner_high, float(lower[min(last, lower.size - 1)]))
    body = inner_high - inner_low
    if body <= 0 or high / 4 - low / 4 <= body:
        return low, high
    start, end = max(low, inner_low - body / 10), min(high, inner_high + body / 10)
    return (0.0 if inner_low >= 0 > start else inner_low if inner_low > 0 >= start else start), end


def _lattice(lower: Floats, atom: NDArray[np.bool_], mass: Floats) -> tuple[float, float] | None:
    """Origin and even step of the lattice on which nearly all mass sits, if there is one."""
    values = lower[atom]
    if values.size < 2 or mass[atom].sum() < 0.8 * mass.sum():
        return None
    smallest = float(np.diff(values).min())
    if smallest <= 0 or np.abs(values).max() > 1e300:
        return None
    if float(values[-1] / 2 - values[0] / 2) > 1000 * smallest:
        return None
    places = np.rint((values - values[0]) / smallest)
    step = float((values[-1] - values[0]) / places[-1])
    if np.abs(values - values[0] - places * step).max() >= 0.25 * step:
        return None
    return float(values[0]), step


def _zero(
    lower: Floats, upper: Floats, reference: Floats, current: Floats, *, atom: NDArray[np.bool_]
) -> tuple[Spike | None, NDArray[np.bool_]]:
    """The atom at zero of an otherwise positive, far-spread column, so that the rest can go on a log axis."""
    positive = lower > 0
    below = np.flatnonzero(~positive)
    everything = np.ones(lower.size, dtype=bool)
    if below.size != 1 or not atom[below[0]] or lower[below[0]] != 0 or positive.sum() < 2:
        return None, everything
    low, high = _span(lower[positive], upper[positive], reference[positive], current[positive])
    low = max(low, _first(upper[positive]))
    if not _far_spread(low, high, lower[positive], (reference + current)[positive]):
        return None, everything
    at = int(below[0])
    return Spike(value=0.0, reference=float(reference[at]), current=float(current[at])), positive


def _spikes(
    lower: Floats, atom: NDArray[np.bool_], reference: Floats, current: Floats, *, shown: Display
) -> tuple[tuple[Spike, ...], NDArray[np.bool_]]:
    """The atoms that make up most of their bin, drawn on their own; none where there are too many."""
    at = np.clip(np.searchsorted(shown.edges, lower, side="right") - 1, 0, shown.reference.size - 1)
    stands_out = (reference > shown.reference[at] / 2) | (current > shown.current[at] / 2)
    apart = atom & stands_out & (np.maximum(reference, current) >= _SPIKE)
    if apart.sum() > _SPIKES:
        return (), np.zeros(lower.size, dtype=bool)
    found = tuple(
        Spike(value=float(lower[i]), reference=float(reference[i]), current=float(current[i]))
        for i in np.flatnonzero(apart)
    )
    return found, apart


def _moved(lower: Floats, upper: Floats, reference: Floats, current: Floats, *, edges: Floats) -> Display:
    """Spread the mass of the cells over the bins between `edges`; what does not fit is `beyond`."""
    xs = np.column_stack((lower, upper)).ravel()
    sides, beyond = [], []
    for side in (reference, current):
        after = np.cumsum(side)
        cumulative = np.interp(edges, xs, np.column_stack((after - side, after)).ravel())
        sides.append(np.diff(cumulative).clip(0))
        outside = float(cumulative[0] + after[-1] - cumulative[-1])
        # Below a millionth it is the rounding of the sums.
        beyond.append(outside if outside > 1e-6 else 0.0)
    return Display(edges=edges, reference=sides[0], current=sides[1], beyond=(beyond[0], beyond[1]))


def _far_spread(low: float, high: float, lower: Floats, mass: Floats) -> bool:
    """Whether most rows would crowd into the first tenth of a linear axis of more than two decades."""
    if not (low > 0 and high / low > 100):
        return False
    cumulative = np.cumsum(mass)
    median = float(lower[np.searchsorted(cumulative, cumulative[-1] / 2)])
    return median - low < 0.1 * (high - low)


def _first(upper: Floats) -> float:
    """Where a logarithmic axis starts at the lowest: two decades below the end of the first cell."""
    # That cell may reach down to the smallest positive number, 300 decades below anything seen.
    return float(upper[0]) / 100
