"""Changes of a model's columns, each an event when it begins."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, Protocol

import sqlalchemy as sa

from barograph.locale.said import Said, say, together
from barograph.store.events import record
from barograph.store.tables.columns import column_changes as table
from barograph.store.upsert import upsert

_DAY_US = 86_400_000_000
#: A column that was as it should be for more than this many days changes anew.
_QUIET_DAYS = 1
_NAMED = 5
#: What happened, of one column and of several.
_SENTENCES: Final[Mapping[str, Callable[[str, bool], Said]]] = {
    "new": lambda columns, one: say(
        "new column {columns}" if one else "new columns {columns}", columns=columns
    ),
    "missing": lambda columns, one: say(
        "column {columns} missing" if one else "columns {columns} missing", columns=columns
    ),
    "type": lambda columns, one: say(
        "column {columns} no longer of the kind in the schema"
        if one
        else "columns {columns} no longer of the kind in the schema",
        columns=columns,
    ),
}


class Change(Protocol):
    """One column that is not as the schema says: how, and what its values are."""

    @property
    def column(self) -> str:
        """Its name."""
        ...

    @property
    def change(self) -> str:
        """What differs: `new`, `missing` or `type`."""
        ...

    @property
    def form(self) -> str:
        """Type of its values."""
        ...


def note_changes(
    conn: sa.Connection, model_id: int, changes: Collection[Change], *, at: int, version: str | None = None
) -> int:
    """Remember changes, and record an event for those that are not known to be going on.

    Parameters
    ----------
    at : when rows with them were received, µs UTC.
    version : of the model that sent them.

    Returns
    -------
    Number of changes that began; those of one kind are one event.
    """
    day = at // _DAY_US
    asked = sa.select(table.c.column, table.c.change, table.c.form).where(
        table.c.model_id == model_id, table.c.last_day >= day - _QUIET_DAYS
    )
    going_on = {tuple(row) for row in conn.execute(asked)}
    once = sa.select(table.c.column, table.c.change, table.c.form).where(
        table.c.model_id == model_id, table.c.change == "new"
    )
    going_on |= {tuple(row) for row in conn.execute(once)}
    told = sorted(changes, key=lambda c: (c.column, c.change, c.form))
    begun = [c for c in told if (c.column, c.change, c.form) not in going_on]
    for kind in _SENTENCES:
        some = [c for c in begun if c.change == kind]
        if some:
            details = {"change": kind, "columns": {c.column: c.form for c in some}}
            record(
                conn, model_id=model_id, kind="schema_change", at=at, name=_sentence(kind, some), version=version,
                details=details,
            )  # fmt: skip
    rows = [
        {"model_id": model_id, "column": c.column, "change": c.change, "form": c.form, "last_day": day}
        for c in told
    ]
    upsert(conn, table, rows, ["model_id", "column", "change", "form"])
    return len(begun)


def _sentence(kind: str, changes: Sequence[Change]) -> Said:
    """What happened, in words; the first five columns are named."""
    named = [repr(c.column) + (f" ({c.form})" if c.form else "") for c in changes[:_NAMED]]
    more = len(changes) - len(named)
    told = together(named, ", ")
    if more:
        told = say("{names} and {n} more", names=told, n=more)
    return _SENTENCES[kind](told, len(changes) == 1)
