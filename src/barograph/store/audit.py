"""The audit log: who did what, in a chain in which nothing can be changed or left out unseen.

Each entry's hash covers its content and the hash before it. Whoever can write the database can still cut off the end,
or write the whole chain anew: keep the latest hash elsewhere (`last`) and give it to `verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.store.errors import Damaged
from barograph.store.tables.audit import audit

#: Any number that nothing else locks: `audit` in ASCII.
_LOCK = 0x6175646974
_START = bytes(32)
_READ_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done, or refused.

    Attributes
    ----------
    number : 1 for the first.
    at : microseconds UTC.
    actor : id of a key, or a part of the server.
    action : such as ``"model.create"``.
    object : what it was done to, such as ``"bank/credit"``.
    outcome : `done` or `denied`.
    details : before, after, address of the client, as far as they matter. No secrets.
    """

    number: int
    at: int
    actor: str
    action: str
    subject: str
    outcome: str
    details: Mapping[str, Any]
    hash: bytes


def append_audit(
    conn: sa.Connection,
    *,
    at: int,
    actor: str,
    action: str,
    subject: str = "",
    outcome: str = "done",
    details: Mapping[str, Any] | None = None,
) -> int:
    """Add an entry, in the transaction of what it tells of; returns its number.

    Control characters are written as escapes, so that an entry is one line wherever it is shown.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    number, before = last(conn)
    row = {
        "number": number + 1,
        "at": at,
        "actor": _one_line(actor),
        "action": _one_line(action),
        "subject": _one_line(subject),
        "outcome": outcome,
        "details": json.dumps(details or {}, sort_keys=True, default=str),
    }
    conn.execute(sa.insert(audit).values(**row, hash=_link(before, row)))
    return number + 1


def last(conn: sa.Connection) -> tuple[int, bytes]:
    """Number and hash of the latest entry; 0 and zeros where there is none."""
    asked = sa.select(audit.c.number, audit.c.hash).order_by(audit.c.number.desc()).limit(1)
    found = conn.execute(asked).one_or_none()
    return (0, _START) if found is None else (found.number, bytes(found.hash))


def read_audit(conn: sa.Connection, *, before: int | None = None, entries: int = 100) -> list[AuditEntry]:
    """The latest entries, those with a number below `before` where it is given; newest first."""
    asked = sa.select(audit).order_by(audit.c.number.desc()).limit(entries)
    if before is not None:
        asked = asked.where(audit.c.number < before)
    return [
        AuditEntry(**{**row._mapping, "details": json.loads(row.details), "hash": bytes(row.hash)})
        for row in conn.execute(asked)
    ]


def verify(conn: sa.Connection, *, kept: tuple[int, bytes] | None = None) -> int:
    """Check the whole chain; returns the number of entries.

    Parameters
    ----------
    kept : number and hash of an entry, as `last` gave them and someone kept them elsewhere.

    Raises
    ------
    Damaged
        With the number of the first entry that does not follow from those before it.
    """
    number, before = 0, _START
    while rows := _following(conn, number):
        for row in rows:
            content = {name: row[name] for name in row if name != "hash"}
            number += 1
            if row["number"] != number or bytes(row["hash"]) != _link(before, content):
                raise _broken(number)
            before = bytes(row["hash"])
            if kept is not None and kept[0] == number and kept[1] != before:
                raise _broken(number)
    if kept is not None and kept[0] > number:
        raise _broken(number + 1)
    return number


def _following(conn: sa.Connection, number: int) -> list[Mapping[str, Any]]:
    asked = sa.select(audit).where(audit.c.number > number).order_by(audit.c.number).limit(_READ_AT_ONCE)
    return [dict(row._mapping) for row in conn.execute(asked)]


def _broken(number: int) -> Damaged:
    return Damaged(
        f"the audit log was changed: entry {number} does not follow from those before it. Compare it with a backup."
    )


def _link(before: bytes, row: Mapping[str, Any]) -> bytes:
    """Hash of an entry: its content as JSON, after the hash of the one before."""
    return hashlib.sha256(before + json.dumps(row, sort_keys=True).encode()).digest()


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
