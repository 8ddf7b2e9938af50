"""Pages as HTML and as JSON."""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import orjson
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import Response

from barograph import __version__
from barograph.charts.svg import clean
from barograph.locale.language import LANGUAGES, Language, language
from barograph.locale.said import Said
from barograph.server.notify.render.html import safe_link
from barograph.server.pages.own_address import here_of, path_of
from barograph.server.pages.packed import packed
from barograph.server.pages.pictures import ANY_FRAME, ELSEWHERE, LINKS, picture_named
from barograph.server.pages.saved import Addresses
from barograph.server.pages.shell import PARTS
from barograph.server.pages.static import address_of, text_of
from barograph.server.pages.written_times import iso_time, local_time

LANGUAGE_COOKIE: Final = "barograph_language"
THEME_COOKIE: Final = "barograph_theme"
LANDING_COOKIE: Final = "barograph_landing"
#: By the word in the cookie, where one begins, and for whom that is.
LANDINGS: Final = {
    "on-call": ("/", "On call"), "science": ("/science", "Data science"), "product": ("/product", "Product"),
    "compliance": ("/compliance", "Compliance"), "coverage": ("/coverage", "Coverage"),
}  # fmt: skip
#: By the word in addresses and the cookie, what the menu says.
THEMES: Final = {"system": "As the system", "light": "Light", "dark": "Dark"}
#: Nothing is loaded from anywhere else, and no script but our own files runs; marks of charts carry inline styles.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_FRAME_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def as_html(
    template: str, *, request: Request, language: Language, status: int = 200, **context: Any
) -> Response:
    """A template filled in; of a request by htmx only the part it replaces.

    Parameters
    ----------
    template : its name, without ``.html``.
    """
    found = _environment(language.code).get_template(f"{template}.html")
    back = here_of(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    held = {
        "language": language, "languages": LANGUAGES, "parts": PARTS, "root": request.scope.get("root_path", ""),
        "path": back.partition("?")[0], "back": back, "template": template, "themes": THEMES,
        "theme": theme if theme in THEMES else "system", "addresses": Addresses(request),
        "landings": LANDINGS, "landing": landing_of(request), **context,
    }  # fmt: skip
    if request.headers.get("hx-target") == "main#main":
        scope = found.new_context(held)
        # What the template imports is in the context once its root has begun.
        next(found.root_render_func(scope), None)
        text = "".join(found.blocks["main"](scope))
    else:
        text = found.render(held)
    headers = {"Content-Security-Policy": _POLICY, "Vary": "HX-Target, Accept-Language, Cookie"}
    answer = Response(clean(text), status_code=status, media_type="text/html", headers=headers)
    return packed(request, answer)


def landing_of(request: Request) -> str:
    """The word of where this browser's user begins."""
    chosen = request.cookies.get(LANDING_COOKIE, "")
    return chosen if chosen in LANDINGS else "on-call"


def as_file(template: str, *, language: Language, page: Any) -> Response:
    """A page as one HTML file that needs nothing else, its style inside.

    Parameters
    ----------
    template : its name, without ``.html``; it has `page`, `style` and `version`.
    """
    style = Markup("\n".join(text_of(name) for name in ("charts.css", "pages.css")))  # noqa: S704 - our own files
    found = _environment(language.code).get_template(f"{template}.html")
    text = found.render(language=language, page=page, style=style, version=__version__)
    return Response(clean(text), media_type="text/html", headers={"Content-Security-Policy": _POLICY})


def as_frame(
    page: Any, name: str, *, request: Request, language: Language, theme: str, elsewhere: bool
) -> Response:
    """One picture of a page as a page of its own, for frames: it loads nothing, and leads to where it is from.

    Parameters
    ----------
    name, elsewhere : as in `as_picture`.
    theme : light or dark; else as the system.
    """
    drawn = Markup(LINKS.sub("", picture_named(page, name)))  # noqa: S704 - a chart of our own, whose texts are escaped
    found = _environment(language.code).get_template("frame.html")
    text = found.render(
        language=language, picture=drawn, style=Markup(text_of("charts.css")), theme=theme, head=page.head,  # noqa: S704 - our own file
        address=request.scope.get("root_path", "") + quote(path_of(request).rpartition(".")[0]),
    )  # fmt: skip
    frames = ANY_FRAME if elsewhere else "frame-ancestors 'none'"
    policy = {"Content-Security-Policy": f"{_FRAME_POLICY}; {frames}", "Vary": "Accept-Language"}
    headers = policy | (ELSEWHERE if elsewhere else {})
    return packed(request, Response(clean(text), media_type="text/html", headers=headers))


def as_json(page: Any, *, status: int = 200) -> Response:
    """The page's data."""
    body = orjson.dumps(page, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY, default=_plain)
    return Response(body, status_code=status, media_type="application/json")


def _plain(value: Any) -> Any:
    if isinstance(value, Markup):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return str(value)


@cache
def _environment(code: str) -> Environment:
    spoken = language(code)
    environment = Environment(
        loader=PackageLoader("barograph.server.pages"), autoescape=True, undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True, auto_reload=False,
        finalize=lambda shown: spoken.said(shown) if isinstance(shown, Said) else shown,
    )  # fmt: skip
    environment.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "number": spoken.number, "count": spoken.count, "percent": spoken.percent, "lasted": spoken.lasted,
        "safe_link": safe_link, "interval": spoken.interval,
    }  # fmt: skip
    environment.globals |= {
        "static": address_of, "spoken": spoken, "local_time": local_time, "iso_time": iso_time,
    }  # fmt: skip
    return environment
