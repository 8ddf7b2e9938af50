"""What keeps alerts of an incident from being told, and until when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from barograph.server.pages.incident.shown import Silenced
from barograph.store.actors import name_of, names_of_keys
from barograph.store.alerts import StoredAlert
from barograph.store.silences import list_silences

#: By what a person keeps alerts quiet.
_BY_HAND: Final = ("silence", "maintenance")


def silences_over(conn: sa.Connection, alerts: Sequence[StoredAlert], *, now: int) -> tuple[Silenced, ...]:
    """Silences of the open ones of some alerts of a project, those of most alerts first; `now` in µs UTC."""
    counted = Counter(
        each["id"]
        for alert in alerts
        if alert.is_open
        for each in alert.suppressed
        if each.get("by") in _BY_HAND
    )
    if not counted:
        return ()
    names = names_of_keys(conn)
    held = {each.id: each for each in list_silences(conn, alerts[0].project_id, over_since=now)}
    return tuple(
        Silenced(
            id=number, who=name_of(names, held[number].created_by), comment=held[number].comment, alerts=n,
            until=held[number].ends_at if held[number].recurrence is None else None,
        )
        for number, n in counted.most_common()
        if number in held
    )  # fmt: skip
