"""One request for a page: who asks, in which language, of what; and the page as HTML or JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, Protocol
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from barograph.locale.language import Language, chosen
from barograph.server.access.roles import Role
from barograph.server.pages.accounts.cookies import form_token
from barograph.server.pages.own_address import here_of
from barograph.server.pages.pictures import as_figures, as_picture
from barograph.server.pages.render import LANGUAGE_COOKIE, as_frame, as_html, as_json
from barograph.server.pages.selection import Selection, selection
from barograph.server.pages.shell import shell
from barograph.server.pages.who import Visitor, visiting
from barograph.server.state import Here, Server

Handler = Callable[..., Any]
#: Pages whose pictures can be shown elsewhere.
OF_MODEL: Final = "/models/{project}/{model}"


class Page(Protocol):
    """What a page shows: a frozen dataclass, all of it in its JSON form too.

    Attributes
    ----------
    template : file of the template, without its ending.
    """

    @property
    def template(self) -> str:
        """The template's name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One request.

    Attributes
    ----------
    now : µs UTC.
    """

    request: Request
    here: Server
    visitor: Visitor
    language: Language
    selection: Selection
    now: int

    @property
    def wants_json(self) -> bool:
        """Whether the page's data are asked for instead of the page."""
        path, accepted = self.request.url.path, self.request.headers.get("accept", "")
        return path.endswith(".json") or accepted.startswith("application/json")

    @property
    def wants_picture(self) -> bool:
        """Whether one picture of the page is asked for, or what it shows, and nobody looks at the page."""
        return self.request.url.path.endswith((".svg", ".csv", ".frame"))

    @property
    def here_address(self) -> str:
        """The address of the page, as links of this server name it."""
        return here_of(self.request)

    def may(self, role: Role) -> bool:
        """Whether what needs a role is offered."""
        return self.visitor.principal.may(role)

    def show(self, page: Page, *, status: int = 200) -> Response:
        """The page, as it was asked for."""
        if self.wants_json:
            return as_json(page, status=status)
        if self.request.url.path.endswith(".svg"):
            asked = self.request.query_params
            theme = "dark" if asked.get("theme") == "dark" else "light"
            return as_picture(page, asked.get("chart", ""), theme=theme, elsewhere=self.visitor.by_link)
        if self.request.url.path.endswith(".csv"):
            return as_figures(page, self.request.query_params.get("chart", ""), self.language.said)
        if self.request.url.path.endswith(".frame"):
            name, theme = (self.request.query_params.get(each, "") for each in ("chart", "theme"))
            return as_frame(
                page, name, request=self.request, language=self.language, theme=theme, elsewhere=self.visitor.by_link
            )  # fmt: skip
        with self.here.database.reading() as conn:
            around = shell(conn, self.visitor)
        secret = self.visitor.secret
        return as_html(
            page.template, request=self.request, language=self.language, status=status,
            page=page, view=self, shell=around, form_token="" if secret is None else form_token(secret),
            news_query=self._news_query(around.last_event),
        )  # fmt: skip

    def _news_query(self, last_event: int) -> str:
        """What the page knows already, and what it is about."""
        named = self.request.path_params
        about = {"project": named.get("project", self.selection.project), "model": named.get("model")}
        given = {name: value for name, value in about.items() if value is not None}
        return f"?{urlencode({'after': last_event, 'since': self.now, **given})}"

    def go(self, address: str) -> Response:
        """On to another page, after a form was sent."""
        return RedirectResponse(self.request.scope.get("root_path", "") + address, status_code=303)


def viewing(role: Role = "viewer") -> Any:
    """The view of a request by somebody with a role."""

    async def view(
        request: Request,
        here: Here,
        asked: Annotated[Selection, Depends(selection)],
        visitor: Visitor = visiting(role),  # noqa: B008 - a closure's name cannot stand in an annotation
    ) -> View:
        return View(
            request=request, here=here, visitor=visitor, selection=asked, now=here.clock.now(),
            language=language_of(request, visitor.language),
        )  # fmt: skip

    return Depends(view)


def language_of(request: Request, own: str | None = None) -> Language:
    """The language of a request."""
    return chosen(
        own=own,
        cookie=request.cookies.get(LANGUAGE_COOKIE),
        accepted=request.headers.get("accept-language", ""),
    )


Viewing = Annotated[View, viewing("viewer")]
Editing = Annotated[View, viewing("editor")]
Administering = Annotated[View, viewing("admin")]


def page(router: APIRouter, path: str) -> Callable[[Handler], Handler]:
    """Register a page under its address, its data under the same with ``.json``, its pictures with ``.svg``.

    What its pictures show is there with ``.csv``. Pictures of a model's pages have a page of their own for frames, too,
    under ``.frame``. The data are no part of the API's description: a page changes more freely than `/v1`.
    """

    def register(handler: Handler) -> Handler:
        name = path.rstrip("/") or "/index"
        for ending in (".json", ".svg", ".csv", *((".frame",) if path.startswith(OF_MODEL) else ())):
            router.get(f"{name}{ending}", include_in_schema=False, response_model=None)(handler)
        router.get(path, include_in_schema=False, response_model=None)(handler)
        return handler

    return register
