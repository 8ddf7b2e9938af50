"""What adds up of readings: their number, exact sums, extremes, a histogram and the last one."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from barograph.errors import DataError
from barograph.operations.bins import Bin, bin_of, order
from barograph.operations.dyadic import Dyadic


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSums:
    """Sums of readings that were taken in one window; ``sums(a) + sums(b)`` equals ``sums(a ∥ b)`` exactly.

    Attributes
    ----------
    n : readings.
    total, squares : Σx and Σx², exact.
    lowest, highest : extremes.
    last_at, last : time (µs UTC) of the latest reading, and its value; of several at one time the largest.
    bins : readings by bin, in order of their values.
    """

    n: int
    total: Dyadic
    squares: Dyadic
    lowest: float
    highest: float
    last_at: int
    last: float
    bins: tuple[tuple[Bin, int], ...]

    def __add__(self, other: ReadingSums) -> ReadingSums:
        """Sums of both windows' readings."""
        last_at, last = max((self.last_at, self.last), (other.last_at, other.last))
        return ReadingSums(
            n=self.n + other.n,
            total=self.total + other.total,
            squares=self.squares + other.squares,
            lowest=min(self.lowest, other.lowest),
            highest=max(self.highest, other.highest),
            last_at=last_at,
            last=last,
            bins=added_bins((*self.bins, *other.bins)),
        )

    @property
    def mean(self) -> float:
        """Σx/n."""
        return float(self.total) / self.n


def reading_sums(values: Iterable[float], at: int) -> ReadingSums:
    """Sums of readings taken at one time.

    Parameters
    ----------
    values : finite, at least one.
    at : µs UTC.

    Raises
    ------
    DataError
        Where there is none, or one is not finite.

    Examples
    --------
    >>> sums = reading_sums([0.1, 0.3], at=0)
    >>> sums.n, sums.mean, sums.highest
    (2, 0.2, 0.3)
    """
    # −0.0 is 0.0, so that the order of equal readings leaves no trace.
    xs = [float(x) + 0.0 for x in values]
    if not xs or not all(map(math.isfinite, xs)):
        raise DataError(f"readings are finite numbers, at least one; got {xs[:3]!r}. Leave the others out.")
    exact = [Dyadic.of(x) for x in xs]
    total, squares = exact[0], exact[0] * exact[0]
    for x in exact[1:]:
        total, squares = total + x, squares + x * x
    return ReadingSums(
        n=len(xs), total=total, squares=squares, lowest=min(xs), highest=max(xs), last_at=at, last=max(xs),
        bins=added_bins((bin_of(x), 1) for x in xs),
    )  # fmt: skip


def added_up(sums: Iterable[ReadingSums]) -> ReadingSums | None:
    """All of them added; None where there is none.

    Examples
    --------
    >>> added_up([reading_sums([1.0], at=1), reading_sums([3.0], at=2)]).last
    3.0
    """
    total: ReadingSums | None = None
    for one in sums:
        total = one if total is None else total + one
    return total


def added_bins(counts: Iterable[tuple[Bin, int]]) -> tuple[tuple[Bin, int], ...]:
    """Counts of equal bins added, in order of their values.

    Examples
    --------
    >>> added_bins([((1, 8), 2), ((-1, 8), 1), ((1, 8), 1)])
    (((-1, 8), 1), ((1, 8), 3))
    """
    held: dict[Bin, int] = {}
    for key, count in counts:
        held[key] = held.get(key, 0) + count
    return tuple(sorted(held.items(), key=lambda item: order(item[0])))


def encode(sums: ReadingSums) -> bytes:
    """Sums as stored: JSON, its exact numbers as text in hexadecimal.

    Examples
    --------
    >>> decode(encode(reading_sums([0.25], at=7))) == reading_sums([0.25], at=7)
    True
    """
    body = {
        "n": sums.n, "total": _written(sums.total), "squares": _written(sums.squares),
        "lowest": sums.lowest.hex(), "highest": sums.highest.hex(), "last_at": sums.last_at,
        "last": sums.last.hex(), "bins": [[side, number, count] for (side, number), count in sums.bins],
    }  # fmt: skip
    return json.dumps(body, separators=(",", ":")).encode()


def decode(body: bytes) -> ReadingSums:
    """Read what `encode` wrote."""
    held: Mapping[str, Any] = json.loads(body)
    return ReadingSums(
        n=held["n"], total=_read(held["total"]), squares=_read(held["squares"]),
        lowest=float.fromhex(held["lowest"]), highest=float.fromhex(held["highest"]),
        last_at=held["last_at"], last=float.fromhex(held["last"]),
        bins=tuple(((side, number), count) for side, number, count in held["bins"]),
    )  # fmt: skip


def _written(number: Dyadic) -> list[str | int]:
    return [f"{number.mantissa:x}", number.exponent]


def _read(held: list[Any]) -> Dyadic:
    return Dyadic(int(held[0], 16), held[1])
