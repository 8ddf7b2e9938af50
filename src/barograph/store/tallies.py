"""Counts that outlive the process that counted: `/metrics` tells them, whoever did the work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from barograph.store.tables.tallies import tallies as table

_KEYS = ("what", "project_id", "kind", "outcome")
What = Literal["evaluations", "notifications"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often something ended in one way.

    Attributes
    ----------
    project_id : 0 where it is of none.
    kind : of a channel; empty for evaluations.
    last_at : when it was counted last, microseconds UTC.
    """

    project_id: int
    kind: str
    outcome: str
    count: int
    last_at: int


def tally(
    conn: sa.Connection, what: What, project_id: int, counts: Mapping[tuple[str, str], int], *, now: int
) -> None:
    """Count what happened, in the caller's transaction.

    Parameters
    ----------
    counts : by kind and outcome.
    now : microseconds UTC.
    """
    rows = [
        {"what": what, "project_id": project_id, "kind": kind, "outcome": outcome, "count": n, "last_at": now}
        for (kind, outcome), n in sorted(counts.items())
    ]
    if not rows:
        return
    conn.execute(_adding(conn.dialect.name), rows)


@cache
def _adding(dialect: str) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    later = sa.case(
        (insert.excluded.last_at > table.c.last_at, insert.excluded.last_at), else_=table.c.last_at
    )
    added = {"count": table.c["count"] + insert.excluded["count"], "last_at": later}
    return insert.on_conflict_do_update(index_elements=list(_KEYS), set_=added)


def tallies(conn: sa.Connection, what: What) -> list[Tally]:
    """All that was counted, in one order."""
    asked = sa.select(table).where(table.c.what == what)
    asked = asked.order_by(table.c.project_id, table.c.kind, table.c.outcome)
    columns = ("project_id", "kind", "outcome", "count", "last_at")
    return [Tally(**{c: row[c] for c in columns}) for row in conn.execute(asked).mappings()]
