"""Values that look like personal data or secrets: counted, flagged on the model, and told once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import sqlalchemy as sa

from barograph.locale.said import say, word
from barograph.store.catalog import model_by_id, set_flags
from barograph.store.events import record
from barograph.store.tables.columns import column_findings as table
from barograph.store.upsert import add_to


class Finding(Protocol):
    """Of some values of a column, how many looked like a kind of private data."""

    @property
    def column(self) -> str:
        """The column's name."""
        ...

    @property
    def kind(self) -> str:
        """What they looked like."""
        ...

    @property
    def looked_at(self) -> int:
        """Number of values."""
        ...

    @property
    def found(self) -> int:
        """How many looked like it."""
        ...

    @property
    def least_share(self) -> float:
        """Lower bound of the share of such values."""
        ...


def note_findings(conn: sa.Connection, model_id: int, findings: Sequence[Finding], *, at: int) -> None:
    """Count findings; of a kind that is new in its column, flag the model and record an event.

    Parameters
    ----------
    at : when the rows were received, µs UTC.
    """
    flags = {column: list(kinds) for column, kinds in model_by_id(conn, model_id).flags.items()}
    new = [f for f in findings if f.kind not in flags.get(f.column, ())]
    for finding in findings:
        key = {"model_id": model_id, "column": finding.column, "kind": finding.kind}
        add_to(conn, table, key, {"looked_at": finding.looked_at, "found": finding.found})
    for finding in new:
        flags.setdefault(finding.column, []).append(finding.kind)
        details = {
            "column": finding.column, "kind": finding.kind, "found": finding.found, "looked_at": finding.looked_at,
            "least_share": finding.least_share,
        }  # fmt: skip
        record(
            conn, model_id=model_id, kind="personal_data", at=at, once=f"{finding.column}:{finding.kind}",
            details=details, name=say(
                "column {column} holds what looks like {kind}",
                column=repr(finding.column), kind=word(finding.kind.replace("_", " ")),
            ),
        )  # fmt: skip
    if new:
        set_flags(conn, model_id, flags)
