"""What a soak's server has told, read every week since it forgets it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa

import results
from barograph.monitors.condition import Budget
from barograph.store.database import Database
from barograph.store.tables.alerts import alerts, outbox
from monitors.receiver import Receiver
from monitors.sent import BROKEN, BROKEN_MODELS, START

_DAY_US: Final = 86_400_000_000
#: A fault ends; a series that lasts a while longer is of it.
_LONGER_DAYS: Final = 2


@dataclass
class Told:
    """Messages and incidents so far.

    Attributes
    ----------
    keys : of messages that were sent.
    planted : incidents of each broken model and span.
    incidents : all that there were.
    """

    models: list[int]
    keys: set[str] = field(default_factory=set)
    left: int = 0
    planted: dict[tuple[int, int], set[int]] = field(default_factory=dict)
    incidents: set[int] = field(default_factory=set)

    def note(self, database: Database) -> None:
        """Add what there is now."""
        with database.reading() as conn:
            self.keys |= set(conn.scalars(sa.select(outbox.c.key).where(outbox.c.state == "sent")))
            waiting = sa.select(sa.func.count()).where(outbox.c.state.not_in(("sent", "withdrawn")))
            self.left = int(conn.scalar(waiting) or 0)
            fired = conn.execute(
                sa.select(alerts.c.model_id, alerts.c.incident_id, alerts.c.started_at)
            ).all()
        for model_id, incident_id, started_at in fired:
            self.incidents.add(incident_id)
            number, day = self.models.index(model_id), _day(started_at)
            for k, span in enumerate(BROKEN):
                if number < BROKEN_MODELS and span.start <= day < span.stop + _LONGER_DAYS:
                    self.planted.setdefault((number, k), set()).add(incident_id)

    def said(self, receiver: Receiver, *, days: int) -> str:
        """The account at the end."""
        broken = min(BROKEN_MODELS, len(self.models)) * sum(span.start < days for span in BROKEN)
        others = self.incidents - set().union(*self.planted.values())
        budget = Budget()
        allowed = len(self.models) * days * budget.count / budget.days
        once = set(receiver.keys.values()) <= {1} and set(receiver.keys) == self.keys
        found = (
            f"Broken models and spans told: {len(self.planted)} of {broken}; other incidents: {len(others)}, where the "
            f"budgets of all models allow {allowed:.0f}; messages of something new: {receiver.reasons['new']}"
        )
        return " ".join(
            (
                f"Messages received: {dict(sorted(receiver.reasons.items()))}.",
                results.verdict("each message received once, none left", met=once and not self.left) + ".",
                results.verdict(found, met=len(self.planted) == broken and len(others) <= allowed) + ".",
            )
        )


def _day(time_us: int) -> int:
    return (time_us - int(datetime.timestamp(START.astimezone(UTC))) * 1_000_000) // _DAY_US
