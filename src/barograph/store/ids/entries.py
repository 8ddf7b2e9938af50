"""What is kept of each prediction or label beside its rows, in the order of its word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.store.ids.keys import Keys

Days = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """Predictions or labels of one model, one element each.

    Attributes
    ----------
    keys : by which they are found.
    payloads : hash of each one's values.
    days : local day of a prediction, or on which a label arrived; ordinal since 1970-01-01.
    versions : of the catalog; 0 for labels, which belong to every version.
    """

    keys: Keys
    payloads: NDArray[np.uint32]
    days: Days
    versions: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, at: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Entries:
        return Entries(
            keys=self.keys[at], payloads=self.payloads[at], days=self.days[at], versions=self.versions[at]
        )

    def sorted(self) -> Entries:
        """The entries in the order of their words; equal words stay in their order."""
        return self[np.argsort(self.keys.words, kind="stable")]


def together(parts: Sequence[Entries]) -> Entries:
    """All entries of several parts, one part after the other."""
    keys = Keys(
        words=np.concatenate([p.keys.words for p in parts]),
        checks=np.concatenate([p.keys.checks for p in parts]),
        rows=np.concatenate([p.keys.rows for p in parts]),
    )
    return Entries(
        keys=keys,
        payloads=np.concatenate([p.payloads for p in parts]),
        days=np.concatenate([p.days for p in parts]),
        versions=np.concatenate([p.versions for p in parts]),
    )


def none() -> Entries:
    """No entries."""
    keys = Keys(words=np.empty(0, np.uint64), checks=np.empty(0, np.uint32), rows=np.empty(0, np.int32))
    empty = np.empty(0, np.int32)
    return Entries(keys=keys, payloads=np.empty(0, np.uint32), days=empty, versions=empty)
