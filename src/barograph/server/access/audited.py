"""Every change and every refusal goes into the audit log."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa

from barograph.server.access.principal import Principal
from barograph.server.state import Server
from barograph.store.audit import append_audit
from barograph.store.errors import StoreUnavailable


def note(
    conn: sa.Connection, here: Server, who: Principal, action: str, subject: str, **details: object
) -> None:
    """Note a change in the transaction that makes it.

    Parameters
    ----------
    action : thing and verb, such as ``model.create``.
    subject : what was changed, such as ``bank/credit``.
    details : before and after, as far as they matter; no secrets.
    """
    told = {"address": who.address, **details}
    append_audit(conn, at=here.clock.now(), actor=who.key_id, action=action, subject=subject, details=told)


def note_denial(here: Server, *, actor: str, address: str, action: str, why: str) -> None:
    """Note a refused request, unless its address has filled its share of the log for now."""
    if here.denials.wait_seconds(address):
        return
    details = {"address": address, "why": why}
    # What is refused stays refused where the disk is full.
    with suppress(StoreUnavailable), here.database.writing() as conn:
        append_audit(conn, at=here.clock.now(), actor=actor, action=action, outcome="denied", details=details)
