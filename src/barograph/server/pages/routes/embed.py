"""Links to one chart, for whoever has them: made by editors, noted, and ended by an admin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from barograph.server.access.audited import note
from barograph.server.access.needs import no_project
from barograph.server.access.picture_links import end_links, link_key, signed
from barograph.server.errors import RequestRefused
from barograph.server.pages.accounts.cookies import OwnForm
from barograph.server.pages.view import Administering, Editing, View, page
from barograph.server.pages.who import maker_name

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 2_000
_DAYS: Final = (7, 30, 90, 365)
_DAY_US: Final = 86_400_000_000
_OF_MODEL: Final = re.compile(r"/models/(?P<project>[^/]+)/(?P<model>[^/]+)(/[a-z]+)?")
_Text = Annotated[str, Query(max_length=_LONGEST)]
_Sent = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link as it is given away: to the picture, and to the page that holds it in a frame."""

    picture: str
    frame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedPage:
    """What the page shows.

    Attributes
    ----------
    to : page of the chart, an address of this server; empty where none was chosen.
    preview : where the chart is seen by who is signed in.
    days : for which a link may last.
    link : the one just made, which is kept nowhere, until when it shows the chart, µs UTC.
    """

    to: str
    chart: str
    preview: str = ""
    days: tuple[int, ...] = _DAYS
    link: Link | None = None
    until: int | None = None
    template: str = "embed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """A chart of a page: the page's path, what it is asked for, and whose model it shows."""

    path: str
    asked: tuple[tuple[str, str], ...]
    project: str
    model: str


@page(router, "/embed")
def get_embed(view: Editing, to: _Text = "", chart: _Text = "") -> Response:
    """Show a chart and for how long a link may show it."""
    if not to:
        return view.show(EmbedPage(to="", chart=""))
    return view.show(_page(view, to, chart, theme="light"))


@router.post("/embed", dependencies=[OwnForm])
def post_embed(
    view: Editing,
    to: _Sent,
    chart: _Sent,
    days: Annotated[int, Form(ge=1, le=_DAYS[-1])],
    theme: Annotated[Literal["light", "dark"], Form()] = "light",
) -> Response:
    """Make a link; it is in this answer and nowhere else."""
    shown, found = _page(view, to, chart, theme=theme), _chart(view, to, chart, theme)
    until = view.now + days * _DAY_US
    key = link_key(view.here.settings.data_path)
    query = signed(key, found.path, found.asked, made_by=maker_name(view.visitor), until=until)
    at = f"{view.here.settings.reached_at.rstrip('/')}{quote(found.path)}"
    with view.here.database.writing() as conn:
        note(
            conn, view.here, view.visitor.principal, "chart.embed", f"{found.project}/{found.model}",
            page=to, chart=chart, until=until,
        )  # fmt: skip
    link = Link(picture=f"{at}.svg?{query}", frame=f"{at}.frame?{query}")
    return view.show(
        EmbedPage(to=shown.to, chart=chart, preview=shown.preview, link=link, until=until), status=201
    )


@router.post("/embed/end", dependencies=[OwnForm])
def post_end(view: Administering) -> Response:
    """End every link there is."""
    end_links(view.here.settings.data_path)
    with view.here.database.writing() as conn:
        note(conn, view.here, view.visitor.principal, "chart.end_links", "")
    return view.go("/settings/keys")


def _page(view: View, to: str, chart: str, *, theme: str) -> EmbedPage:
    found = _chart(view, to, chart, theme)
    return EmbedPage(to=to, chart=chart, preview=f"{quote(found.path)}.svg?{urlencode(found.asked)}")


def _chart(view: View, to: str, chart: str, theme: str) -> _Chart:
    """The chart; raises RequestRefused for a page without such charts, or of a project that may not be seen."""
    try:
        parts = urlsplit(to)
    except ValueError:
        parts = urlsplit("")
    path = unquote(parts.path)
    matched = _OF_MODEL.fullmatch(path)
    if matched is None or parts.netloc:
        raise RequestRefused(
            422, f"{to!r} has no chart for other pages; expected the address of a page of a model."
        )
    project, model = matched["project"], matched["model"]
    if not view.visitor.principal.sees(project):
        raise no_project(project)
    given = [pair for pair in parse_qsl(parts.query) if pair[0] not in ("chart", "theme")]
    return _Chart(path=path, asked=(*given, ("chart", chart), ("theme", theme)), project=project, model=model)
