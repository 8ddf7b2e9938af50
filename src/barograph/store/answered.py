"""Requests that were answered: the same one sent again gets the same answer and changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from barograph.store.errors import Conflict
from barograph.store.tables.readings import answered_requests
from barograph.store.upsert import insert_missing

_KEYS = ("project_id", "resource", "key")


def earlier_answer(
    conn: sa.Connection, project_id: int, resource: str, key: str, *, body: bytes
) -> Mapping[str, Any] | None:
    """What a request with this key was answered; None where there was none.

    Raises
    ------
    Conflict
        Where it had another body.
    """
    asked = sa.select(answered_requests.c.reply, answered_requests.c.body_hash).where(
        answered_requests.c.project_id == project_id,
        answered_requests.c.resource == resource,
        answered_requests.c.key == key,
    )
    found = conn.execute(asked).one_or_none()
    if found is None:
        return None
    if found.body_hash != _hash(body):
        raise Conflict(
            f"Idempotency-Key {key!r} came before with other {resource}; send another request with another key."
        )
    reply: Mapping[str, Any] = found.reply
    return reply


def keep_answer(
    conn: sa.Connection,
    project_id: int,
    resource: str,
    key: str,
    *,
    body: bytes,
    reply: Mapping[str, Any],
    at: int,
) -> None:
    """Remember what a request was answered, in the transaction of what it changed.

    Raises
    ------
    Conflict
        Where the same request is being served at the same time; the caller's transaction is then taken back.
    """
    row = {
        "project_id": project_id, "resource": resource, "key": key, "answered_at": at, "body_hash": _hash(body),
        "reply": dict(reply),
    }  # fmt: skip
    if not insert_missing(conn, answered_requests, row, _KEYS):
        raise Conflict(f"a request with Idempotency-Key {key!r} is being served; send it again in a moment.")


def forget_answers(conn: sa.Connection, *, before: int) -> int:
    """Forget requests answered before a time, µs UTC; returns how many."""
    return conn.execute(answered_requests.delete().where(answered_requests.c.answered_at < before)).rowcount


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
