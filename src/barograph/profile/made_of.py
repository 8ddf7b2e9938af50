"""Of which shorter windows longer ones are made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from barograph.profile.algebra import Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeOf:
    """The shorter windows with rows that cells were added up from: a week need not have all its days.

    All arrays have shape (shorter windows,).

    Attributes
    ----------
    place : the cell that each is in, as it stands among a profile's cells.
    starts : of each, microseconds UTC.
    rows : of each.
    """

    place: Ints
    starts: Ints
    rows: Ints

    def at(self, index: Ints) -> MadeOf:
        """Those of some cells, each once, which then stand in the order given.

        Examples
        --------
        >>> weeks = MadeOf(place=np.array([0, 0, 1]), starts=np.array([1, 2, 8]), rows=np.array([5, 5, 9]))
        >>> weeks.at(np.array([1])).starts.tolist()
        [8]
        """
        cells = int(max(self.place.max(initial=-1), index.max(initial=-1))) + 1
        to = np.full(cells, -1, np.int64)
        to[index] = np.arange(len(index))
        place = to[self.place]
        held = place >= 0
        return MadeOf(place=place[held], starts=self.starts[held], rows=self.rows[held])
