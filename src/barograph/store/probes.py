"""Probe rows: fixed rows scored again on a schedule, and whether their answers stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from barograph.locale.said import say
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
            name=say("{n} of {of} probe rows have another answer", n=len(changed), of=len(newer)),
            details={"probe": probe, "changed": len(changed), "scored": len(newer), "examples": shown},
        )  # fmt: skip
    return len(changed)


def read_probes(conn: sa.Connection, model_id: int) -> tuple[int, dict[int, int]]:
    """Probe rows of a model, and how many of them changed, by the time (µs UTC) at which they did."""
    counted = sa.select(sa.func.count()).where(probe_answers.c.model_id == model_id)
    told = sa.select(events.c.at, events.c.details).where(
        events.c.model_id == model_id, events.c.kind == "probe_change"
    )
    changed: dict[int, int] = {}
    for at, details in conn.execute(told):
        changed[at] = changed.get(at, 0) + int(details["changed"])
    return int(conn.execute(counted).scalar_one()), changed
