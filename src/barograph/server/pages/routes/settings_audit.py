"""Who changed what, and who was refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.access.needs import for_all_projects
from barograph.server.pages.view import Administering, page
from barograph.store.audit import read_audit

router = APIRouter(include_in_schema=False)

_ENTRIES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One change, or one refusal; `at` in µs UTC."""

    number: int
    at: int
    actor: str
    action: str
    subject: str
    outcome: str
    details: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A part of the audit log, the newest first.

    Attributes
    ----------
    before : number where the next part begins; None: there is none.
    """

    entries: tuple[AuditRow, ...]
    before: int | None
    now: int
    template: str = "settings_audit"


@page(router, "/settings/audit")
def get_audit(view: Administering, before: Annotated[int | None, Query(ge=1, le=2**62)] = None) -> Response:
    """Show the audit log."""
    for_all_projects(view.visitor.principal)
    with view.here.database.reading() as conn:
        found = read_audit(conn, before=before, entries=_ENTRIES)
    rows = tuple(
        AuditRow(
            number=e.number, at=e.at, actor=e.actor, action=e.action, subject=e.subject, outcome=e.outcome,
            details=dict(e.details),
        )
        for e in found
    )  # fmt: skip
    more = rows[-1].number if len(rows) == _ENTRIES else None
    return view.show(AuditPage(entries=rows, before=more, now=view.now))
