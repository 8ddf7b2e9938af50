"""Where each audience begins, all models in a table: what each asks of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.background import BackgroundTask
from starlette.responses import Response

from barograph.metrics.intervals import change
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value
from barograph.report.comparison import HEADLINES
from barograph.server.pages.inbox.fleet import fleet_rows
from barograph.server.pages.inbox.shown import FleetRow
from barograph.server.pages.landings.ahead import read_on
from barograph.server.pages.landings.beside import AT_ONCE, Beside, beside_by_model, on_references
from barograph.server.pages.landings.costs import COSTED_AT_ONCE, Worth, costs_by_model, worth_by_model
from barograph.server.pages.landings.report import DAYS
from barograph.server.pages.landings.shown import (
    CompliancePage,
    CoveragePage,
    CoverageRow,
    ProductPage,
    ProductRow,
    SciencePage,
    ScienceRow,
)
from barograph.server.pages.landings.times import Seen, Watch, seen_by_model, watch_by_model
from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.channels import all_channels
from barograph.store.incidents import incidents_of

router = APIRouter(include_in_schema=False)

_DAY_US: Final = 86_400_000_000
_DAYS: Final = 91
_MOST_SHOWN: Final = 40
_MOST_ROWS: Final = 100
#: Rows that came longer ago are not recent.
_RECENT_US: Final = 3 * _DAY_US
TRUST: Final = ("no", "unknown", "worse", "unjudged", "yes")
#: What every model should have, in the order in which it is seen to.
LACKS: Final = ("owner", "reference", "recent rows", "labels", "monitors", "channels")
Word = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fleet:
    """The models that may be seen, with what all landings tell of them."""

    models: dict[tuple[str, str], Model]
    rows: tuple[FleetRow, ...]
    seen: dict[int, Seen]
    watch: dict[int, Watch]

    def of(self, row: FleetRow) -> Model:
        """The model of a row."""
        return self.models[row.project, row.name]


@page(router, "/product")
def get_product(view: Viewing, trust: Word = "", show: Word = "") -> Response:
    """Show of every model whether it is safe to trust.

    Parameters
    ----------
    trust : only models of which this is so.
    show : ``all``: more than the first hundred.
    """
    with view.here.database.reading() as conn:
        rows = _product_rows(conn, view)
    wanted = trust if trust in TRUST else ""
    shown = tuple(row for row in rows if wanted in ("", row.trust))
    answer = view.show(
        ProductPage(
            rows=shown[: _most(show)], hidden=max(len(shown) - (_most(show) or len(shown)), 0),
            counts=Counter(row.trust for row in rows), trust=wanted, days=_DAYS,
            now=view.now,
        )
    )  # fmt: skip
    return _reading_on(answer, view, rows)


@page(router, "/compliance")
def get_compliance(view: Viewing, show: Word = "") -> Response:
    """List the reports of models.

    Parameters
    ----------
    show : ``all``: more than the first hundred.
    """
    with view.here.database.reading() as conn:
        found = _product_rows(conn, view, days=DAYS, costed=0)
    rows = sorted(found, key=lambda row: (row.fleet.project, row.fleet.name))
    shown = rows[: _most(show)]
    answer = view.show(
        CompliancePage(rows=tuple(shown), hidden=len(rows) - len(shown), days=DAYS, now=view.now)
    )
    return _reading_on(answer, view, rows)


@page(router, "/science")
def get_science(view: Viewing, show: Word = "") -> Response:
    """Show how well each model does beside its reference, and what to do next.

    Parameters
    ----------
    show : ``all``: models that are well, too.
    """
    with view.here.database.reading() as conn:
        fleet = _fleet(conn, view)
        wanted = [row for row in fleet.rows if show == "all" or row.standing.word != "well"]
        wanted = wanted if show == "all" else wanted[:_MOST_SHOWN]
        references = on_references(conn, [fleet.of(row) for row in wanted], now=view.now, most=_MOST_SHOWN)
        rows = [_science_row(conn, fleet, row, references.get(fleet.of(row).id)) for row in wanted]
    rows.sort(key=lambda row: (row.change != "worse", -(row.fleet.drift.value if row.fleet.drift else 0.0)))
    return view.show(
        SciencePage(
            rows=tuple(rows),
            hidden=len(fleet.rows) - len(rows),
            now=view.now,
        )
    )


@page(router, "/coverage")
def get_coverage(view: Viewing, lacks: Word = "", show: Word = "") -> Response:
    """Show what models lack of what each should have.

    Parameters
    ----------
    lacks : only models that lack this.
    show : ``all``: more than the first hundred.
    """
    with view.here.database.reading() as conn:
        fleet = _fleet(conn, view)
        told = {p.name for p in catalog.projects(conn) if any(c.enabled for c in all_channels(conn, p.id))}
    rows = [_coverage_row(fleet, row, told, now=view.now) for row in fleet.rows]
    wanted = lacks if lacks in LACKS else ""
    shown = [row for row in rows if (not row.has[wanted] if wanted else not all(row.has.values()))]
    shown.sort(key=lambda row: (sum(row.has.values()), row.fleet.project, row.fleet.name))
    return view.show(
        CoveragePage(
            rows=tuple(shown[: _most(show)]), hidden=max(len(shown) - (_most(show) or len(shown)), 0),
            lacking={name: sum(not row.has[name] for row in rows) for name in LACKS},
            models=len(rows), wanted=wanted, now=view.now,
        )
    )  # fmt: skip


def _most(show: str) -> int | None:
    """Rows of a page; None: all."""
    return None if show == "all" else _MOST_ROWS


def _fleet(conn: sa.Connection, view: View, *, days: int = _DAYS) -> _Fleet:
    only, who = view.selection.project, view.visitor.principal
    projects = [p for p in catalog.projects(conn) if who.sees(p.name) and only in (None, p.name)]
    names = {p.name for p in projects}
    models = {(m.project, m.name): m for m in catalog.models(conn) if m.project in names}
    first, made = view.now - days * _DAY_US, {m.id: m.created_at for m in models.values()}
    return _Fleet(
        models=models, rows=fleet_rows(conn, models.values(), now=view.now),
        seen=seen_by_model(conn, [p.id for p in projects], first=first),
        watch=watch_by_model(conn, made, first=first, now=view.now),
    )  # fmt: skip


def _product_rows(
    conn: sa.Connection, view: View, *, days: int = _DAYS, costed: int = COSTED_AT_ONCE
) -> list[ProductRow]:
    """All models, those that are not to be trusted first; of the first so many what incidents cost."""
    fleet = _fleet(conn, view, days=days)
    worth = worth_by_model(conn, fleet.models.values(), now=view.now)
    # Of models that are not well, their alerts say what is to be said.
    well = {fleet.of(row).id: row.performance for row in fleet.rows if row.standing.word == "well"}
    last = {of: figure for of, figure in well.items() if figure is not None}
    asked = [m for m in fleet.models.values() if m.id in well]
    beside = beside_by_model(conn, asked, last, now=view.now, most=AT_ONCE)
    rows = [_product_row(fleet, row, worth, beside.get(fleet.of(row).id, Beside())) for row in fleet.rows]
    rows.sort(key=lambda row: (TRUST.index(row.trust), row.fleet.project, row.fleet.name))
    first, of = view.now - days * _DAY_US, [fleet.of(row.fleet) for row in rows]
    costs = costs_by_model(conn, of, first=first, now=view.now, most=costed)
    return [replace(row, costs=costs.get(model.id, ())) for row, model in zip(rows, of, strict=True)]


def _reading_on(answer: Response, view: View, rows: Sequence[ProductRow]) -> Response:
    """The answer; once it is sent, references are read that it could not tell of."""
    unread = [(row.fleet.project, row.fleet.name) for row in rows if row.beside.unread]
    if unread:
        answer.background = BackgroundTask(read_on, view.here, unread, now=view.now)
    return answer


def _product_row(
    fleet: _Fleet, row: FleetRow, worth: Mapping[int, tuple[Worth, ...]], beside: Beside
) -> ProductRow:
    model = fleet.of(row)
    return ProductRow(
        fleet=row, trust=trust_of(row, beside), beside=beside, worth=worth.get(model.id, ()),
        costs=(), watch=fleet.watch[model.id], seen=fleet.seen.get(model.id, Seen()), timezone=model.schema.timezone,
    )  # fmt: skip


def trust_of(row: FleetRow, beside: Beside) -> str:
    """Whether a model is safe to trust, as its monitors and its labels say; see `ProductRow`."""
    if row.standing.word == "firing":
        return "no" if row.standing.severity != "info" else "unjudged"
    if row.standing.word != "well":
        return "unknown"
    if row.performance is None:
        return "unjudged"
    if beside.unread:
        return "unknown"
    return "worse" if beside.change == "worse" else "yes"


def _science_row(conn: sa.Connection, fleet: _Fleet, row: FleetRow, before: Value | None) -> ScienceRow:
    model = fleet.of(row)
    seen, said = fleet.seen.get(model.id, Seen()), ""
    if row.performance is not None and before is not None and model.schema.task is not None:
        spec = metrics()[HEADLINES[model.schema.task][0]]
        said = change(before, row.performance, spec.direction).verdict
    return ScienceRow(fleet=row, reference=before, change=said, seen=seen, step=_step(conn, seen))


def _step(conn: sa.Connection, seen: Seen) -> str:
    """What the explanation of the open incident says to do first."""
    if seen.open_id is None:
        return ""
    held = incidents_of(conn, [seen.open_id])
    actions = (held[0].explanation or {}).get("actions", ()) if held else ()
    return actions[0]["sentence"] if actions else ""


def _coverage_row(fleet: _Fleet, row: FleetRow, told: set[str], *, now: int) -> CoverageRow:
    has = {
        "owner": bool(row.owner), "reference": fleet.of(row).reference is not None,
        "recent rows": row.window is not None and now - row.window < _RECENT_US,
        "labels": row.performance is not None, "monitors": row.standing.watched > 0,
        "channels": row.project in told,
    }  # fmt: skip
    return CoverageRow(fleet=row, has=has)
