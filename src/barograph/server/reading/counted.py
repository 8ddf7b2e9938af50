"""Rows of a span counted anew, with their sample: what explanations need beyond the stored sums."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import sqlalchemy as sa

from barograph.profile.count import Plan, add_up, profile_block
from barograph.profile.segments import partition
from barograph.profile.value import Profile
from barograph.server.errors import RequestRefused
from barograph.server.reading.span import Span
from barograph.server.worker.cursor import cursor_of
from barograph.server.worker.day import day_rows
from barograph.server.worker.store import Store
from barograph.store.catalog import Model, versions
from barograph.store.profiles import days
from barograph.store.profiles.counting import counting_of
from barograph.store.profiles.rows import some
from barograph.store.rebuilds import days_of_sources

_EPOCH_DAY: Final = date(1970, 1, 1)


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

    Raises
    ------
    RequestRefused
        422 where rows of the span are not kept here, see `refuse_uncounted`.

    Notes
    -----
    Reads the rows of every day the span touches, one day at a time.
    """
    refuse_uncounted(conn, model, span, version_id)
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


def refuse_uncounted(conn: sa.Connection, model: Model, span: Span, version_id: int | None = None) -> None:
    """Refuse what needs rows of days of which some are not here: counted from a source, or dropped since; 422."""
    first, last = span.days
    of_version = {pair for pair in days(conn, model.id) if version_id in (None, pair[0])}
    sealed = cursor_of(conn, model.id).sealed_day
    dropped = {day for _, day in of_version if first <= day <= min(last, sealed)}
    uncopied = {day for _, day in days_of_sources(conn, model.id) & of_version if first <= day <= last}
    for missing, why in (
        (dropped, "have left after the days of retention"),
        (uncopied, "came from a source, which is counted and not copied"),
    ):
        if missing:
            from_day, until_day = (_EPOCH_DAY + timedelta(days=day) for day in (min(missing), max(missing)))
            raise RequestRefused(
                422,
                f"rows of {from_day} to {until_day} {why}, and this needs the rows. Ask for other days; series, "
                "windows and profiles without sample= tell of all of them.",
            )
