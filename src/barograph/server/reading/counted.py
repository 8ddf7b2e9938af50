"""Rows of a span counted anew, with their sample: what explanations need beyond the stored sums."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import sqlalchemy as sa

from barograph.profile.count import Plan, add_up, profile_block
from barograph.profile.segments import partition
from barograph.profile.value import Profile
from barograph.server.reading.span import Span
from barograph.server.worker.day import day_rows
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, versions
from barograph.store.profiles.counting import counting_of
from barograph.store.profiles.rows import some


def profile_of_rows(
    conn: sa.Connection, store: Store, model: Model, span: Span, *, every: str, version_id: int | None = None
) -> Profile:
    """The profile of the rows of a span, with segments, cross tables and sample.

    Parameters
    ----------
    every : length of its windows.
    version_id : None: of all versions.

    Returns
    -------
    Profile
        Equal, byte for byte, to the library's of the same rows. Empty where there are none.

    Notes
    -----
    Reads the rows of every day the span touches, one day at a time.
    """
    counting = counting_of(model)
    plan = Plan(
        schema=counting.schema,
        grid=replace(counting.grid, every=every, by=model.by),
        by=tuple(partition(expressions) for expressions in model.by),
    )
    names = {version.name: version.id for version in versions(conn, model.id)}
    of_model, (first, last) = store.of(model), span.days
    parts: list[Profile] = []
    for day in range(first, last + 1):
        rows = day_rows(conn, of_model, counting, day, version_ids=names)
        times = rows.about.get_column("barograph_time").to_numpy()
        wanted = (times >= span.first) & (times < span.end)
        if version_id is not None:
            wanted &= rows.versions == version_id
        if wanted.any():
            parts.append(profile_block(some(rows.labelled(counting), np.flatnonzero(wanted)), plan))
    return add_up(parts, plan)
