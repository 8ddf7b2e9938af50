"""Events, versions and the arrival of labels, read from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

import sqlalchemy as sa

from barograph.metrics.address import Address
from barograph.operations.event_kinds import UNDEPLOYED
from barograph.operations.view import Operations, Rows, rows_of
from barograph.server.reading.span import day_of, start_of_day
from barograph.store.catalog import Model, versions
from barograph.store.environments import DEPLOYED, EXPLAINS_US
from barograph.store.events import StoredEvent, read_events
from barograph.store.profiles.arrivals import arrivals
from barograph.store.profiles.part import ARRIVED_OUTCOME
from barograph.store.tables.profiles import profiles as profile_table

#: More events of one kind in a span than anybody would count.
_MOST_EVENTS: Final = 10_000
#: Events of all kinds by model, start and end of the span.
HeldEvents = dict[tuple[int, int, int], list[StoredEvent]]


def happened_seen(
    conn: sa.Connection,
    project_id: int,
    model: Model,
    asked: Address,
    view: Operations,
    *,
    version_id: int | None,
    held: HeldEvents,
) -> Operations:
    """The view with what the metric needs of events, versions or labels.

    Parameters
    ----------
    held : events that were read before, and are kept there.
    """
    if asked.metric == "operations.event_count":
        kind, key = str(asked.get("kind")), (model.id, view.start, view.end)
        read = partial(
            read_events, conn, model_id=model.id, project_id=project_id, first=view.start, end=view.end,
            limit=_MOST_EVENTS,
        )  # fmt: skip
        if key not in held:
            held[key] = read()
        # Where there are too many to be read together, those of the kind are counted alone.
        recorded = "environment_change" if kind == UNDEPLOYED else kind
        found = held[key] if len(held[key]) < _MOST_EVENTS else read(kinds=(recorded,))
        counts = Counter(event.at for event in found if event.kind == kind)
        if kind == UNDEPLOYED:
            counts = _undeployed(read, view, [each for each in found if each.kind == "environment_change"])
        return replace(view, events={kind: rows_of(counts, seconds=1)})
    if asked.metric == "operations.version_age":
        seen = versions(conn, model.id)
        return replace(view, versions=tuple(sorted(v.created_at for v in seen if version_id in (None, v.id))))
    return replace(view, labels=_labels(conn, model, view, version_id))


def _undeployed(
    read: Callable[..., list[StoredEvent]], view: Operations, changes: Sequence[StoredEvent]
) -> Counter[int]:
    """Times of changes of environment that no deployment explains, one told later among them."""
    if not changes:
        return Counter()
    first, end = view.start - EXPLAINS_US, view.end + EXPLAINS_US
    deployed = [event.at for event in read(first=first, end=end, kinds=DEPLOYED)]
    return Counter(
        one.at
        for one in changes
        if not one.details.get("deployment") and not any(abs(at - one.at) <= EXPLAINS_US for at in deployed)
    )


def _labels(conn: sa.Connection, model: Model, view: Operations, version_id: int | None) -> Rows | None:
    """Rows by the day on which their label came; of rows as old as the label horizon."""
    timezone = model.schema.timezone
    first, last = day_of(view.start, timezone), day_of(max(view.end - 1, view.start), timezone)
    counts: Counter[int] = Counter()
    found = arrivals(conn, model.id, span=(first - model.label_horizon_days, last), version_id=version_id)
    for one in found:
        if first <= one.arrival <= last:
            counts[start_of_day(one.arrival, timezone)] += one.labelled
    if not counts.total() and not _any_label(conn, model):
        return None
    until = start_of_day(last + 1, timezone)
    return replace(rows_of(counts, seconds=86_400, timezone=timezone), by_day_until=until)


def _any_label(conn: sa.Connection, model: Model) -> bool:
    asked = sa.select(profile_table.c.day).where(
        profile_table.c.model_id == model.id,
        profile_table.c.grain == "window",
        profile_table.c.part == ARRIVED_OUTCOME,
    )
    return conn.execute(asked.limit(1)).first() is not None
