"""Requests that were answered: the same one sent again gets the same answer and changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.store.errors import Conflict
from barograph.store.tables.readings import answered_requests
from barograph.store.upsert import insert_missing


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A request that can be known again.

    Attributes
    ----------
    resource : what it brings, such as `readings`.
    key : its `Idempotency-Key`, the same each time it is sent.
    """

    project_id: int
    resource: str
    key: str
    body: bytes


def earlier_answer(conn: sa.Connection, sending: Sending, *, at: int) -> Mapping[str, Any] | None:
    """What a request was answered when it came before; None where it comes for the first time.

    From then on it is known, if the caller's transaction is committed: end it with `keep_answer`. Of two that come at
    once one waits here for the other.

    Parameters
    ----------
    at : now, µs UTC.

    Raises
    ------
    Conflict
        Where it had another body.
    """
    digest = hashlib.sha256(sending.body).hexdigest()
    row = {**_place(sending), "answered_at": at, "body_hash": digest, "reply": {}}
    if insert_missing(conn, answered_requests, row, list(_place(sending))):
        return None
    columns = answered_requests.c.reply, answered_requests.c.body_hash
    found = conn.execute(sa.select(*columns).where(*_same(sending))).one()
    if found.body_hash != digest:
        raise Conflict(
            f"Idempotency-Key {sending.key!r} came before with other {sending.resource}; send another request with "
            "another key."
        )
    reply: Mapping[str, Any] = found.reply
    return reply


def keep_answer(conn: sa.Connection, sending: Sending, reply: Mapping[str, Any]) -> None:
    """Remember what a request was answered, in the transaction of what it changed."""
    conn.execute(answered_requests.update().where(*_same(sending)).values(reply=dict(reply)))


def forget_answers(conn: sa.Connection, *, before: int) -> int:
    """Forget requests answered before a time, µs UTC; returns how many."""
    gone = answered_requests.delete().where(answered_requests.c.answered_at < before)
    return conn.execute(gone).rowcount


def _place(sending: Sending) -> dict[str, Any]:
    return {"project_id": sending.project_id, "resource": sending.resource, "key": sending.key}


def _same(sending: Sending) -> list[sa.ColumnElement[bool]]:
    return [answered_requests.c[name] == value for name, value in _place(sending).items()]
