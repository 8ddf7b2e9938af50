"""Put hashes of texts into named categories: one table look-up, then a comparison.

A multiplicative hash (Knuth 1998, The Art of Computer Programming 3, §6.4) spreads the categories'
64-bit hashes over a table in which no two share a place, so each row is compared with one category.

The hashes are Polars', which may differ from version to version. They are taken of categories and of
a block's rows in one process, serve to give rows their codes, and are dropped: a profile holds the
names of the categories, and every hash that is kept is splitmix64's of `hashing`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.profile.hashing import Words, splitmix64

_FEWEST_BITS, _MOST_BITS = 6, 16
_TRIES = 64
#: Rows worked on at a time, so that every pass over them stays in the processor's cache.
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """A prepared look-up of categories by their hash.

    Attributes
    ----------
    factor : odd; the upper bits of hash · factor are a category's place.
    shift : moves those bits down.
    code_at : code of the category at each place, the number of categories where there is none.
    hash_of : hash of each category; one more that no row is compared with.
    """

    factor: np.uint64
    shift: np.uint64
    code_at: NDArray[np.int16]
    hash_of: Words

    def codes(self, hashes: Words, out: NDArray[np.int64]) -> NDArray[np.int64]:
        """Code of each row's category, -1 where it has none, in `out`."""
        nothing = len(self.hash_of) - 1
        for start in range(0, len(hashes), _CHUNK):
            part, code = hashes[start : start + _CHUNK], out[start : start + _CHUNK]
            code[:] = self.code_at.take(_places(part, self.factor, self.shift).view(np.int64))
            code[(self.hash_of.take(code) != part) | (code == nothing)] = -1
        return out


def naming(hashes: Words) -> Naming | None:
    """Prepare the look-up of categories with these hashes; None where no table keeps them apart."""
    # As many places as pairs of categories: a factor then keeps all apart more often than not.
    bits = min(max(2 * len(hashes).bit_length() - 1, _FEWEST_BITS), _MOST_BITS)
    shift = np.uint64(64 - bits)
    for factor in splitmix64(np.arange(_TRIES, dtype=np.uint64)) | np.uint64(1):
        places = _places(hashes, factor, shift).view(np.int64)
        if len(np.unique(places)) == len(places):
            code_at = np.full(1 << bits, len(hashes), np.int16)
            code_at[places] = np.arange(len(hashes))
            known = np.append(hashes, np.uint64(0))
            return Naming(factor=factor, shift=shift, code_at=code_at, hash_of=known)
    return None


def _places(hashes: Words, factor: np.uint64, shift: np.uint64) -> Words:
    places: Words = hashes * factor
    places >>= shift
    return places
