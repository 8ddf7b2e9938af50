"""What a change of labels adds to the stored profiles, and takes away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.frames.batch import Batch
from barograph.profile.algebra import Ints
from barograph.store.profiles.add import at_places
from barograph.store.profiles.counting import Counting, label_parts, subtracted
from barograph.store.profiles.part import Part, Place, together
from barograph.store.profiles.rows import answered, some, with_labels


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """What rows with other labels than before change.

    Attributes
    ----------
    added : parts to be added.
    corrected : positions of rows that had a label before: extremes and distinct values of label columns cannot be
        taken away, so these columns must be counted again for their days.
    """

    added: dict[Place, Part]
    corrected: Ints


def label_change(
    counting: Counting,
    rows: Batch,
    versions: Ints,
    *,
    before: Batch,
    after: Batch,
    arrival: int,
) -> LabelChange:
    """Take the rows' outcome with the labels before away, and add it with those after.

    Parameters
    ----------
    rows : complete rows whose labels changed.
    versions : id of each row's version.
    before, after : their label columns.
    arrival : local day on which the labels arrived, or the rows where these came later.
    """
    schema = counting.schema
    old, new = (with_labels(rows, labels, schema) for labels in (before, after))
    had, have = answered(old, schema), answered(new, schema)
    added: dict[Place, Part] = {}
    for version in np.unique(versions).tolist():
        mine = versions == version
        _count(added, counting, (new, mine & have), (version, arrival), taken=False)
        _count(added, counting, (old, mine & had), (version, arrival), taken=True)
    return LabelChange(added=added, corrected=np.flatnonzero(had))


def _count(
    into: dict[Place, Part],
    counting: Counting,
    chosen: tuple[Batch, NDArray[np.bool_]],
    place: tuple[int, int],
    *,
    taken: bool,
) -> None:
    batch, mask = chosen
    if not mask.any():
        return
    parts = label_parts(counting, some(batch, np.flatnonzero(mask)))
    add_places(into, at_places(subtracted(parts) if taken else parts, *place))


def add_places(into: dict[Place, Part], more: dict[Place, Part]) -> None:
    """Add parts to those at the same places."""
    for place, part in more.items():
        into[place] = together([into[place], part]) if place in into else part
