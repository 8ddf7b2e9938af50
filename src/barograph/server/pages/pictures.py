"""Each picture of a page as a file of its own, which stands alone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import polars as pl
from markupsafe import Markup
from starlette.responses import Response

from barograph.charts.spoken import Speak, worded
from barograph.charts.table import table_of
from barograph.errors import did_you_mean
from barograph.metrics.values import Undefined, Value
from barograph.report.drawing import Drawing
from barograph.server.errors import RequestRefused
from barograph.server.pages.static import chart_style
from barograph.server.reading.forms import CSV, as_csv

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
#: In the policy of what may stand in frames of any site.
ANY_FRAME: Final = "frame-ancestors *"
#: Headers of what pages of others may show; it is made anew once in so many seconds.
ELSEWHERE: Final = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "private, max-age=60"}
#: Of a file that is saved, links lead nowhere.
LINKS: Final = re.compile(r"</?a\b[^>]*>")
_SVG: Final = "http://www.w3.org/2000/svg"


def as_picture(page: Any, name: str, *, theme: str, elsewhere: bool = False) -> Response:
    """One picture of a page as an SVG file, its style inside.

    Parameters
    ----------
    name : where it stands in the page's data, such as ``performance.chart`` or ``columns.0.picture``.
    theme : light or dark.
    elsewhere : whether pages of others may show it, as with a link to it.

    Raises
    ------
    RequestRefused
        404 where the page has no such picture; it names those there are.
    """
    policy = {"Content-Security-Policy": f"{_POLICY}; {ANY_FRAME}" if elsewhere else _POLICY}
    headers = policy | (ELSEWHERE if elsewhere else {})
    return Response(
        alone(str(picture_named(page, name)), theme=theme), media_type="image/svg+xml", headers=headers
    )


def as_figures(page: Any, name: str, speak: Speak) -> Response:
    """What one picture of a page shows, or one of its tables, as CSV.

    Parameters
    ----------
    name : as in `as_picture`, or where the rows of a table stand in the page's data, such as ``pairs``.
    speak : says its words in a language; the names of columns are the same in all.

    Raises
    ------
    RequestRefused
        404 where the page has no such picture, or one without figures.
    """
    held = getattr(page, name, None)
    if isinstance(held, tuple) and held and dataclasses.is_dataclass(held[0]):
        table = pl.DataFrame([_flat(row, speak) for row in held], infer_schema_length=None)
        return Response(as_csv(table), media_type=CSV)
    drawn = picture_named(page, name)
    if not isinstance(drawn, Drawing) or drawn.chart is None:
        raise RequestRefused(
            404, f"the picture {name!r} has no file of figures; the page's JSON has its data."
        )
    told = table_of(worded(drawn.chart, speak), drawn.windows)
    columns = zip(*told.rows, strict=True) if told.rows else ((),) * len(told.columns)
    table = pl.DataFrame(
        [pl.Series(name, each, strict=False) for name, each in zip(told.columns, columns, strict=True)]
    )
    return Response(as_csv(table), media_type=CSV)


def _flat(row: Any, speak: Speak) -> dict[str, str | float | None]:
    """A row of a table: its words and numbers, of figures also interval and rows."""
    found: dict[str, str | float | None] = {}
    for each in dataclasses.fields(row):
        value = getattr(row, each.name)
        if isinstance(value, Value):
            low, high = value.interval or (None, None)
            found |= {each.name: value.value, f"{each.name}_low": low, f"{each.name}_high": high}
            found[f"{each.name}_n"] = value.n
        elif isinstance(value, Undefined) or value is None:
            found[each.name] = None
        elif isinstance(value, str):
            found[each.name] = speak(value)
        elif isinstance(value, int | float):
            found[each.name] = value
    return found


def picture_named(page: Any, name: str) -> Markup:
    """One picture of a page; raises RequestRefused, 404 where it has none of that name."""
    found = dict(pictures_of(page))
    if name not in found:
        names = ", ".join(found) or "none"
        hint = did_you_mean(name, found) or f". There: {names}."
        raise RequestRefused(404, f"this page has no picture {name!r}{hint}")
    return found[name]


def pictures_of(value: Any, at: str = "") -> Iterator[tuple[str, Markup]]:
    """Every picture in a page's data, by where it stands."""
    if isinstance(value, Markup):
        if value.startswith("<svg"):
            yield at, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            yield from pictures_of(getattr(value, each.name), f"{at}.{each.name}" if at else each.name)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from pictures_of(each, f"{at}.{key}")
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for i, each in enumerate(value):
            yield from pictures_of(each, f"{at}.{i}")


def alone(svg: str, *, theme: str) -> str:
    """A picture that needs no page around it: with its style, its ground, and without links.

    Examples
    --------
    >>> drawn = alone('<svg class="brg-chart" viewBox="0 0 9 9"><a href="/x">x</a></svg>', theme="light")
    >>> "xmlns=" in drawn, "<a" in drawn, "--brg-ink" in drawn
    (True, False, True)
    """
    head, _, body = LINKS.sub("", svg).partition(">")
    head = head.replace("<svg", f'<svg xmlns="{_SVG}"', 1)
    style = f"<style>{chart_style(theme)}</style>"
    ground = '<rect width="100%" height="100%" fill="var(--brg-surface)"/>'
    return f"{head}>{style}{ground}{body}"
