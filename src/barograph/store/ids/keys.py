"""What a prediction id is looked up by: two independent hashes, and the row of several with one id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.hashing import Words, hash_texts, salt_of

_WORD_SALT: Final = salt_of("barograph id")
_CHECK_SALT: Final = salt_of("barograph id check")
#: Of a label that belongs to every row of its id; matches any row.
ANY_ROW: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Prediction ids as they are looked up, one element an id.

    Attributes
    ----------
    words : 64-bit hash of the id.
    checks : 32 bits of a second, independent hash: two ids are taken for one in 1 of 2⁹⁶ pairs.
    rows : row of several with the id, `ANY_ROW` for all of them.
    """

    words: Words
    checks: NDArray[np.uint32]
    rows: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.words)

    def __getitem__(self, at: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Keys:
        return Keys(words=self.words[at], checks=self.checks[at], rows=self.rows[at])


def keys_of(ids: pl.Series, rows: pl.Series | None = None) -> Keys:
    """Hash prediction ids.

    Parameters
    ----------
    ids : String without nulls.
    rows : integers ≥ 0, null for every row of the id; None: all null.

    Notes
    -----
    Cost: about 10 ns a byte.

    Examples
    --------
    >>> keys = keys_of(pl.Series(["a", "b", "a"]), pl.Series([0, 0, None]))
    >>> keys.words[0] == keys.words[2], keys.rows.tolist()
    (np.True_, [0, 0, -1])
    """
    checks = (hash_texts(ids, _CHECK_SALT) >> np.uint64(32)).astype(np.uint32)
    if rows is None:
        held = np.full(len(ids), ANY_ROW, np.int32)
    else:
        held = rows.fill_null(ANY_ROW).cast(pl.Int32).to_numpy().astype(np.int32)
    return Keys(words=hash_texts(ids, _WORD_SALT), checks=checks, rows=held)
