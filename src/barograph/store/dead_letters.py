"""Dead letters: rows that were refused are counted by reason, and some are kept to be looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.store.tables.dead_letters import dead_letter_counts as counts
from barograph.store.tables.dead_letters import dead_letters as table
from barograph.store.upsert import add_to

#: Rows kept of a model, newest first, and characters kept of a row.
KEPT_ROWS, KEPT_CHARACTERS = 1_000, 4_096
_DAY_US = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One refused row.

    Attributes
    ----------
    kind : predictions, labels or feedback.
    index : of the row in its batch.
    field : the column at fault; None where it is the row.
    row : as JSON, redacted as its schema says.
    """

    batch_id: str
    kind: str
    index: int
    reason: str
    row: str
    field: str | None = None
    prediction_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptLetter:
    """A refused row as it is kept; `at`: when it was received, microseconds UTC."""

    id: int
    at: int
    letter: DeadLetter


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCount:
    """Rows refused for one reason on one day (UTC, days since 1970-01-01)."""

    day: int
    reason: str
    field: str | None
    rows: int


def add_dead_letters(
    conn: sa.Connection,
    model_id: int,
    letters: Sequence[DeadLetter],
    *,
    at: int,
    others: Counter[tuple[str, str | None]] | None = None,
) -> None:
    """Count refused rows and keep them; the oldest beyond `KEPT_ROWS` of the model go.

    Parameters
    ----------
    at : when they were received, microseconds UTC.
    others : by reason and field, rows that are counted only.
    """
    found = Counter((letter.reason, letter.field) for letter in letters) + (others or Counter())
    for (reason, field), rows in sorted(found.items(), key=str):
        _count(conn, model_id, reason, field or "", day=at // _DAY_US, rows=rows)
    kept = letters[-KEPT_ROWS:]
    if kept:
        conn.execute(sa.insert(table), [_row(model_id, letter, at) for letter in kept])
        newest = sa.select(table.c.id).where(table.c.model_id == model_id).order_by(table.c.id.desc())
        oldest = newest.offset(KEPT_ROWS - 1).limit(1).scalar_subquery()
        conn.execute(sa.delete(table).where(table.c.model_id == model_id, table.c.id < oldest))


def dead_letters(
    conn: sa.Connection, model_id: int, *, before: int | None = None, rows: int = 100
) -> list[KeptLetter]:
    """Kept letters of a model, newest first, those with an id below `before` where it is given."""
    asked = sa.select(table).where(table.c.model_id == model_id).order_by(table.c.id.desc()).limit(rows)
    if before is not None:
        asked = asked.where(table.c.id < before)
    names = DeadLetter.__dataclass_fields__
    return [
        KeptLetter(id=row.id, at=row.at, letter=DeadLetter(**{name: getattr(row, name) for name in names}))
        for row in conn.execute(asked)
    ]


def dead_letter_counts(conn: sa.Connection, model_id: int) -> list[LetterCount]:
    """All that was refused of a model, by day, reason and field."""
    asked = sa.select(counts).where(counts.c.model_id == model_id)
    rows = conn.execute(asked.order_by(counts.c.day, counts.c.reason, counts.c.field))
    return [LetterCount(day=r.day, reason=r.reason, field=r.field or None, rows=r.rows) for r in rows]


def delete_dead_letters(conn: sa.Connection, model_id: int, prediction_ids: Collection[str]) -> int:
    """Delete the kept letters of some ids; their number stays counted. Returns how many were deleted."""
    asked = sa.delete(table).where(table.c.model_id == model_id, table.c.prediction_id.in_(prediction_ids))
    return conn.execute(asked).rowcount


def _count(conn: sa.Connection, model_id: int, reason: str, field: str, *, day: int, rows: int) -> None:
    keys = {"model_id": model_id, "day": day, "reason": reason, "field": field}
    add_to(conn, counts, keys, {"rows": rows})


def _row(model_id: int, letter: DeadLetter, at: int) -> dict[str, object]:
    return {
        "model_id": model_id,
        "at": at,
        "kind": letter.kind,
        "batch_id": letter.batch_id,
        "index": letter.index,
        "prediction_id": letter.prediction_id,
        "field": letter.field,
        "reason": letter.reason,
        "row": letter.row[:KEPT_CHARACTERS],
    }
