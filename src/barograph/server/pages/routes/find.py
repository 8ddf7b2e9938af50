"""Finding a model, a column or a monitor by a part of its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import quote, urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.server.pages.view import View, Viewing, page
from barograph.store import catalog
from barograph.store.monitors import all_monitors

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200
#: Of each kind at the most.
_MOST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing with the text in its name, its address below this server."""

    kind: str
    name: str
    of: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindPage:
    """What was found."""

    wanted: str
    found: tuple[Found, ...]
    template: str = "find"


@page(router, "/find")
def get_find(view: Viewing, wanted: Annotated[str, Query(alias="for", max_length=_LONGEST)] = "") -> Response:
    """Show what has a text in its name; where that is one model's whole name, the model."""
    text = wanted.strip()
    with view.here.database.reading() as conn:
        found = _found(conn, view, text) if text else []
    whole = [one for one in found if one.kind == "model" and one.name == text]
    if len(whole) == 1 and not view.wants_json:
        return view.go(whole[0].address)
    return view.show(FindPage(wanted=text, found=tuple(found)))


def _found(conn: sa.Connection, view: View, text: str) -> list[Found]:
    seen = {p.id: p.name for p in catalog.projects(conn) if view.visitor.principal.sees(p.name)}
    models = [m for m in catalog.models(conn) if m.project in seen.values()]
    lowered = text.lower()
    named = [
        Found(kind="model", name=m.name, of=m.project, address=_model(m.project, m.name))
        for m in models
        if lowered in m.name.lower()
    ]
    columns = [
        Found(
            kind="column", name=c.name, of=f"{m.project}/{m.name}",
            address=f"{_model(m.project, m.name)}/feature?{urlencode({'column': c.name})}",
        )
        for m in models
        for c in m.schema.columns
        if lowered in c.name.lower()
    ]  # fmt: skip
    monitors = [
        Found(
            kind="monitor", name=each.name, of=seen[each.project_id],
            address=f"/monitors?{urlencode({'project': seen[each.project_id], 'for': each.name})}",
        )
        for each in all_monitors(conn)
        if each.project_id in seen and lowered in each.name.lower()
    ]  # fmt: skip
    return [*named[:_MOST], *columns[:_MOST], *monitors[:_MOST]]


def _model(project: str, name: str) -> str:
    return f"/models/{quote(project, safe='')}/{quote(name, safe='')}"
