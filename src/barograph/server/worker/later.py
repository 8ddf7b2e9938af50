"""What a chunk brings beside what is stored already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barograph.profile.algebra import Ints
from barograph.server.worker.cursor import Cursor
from barograph.store.ids.keys import Keys
from barograph.store.lake.about import TypedRows


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """Rows that count and labels, both of one chunk.

    Attributes
    ----------
    keys, versions : of each row.
    version_ids : of every version of the model.
    arrival : local day on which all of it arrived.
    cursor : before the chunk.
    """

    rows: TypedRows
    keys: Keys
    versions: Ints
    labels: TypedRows
    version_ids: Mapping[str, int]
    arrival: int
    cursor: Cursor
