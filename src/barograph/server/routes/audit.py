"""The audit log: who did what, and what was refused."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from barograph.server.access.forms import AuditAnswer, audit_answer
from barograph.server.access.needs import Admin, for_all_projects
from barograph.server.errors import declared
from barograph.server.state import Here
from barograph.store.audit import read_audit

router = APIRouter(prefix="/v1/audit", tags=["access"])

Before = Annotated[int | None, Query(description="Entries with a smaller number.", ge=1, le=2**62)]
Entries = Annotated[int, Query(description="How many at most.", ge=1, le=1_000)]


@router.get("", responses=declared(401, 403))
def list_audit(here: Here, who: Admin, before: Before = None, entries: Entries = 100) -> AuditAnswer:
    """Show the audit log, newest first; needs a key that sees all projects."""
    for_all_projects(who)
    with here.database.reading() as conn:
        return audit_answer(read_audit(conn, before=before, entries=entries), entries)
