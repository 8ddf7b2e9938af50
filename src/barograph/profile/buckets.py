"""Names for the hash buckets that hold a column's unnamed categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.algebra import Ints, renumbered
from barograph.profile.division import Division
from barograph.profile.hashing import Words
from barograph.profile.reading import Unseen


@dataclass(frozen=True, slots=True)
class BucketNames:
    """For each hash bucket of a categorical column that holds rows, the value of its row with the smallest key.

    A row's key is the hash of its id, or where rows have none, of its values other than labels: which row names a
    bucket does not hang on labels that come later.

    Attributes
    ----------
    places : cell and bucket, sorted, shape (buckets held, 2).
    keys : uint64, the smallest row key of each.
    names : the values beside them.
    """

    places: Ints
    keys: Words
    names: NDArray[np.object_]

    @staticmethod
    def empty() -> BucketNames:
        """No bucket named."""
        return BucketNames(np.empty((0, 2), np.int64), np.empty(0, np.uint64), np.empty(0, object))

    @staticmethod
    def of(places: Ints, keys: Words, names: NDArray[np.object_]) -> BucketNames:
        """The name with the smallest key at each place; equal keys: the first name in order."""
        if len(places) == 0:
            return BucketNames.empty()
        order = np.lexsort((keys, places[:, 1], places[:, 0]))
        places, keys, names = places[order], keys[order], names[order]
        change = (places[1:] != places[:-1]).any(axis=1)
        first = np.flatnonzero(np.concatenate(([True], change)))
        held = names[first].copy()
        for at in np.flatnonzero(~change & (keys[1:] == keys[:-1])) + 1:
            place = int(np.searchsorted(first, at, side="right")) - 1
            if keys[at] == keys[first[place]]:
                held[place] = min(held[place], names[at])
        return BucketNames(places[first], keys[first], held)

    def named(self, cell: int = 0) -> dict[int, str]:
        """Name of each bucket that holds rows of one cell."""
        held = self.places[:, 0] == cell
        return dict(zip(self.places[held, 1].tolist(), self.names[held].tolist(), strict=True))

    @staticmethod
    def merged(parts: Sequence[tuple[BucketNames, Ints]], size: int) -> BucketNames:  # noqa: ARG004 - places name cells
        """Move the cells of each part, and keep the name with the smallest key where they meet."""
        held = [(part, to) for part, to in parts if len(part.keys)]
        if not held:
            return parts[0][0]
        places = np.concatenate([part.places for part, _ in held])
        places[:, 0] = np.concatenate([to[part.places[:, 0]] for part, to in held])
        keys, names = (np.concatenate([getattr(p, f) for p, _ in held]) for f in ("keys", "names"))
        return BucketNames.of(places, keys, names)

    def followed(self, others: Sequence[BucketNames]) -> BucketNames:
        """These names of one cell, then the others'."""
        parts = (self, *others)
        places = np.concatenate([p.places for p in parts])
        places[:, 0] += np.repeat(np.arange(len(parts)), [len(p.places) for p in parts])
        return BucketNames(
            places, np.concatenate([p.keys for p in parts]), np.concatenate([p.names for p in parts])
        )

    def selected(self, cells: Ints) -> BucketNames:
        """Only the given cells, renumbered in the given order."""
        if len(self.keys) == 0:
            return self
        places, kept = renumbered(self.places, cells)
        return BucketNames.of(places, self.keys[kept], self.names[kept])


def bucket_names(unseen: Unseen, division: Division, keys: Words) -> BucketNames:
    """Name the buckets of a block by the row with the smallest key in each; of rows with one key, the first name."""
    rows, buckets, texts = unseen
    cell = np.zeros(len(rows), np.int64) if division.cell is None else division.cell[rows]
    key = keys[rows]
    order = np.lexsort((key, buckets, cell))
    places = np.stack((cell, buckets), axis=1)[order]
    starts = np.concatenate(([True], (places[1:] != places[:-1]).any(axis=1)))
    first = order[starts]
    tied = order[key[order] == key[first][np.cumsum(starts) - 1]]
    if len(tied) == len(first):
        names = np.array(texts.gather(first.tolist()).to_list(), object)
    else:
        names = _first_names(cell[tied], buckets[tied], texts.gather(tied.tolist()))
    return BucketNames.of(np.stack((cell, buckets), axis=1)[first], key[first], names)


def _first_names(cell: Ints, buckets: Ints, texts: pl.Series) -> NDArray[np.object_]:
    """The first name of each cell and bucket, in their order."""
    frame = pl.DataFrame({"cell": cell, "bucket": buckets, "name": texts.alias("values")})
    found = frame.group_by("cell", "bucket").agg(pl.col("name").min()).sort("cell", "bucket")
    return np.array(found["name"].to_list(), object)
