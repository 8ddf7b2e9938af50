"""Probe rows: fixed rows scored again on a schedule, and whether their answers stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from barograph.store.events import record
from barograph.store.tables.events import events, probe_answers
from barograph.store.upsert import upsert


def add_answers(
    conn: sa.Connection,
    model_id: int,
    answers: Mapping[str, Any],
    *,
    at: int,
    version: str = "",
    probe: str = "",
) -> int:
    """Keep the answers a version gives to probe rows; changed ones are an event.

    Parameters
    ----------
    answers : by the row's name; any JSON value.
    at : µs UTC; answers older than those known are left out.
    probe : name of the set of rows.

    Returns
    -------
    How many answers changed.
    """
    place = (probe_answers.c.model_id == model_id, probe_answers.c.version == version)
    named = {f"{probe}/{row}": json.dumps(answer, sort_keys=True) for row, answer in sorted(answers.items())}
    asked = (
        sa.select(probe_answers).where(*place, probe_answers.c.row.in_(named)).order_by(probe_answers.c.row)
    )
    known = {row.row: row for row in conn.execute(asked.with_for_update())}
    newer = {row: a for row, a in named.items() if row not in known or known[row].seen_at <= at}
    changed = [row for row, answer in newer.items() if row in known and known[row].answer != answer]
    rows = [
        {
            "model_id": model_id, "version": version, "row": row, "answer": answer, "seen_at": at,
            "since": at if row in changed or row not in known else known[row].since,
        }
        for row, answer in newer.items()
    ]  # fmt: skip
    upsert(conn, probe_answers, rows, ["model_id", "version", "row"])
    if changed:
        shown = [{"row": r, "before": known[r].answer, "after": newer[r]} for r in changed[:20]]
        record(
            conn, model_id=model_id, kind="probe_change", at=at, version=version or None,
            name=f"{len(changed)} of {len(newer)} probe rows have another answer",
            details={"probe": probe, "changed": len(changed), "scored": len(newer), "examples": shown},
        )  # fmt: skip
    return len(changed)


def probes_between(conn: sa.Connection, model_id: int, *, first: int, end: int) -> tuple[int, int] | None:
    """Probe rows known before `end`, and those whose answer changed from `first` on (µs UTC); None without rows.

    Rows whose first answer came in the span did not change.
    """
    scored = sa.select(sa.func.count()).where(
        probe_answers.c.model_id == model_id, probe_answers.c.since < end
    )
    rows = int(conn.execute(scored).scalar_one())
    if rows == 0:
        return None
    # A row that changed and changed back counts twice in the events, once here.
    return rows, min(_changed(conn, model_id, first, end), rows)


def _changed(conn: sa.Connection, model_id: int, first: int, end: int) -> int:
    asked = sa.select(events.c.details).where(
        events.c.model_id == model_id,
        events.c.kind == "probe_change",
        events.c.at >= first,
        events.c.at < end,
    )
    return sum(int(details["changed"]) for details in conn.scalars(asked))
