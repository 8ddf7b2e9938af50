"""Readings that come as a histogram: exactly binned, or with edges of the sender's own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from barograph.errors import DataError
from barograph.operations.bins import Bin, bin_of
from barograph.operations.dyadic import ZERO, Dyadic
from barograph.operations.sums import ReadingSums, added_bins

#: A reading of more bins than 2⁻³⁰ to 2³⁰ has is no histogram of one figure.
MOST_BINS = 1_000
_MOST_COUNT = 1 << 53
_LARGEST = sys.float_info.max


def histogram_sums(histogram: Mapping[str, Any], at: int) -> ReadingSums:
    """Sums of the readings a histogram tells of.

    Parameters
    ----------
    histogram : either ``{"edges": [e₀ < … < eₙ], "counts": [n numbers]}``, optionally with `sum`, `min` and `max`:
        each reading then counts as the middle of its bin, no further than `min` and `max`; or ``{"bins": [[bin, count],
        …], "sum", "sum_of_squares", "min", "max"}`` with the bins of `barograph.operations.bins`, null for 0.
    at : when they were taken, µs UTC.

    Raises
    ------
    DataError
        Saying which part is wrong.

    Examples
    --------
    >>> sums = histogram_sums({"edges": [0.0, 1.0, 2.0], "counts": [3, 1], "sum": 2.5, "max": 1.2}, at=0)
    >>> sums.n, sums.mean, sums.highest
    (4, 0.625, 1.2)
    """
    if "edges" in histogram:
        return _with_edges(histogram, at)
    if "bins" in histogram:
        return _with_bins(histogram, at)
    raise DataError("a histogram has `edges` and `counts`, or `bins`; it has neither. Give one of them.")


def _with_edges(histogram: Mapping[str, Any], at: int) -> ReadingSums:
    edges = [_number("edges", x) for x in _listed(histogram, "edges")]
    counts = [_count("counts", n) for n in _listed(histogram, "counts")]
    if len(edges) != len(counts) + 1 or any(a >= b for a, b in pairwise(edges)):
        raise DataError(
            f"{len(edges)} edges and {len(counts)} counts: a histogram has one edge more than counts, ascending."
        )
    held = [(low, high, n) for (low, high), n in zip(pairwise(edges), counts, strict=True) if n]
    if not held:
        raise DataError("a histogram without a reading; leave it out.")
    lowest = _number("min", histogram.get("min", held[0][0]))
    highest = _number("max", histogram.get("max", held[-1][1]))
    _require_order(lowest, highest)
    middles = [(min(max(low / 2 + high / 2, lowest), highest), n) for low, high, n in held]
    total = squares = ZERO
    for x, n in middles:
        exact, times = Dyadic.of(x), Dyadic.of(float(n))
        total, squares = total + exact * times, squares + exact * exact * times
    if "sum" in histogram:
        total = Dyadic.of(_number("sum", histogram["sum"]))
    return ReadingSums(
        n=sum(counts), total=total, squares=squares, lowest=lowest, highest=highest, last_at=at, last=highest,
        bins=added_bins((bin_of(x), n) for x, n in middles),
    )  # fmt: skip


def _with_bins(histogram: Mapping[str, Any], at: int) -> ReadingSums:
    bins = added_bins(_bin(pair) for pair in _listed(histogram, "bins"))
    n = sum(count for _, count in bins)
    if n == 0:
        raise DataError("a histogram without a reading; leave it out.")
    for name in ("sum", "sum_of_squares", "min", "max"):
        if name not in histogram:
            raise DataError(f"a histogram of `bins` has a `{name}`; give it, or send `edges` and `counts`.")
    lowest, highest = _number("min", histogram["min"]), _number("max", histogram["max"])
    _require_order(lowest, highest)
    return ReadingSums(
        n=n, total=Dyadic.of(_number("sum", histogram["sum"])),
        squares=Dyadic.of(_number("sum_of_squares", histogram["sum_of_squares"])),
        lowest=lowest, highest=highest, last_at=at, last=highest, bins=bins,
    )  # fmt: skip


def _bin(pair: Any) -> tuple[Bin, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise DataError(f"bins holds {pair!r}; expected [bin, count].")
    number, count = pair
    if number is None:
        return (0, 0), _count("bins", count)
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > 9_000:
        raise DataError(f"bins holds the bin {number!r}; expected a whole number or null.")
    return (1, number), _count("bins", count)


def _listed(histogram: Mapping[str, Any], name: str) -> Sequence[Any]:
    held = histogram.get(name)
    if not isinstance(held, list | tuple) or len(held) > MOST_BINS:
        raise DataError(f"`{name}` of a histogram is a list of at most {MOST_BINS} entries.")
    return held


def _number(name: str, x: Any) -> float:
    if isinstance(x, bool) or not isinstance(x, int | float) or not abs(x) <= _LARGEST:
        raise DataError(f"`{name}` of a histogram holds {x!r}; expected finite numbers.")
    return float(x) + 0.0


def _count(name: str, n: Any) -> int:
    if isinstance(n, bool) or not isinstance(n, int) or not 0 <= n < _MOST_COUNT:
        raise DataError(f"`{name}` of a histogram holds {n!r}; expected whole numbers from 0.")
    return n


def _require_order(lowest: float, highest: float) -> None:
    if lowest > highest:
        raise DataError(f"`min` {lowest:g} of a histogram is above `max` {highest:g}; exchange them.")
