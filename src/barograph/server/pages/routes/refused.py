"""Rows of a model that were refused: how many, why, and some as they came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.pages.model.head import Head, asked_for, head_of
from barograph.server.pages.view import Viewing, page
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model
from barograph.store.dead_letters import KEPT_ROWS, KeptLetter, dead_letter_counts, dead_letters

router = APIRouter(include_in_schema=False)

_MOST: Final = 50
_DAYS: Final = 28
_DAY_US: Final = 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRow:
    """Rows refused for one reason, in the last 28 days and ever; `last_day`: days since 1970."""

    reason: str
    field: str | None
    lately: int
    rows: int
    last_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """What the page shows.

    Attributes
    ----------
    kept : the latest that are kept as they came; kinds: how many of each kind are kept in all.
    """

    head: Head
    reasons: tuple[ReasonRow, ...]
    kept: tuple[KeptLetter, ...]
    kinds: Mapping[str, int]
    template: str = "refused"


@page(router, "/models/{project}/{model}/refused")
def get_refused(project: ProjectName, model_name: ModelName, view: Viewing) -> Response:
    """Show rows that were refused."""
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name))
        head = head_of(conn, view, asked)
        counts = dead_letter_counts(conn, asked.model.id)
        kept = dead_letters(conn, asked.model.id, rows=KEPT_ROWS)
    since = view.now // _DAY_US - _DAYS
    reasons: dict[tuple[str, str | None], ReasonRow] = {}
    for each in counts:
        key = each.reason, each.field
        held = reasons.get(
            key, ReasonRow(reason=each.reason, field=each.field, lately=0, rows=0, last_day=each.day)
        )
        reasons[key] = ReasonRow(
            reason=each.reason, field=each.field, rows=held.rows + each.rows, last_day=max(held.last_day, each.day),
            lately=held.lately + (each.rows if each.day > since else 0),
        )  # fmt: skip
    shown = sorted(reasons.values(), key=lambda row: (-row.lately, -row.rows, row.reason))
    kinds = Counter(each.letter.kind for each in kept)
    return view.show(RefusedPage(head=head, reasons=tuple(shown), kept=tuple(kept[:_MOST]), kinds=kinds))


@router.get("/models/{project}/{model}/refused.ndjson")
def get_refused_file(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    kind: Annotated[Literal["predictions", "labels", "feedback"], Query()] = "predictions",
) -> Response:
    """Give the kept rows of a kind as they came, one a line, the oldest first: to be mended and sent again."""
    with view.here.database.reading() as conn:
        kept = dead_letters(conn, model(conn, project, model_name).id, rows=KEPT_ROWS)
    lines = "".join(f"{each.letter.row}\n" for each in reversed(kept) if each.letter.kind == kind)
    return Response(lines, media_type="application/x-ndjson")
