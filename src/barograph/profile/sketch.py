"""Distinct values: HyperLogLog per column, and the smallest row hashes for duplicate rows.

Sources: Flajolet, Fusy, Gandouet and Meunier (2007), "HyperLogLog"; Ertl (2017), arXiv 1702.01284
(the estimator without bias correction tables); Bar-Yossef et al. (2002) for the k smallest hashes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints
from barograph.profile.hashing import Words

REGISTER_BITS = 8
REGISTERS = 1 << REGISTER_BITS
#: Relative standard error of the distinct count.
DISTINCT_ERROR = 1.04 / math.sqrt(REGISTERS)
_HIGHEST_RANK = 53
#: Rows of a block that are looked at in full before others are passed over; these, as many at a time.
_FIRST_ROWS, _MOST_ROWS = 1 << 12, 1 << 15

Registers = NDArray[np.uint8]
Skipped = tuple[Ints, NDArray[np.bool_]] | None
Picked = TypeVar("Picked", Words, Ints)


def update_registers(registers: Registers, words: Words, cell: Ints | None, *, skip: Skipped = None) -> None:
    """Raise `registers` (cells, 256), in place, by the hashes of a block of rows.

    The first rows raise every register to some least rank; of the rest only hashes of a higher rank, those
    with as many leading zeros, can change anything, and the others are passed over.

    Parameters
    ----------
    skip : a code of each row, and which codes are passed over: those without a value, or known already.
    """
    start, size = 0, _FIRST_ROWS
    while start < len(words):
        part = slice(start, start + size)
        least = int(registers.min())
        rows = None
        if least:
            zeros = np.uint64(((1 << least) - 1) << (64 - REGISTER_BITS - least))
            rows = np.flatnonzero((words[part] & zeros) == 0)
        if skip is not None:
            codes, passed = skip
            kept = ~passed.take(_picked(codes[part], rows), mode="clip")
            rows = np.flatnonzero(kept) if rows is None else rows[kept]
        _raise(registers, _picked(words[part], rows), None if cell is None else _picked(cell[part], rows))
        start, size = start + size, min(size * 4, _MOST_ROWS)


def _picked(values: Picked, rows: Ints | None) -> Picked:
    return values if rows is None else values[rows]


def _raise(registers: Registers, words: Words, cell: Ints | None) -> None:
    index = (words >> np.uint64(64 - REGISTER_BITS)).view(np.int64)
    if cell is not None:
        index += cell * REGISTERS
    # The exponent of the next 52 bits read as a float64 is their bit length, exactly.
    rest = words << np.uint64(REGISTER_BITS)
    rest >>= np.uint64(12)
    exponent = rest.astype(np.float64).view(np.int64)
    exponent >>= 52
    rank = np.subtract(1075, exponent, out=exponent)
    np.minimum(rank, _HIGHEST_RANK, out=rank)
    np.maximum.at(registers.reshape(-1), index, rank.astype(np.uint8))


def distinct(registers: Registers) -> float:
    """Estimate the number of distinct values from one cell's registers, shape (256,).

    Ertl's estimator: α∞ m² / (m σ(C₀/m) + Σ C_k 2⁻ᵏ + m τ(1 − C_q/m) 2⁻ᵠ), no tables.
    """
    counts = np.bincount(registers, minlength=_HIGHEST_RANK + 1)
    z = REGISTERS * _tau(1.0 - counts[_HIGHEST_RANK] / REGISTERS)
    for k in range(_HIGHEST_RANK - 1, 0, -1):
        z = 0.5 * (z + counts[k])
    z += REGISTERS * _sigma(counts[0] / REGISTERS)
    return 0.0 if math.isinf(z) else REGISTERS**2 / (2 * math.log(2) * z)


def _sigma(x: float) -> float:
    if x == 1.0:
        return math.inf
    y, z = 1.0, x
    while True:
        x *= x
        before = z
        z += x * y
        y += y
        if z == before:
            return z


def _tau(x: float) -> float:
    if x in (0.0, 1.0):
        return 0.0
    y, z = 1.0, 1.0 - x
    while True:
        x = math.sqrt(x)
        before = z
        y *= 0.5
        z -= (1.0 - x) ** 2 * y
        if z == before:
            return z / 3.0


@dataclass(frozen=True, slots=True)
class SmallestHashes:
    """The k smallest distinct hashes of rows, each with the number of rows that have it.

    Attributes
    ----------
    hashes : uint64, sorted, at most k.
    counts : int64 beside them.
    """

    hashes: Words
    counts: Ints

    K = 1024

    @staticmethod
    def of(words: Words) -> SmallestHashes:
        """Keep the smallest of a block's row hashes."""
        k = SmallestHashes.K
        if len(words) > 4 * k:
            # Rows below the 2k-th smallest hash: enough unless rows repeat, then all are looked at.
            limit = np.partition(words, 2 * k)[2 * k]
            near = words[words <= limit]
            hashes, counts = np.unique(near, return_counts=True)
            if len(hashes) >= k:
                return SmallestHashes(hashes[:k], counts[:k].astype(np.int64))
        hashes, counts = np.unique(words, return_counts=True)
        return SmallestHashes(hashes[:k], counts[:k].astype(np.int64))

    @staticmethod
    def union(parts: Sequence[SmallestHashes]) -> SmallestHashes:
        """The k smallest of all, rows of equal hashes added."""
        hashes, inverse = np.unique(np.concatenate([p.hashes for p in parts]), return_inverse=True)
        counts = np.bincount(inverse, np.concatenate([p.counts for p in parts]), len(hashes)).astype(np.int64)
        return SmallestHashes(hashes[: SmallestHashes.K], counts[: SmallestHashes.K])

    def distinct_share(self) -> float:
        """Distinct rows per row, among the rows held; 1.0 where none is held."""
        rows = int(self.counts.sum())
        return len(self.hashes) / rows if rows else 1.0
