"""Looking keys up in a sorted file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.store.ids.entries import Days, Entries, none, together
from barograph.store.ids.keys import ANY_ROW, Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found, one element a hit; a key has one for every version, or label, of its id.

    Attributes
    ----------
    index : position of the key among those asked for; hits are in this order, older entries of one key first.
    rows, payloads, days, versions : of the entry, see `Entries`.
    """

    index: NDArray[np.int64]
    rows: NDArray[np.int32]
    payloads: NDArray[np.uint32]
    days: Days
    versions: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.index)

    def __getitem__(self, at: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Found:
        return Found(
            index=self.index[at], rows=self.rows[at], payloads=self.payloads[at], days=self.days[at],
            versions=self.versions[at],
        )  # fmt: skip


def found_in(files: Sequence[Entries], keys: Keys) -> Found:
    """Look keys up in files of sorted entries, the oldest first."""
    order = np.argsort(keys.words, kind="stable")
    wanted = keys[order]
    hits = [_hits(entries, wanted) for entries in files]
    index = np.concatenate([np.empty(0, np.int64), *(order[asked] for asked, _ in hits)])
    found = together([none(), *(entries[at] for entries, (_, at) in zip(files, hits, strict=True))])
    in_order = np.argsort(index, kind="stable")
    index, found = index[in_order], found[in_order]
    return Found(
        index=index,
        rows=found.keys.rows,
        payloads=found.payloads,
        days=found.days,
        versions=found.versions,
    )


def _hits(entries: Entries, wanted: Keys) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions in `wanted`, which is sorted, and in the entries, of all that agree."""
    words = entries.keys.words
    asked = np.arange(len(wanted))
    places = np.searchsorted(words, wanted.words)
    pairs: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []
    while len(asked):
        inside = places < len(words)
        asked, places = asked[inside], places[inside]
        same = words[places] == wanted.words[asked]
        asked, places = asked[same], places[same]
        rows, row = entries.keys.rows[places], wanted.rows[asked]
        agree = (entries.keys.checks[places] == wanted.checks[asked]) & (
            (rows == row) | (rows == ANY_ROW) | (row == ANY_ROW)
        )
        pairs.append((asked[agree], places[agree]))
        places = places + 1
    empty = np.empty(0, np.int64)
    return np.concatenate([empty, *(a for a, _ in pairs)]), np.concatenate([empty, *(p for _, p in pairs)])
