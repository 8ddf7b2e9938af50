"""Names for the hash buckets that hold a column's unnamed categories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.profile.algebra import Ints
from barograph.profile.division import Division
from barograph.profile.grid import BUCKETS
from barograph.profile.hashing import Words
from barograph.profile.reading import Unseen


@dataclass(frozen=True, slots=True)
class BucketNames:
    """For each hash bucket of a categorical column, the value of its row with the smallest row key.

    Attributes
    ----------
    keys : uint64, shape (cells, 64); the largest integer where a bucket is empty.
    names : the values beside them.
    """

    keys: Words
    names: NDArray[np.object_]

    @staticmethod
    def empty(cells: int) -> BucketNames:
        """No bucket named."""
        return BucketNames(
            np.full((cells, BUCKETS), np.iinfo(np.uint64).max, np.uint64),
            np.full((cells, BUCKETS), "", object),
        )

    def merged(self, other: BucketNames) -> BucketNames:
        """The name with the smaller key, bucket by bucket; equal keys: the first name in order."""
        theirs = (other.keys < self.keys) | ((other.keys == self.keys) & (other.names < self.names))
        return BucketNames(np.where(theirs, other.keys, self.keys), np.where(theirs, other.names, self.names))

    def aligned(self, to: Ints, size: int) -> BucketNames:
        """Move cells; where cells meet, names are merged."""
        out = BucketNames.empty(size)
        for i, cell in enumerate(to):
            one = BucketNames(self.keys[i : i + 1], self.names[i : i + 1])
            met = BucketNames(out.keys[cell : cell + 1], out.names[cell : cell + 1]).merged(one)
            out.keys[cell], out.names[cell] = met.keys[0], met.names[0]
        return out

    def followed(self, others: Sequence[BucketNames], size: int) -> BucketNames:  # noqa: ARG002 - rows are cells
        """These cells, then the others'."""
        parts = (self, *others)
        return BucketNames(np.concatenate([p.keys for p in parts]), np.concatenate([p.names for p in parts]))

    def selected(self, cells: Ints) -> BucketNames:
        """Only the given cells."""
        return BucketNames(self.keys[cells], self.names[cells])


def bucket_names(unseen: Unseen, division: Division, row_words: Words) -> BucketNames:
    """Name the buckets of a block by the row with the smallest hash in each."""
    names = BucketNames.empty(division.cells)
    rows, buckets, texts = unseen
    cell = np.zeros(len(rows), np.int64) if division.cell is None else division.cell[rows]
    place = cell * BUCKETS + buckets
    keys = row_words[rows]
    order = np.lexsort((keys, place))
    first = order[np.concatenate(([True], place[order][1:] != place[order][:-1]))]
    names.keys.reshape(-1)[place[first]] = keys[first]
    names.names.reshape(-1)[place[first]] = texts.gather(first.tolist()).to_list()
    return names
