"""Open alerts of all models at once, as far as they say how a model stands."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.tables.alerts import alerts


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertInShort:
    """What of an open alert says how its model stands."""

    kind: str
    severity: str


def open_by_model(conn: sa.Connection) -> dict[int, list[AlertInShort]]:
    """Alerts that are not resolved, by model."""
    key, found = alerts.c, dict[int, list[AlertInShort]]()
    asked = sa.select(key.model_id, key.kind, key.severity).where(key.resolved_at.is_(None)).order_by(key.id)
    for model_id, kind, severity in conn.execute(asked):
        found.setdefault(model_id, []).append(AlertInShort(kind=kind, severity=severity))
    return found
