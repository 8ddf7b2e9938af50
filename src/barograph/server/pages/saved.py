"""Where what a page shows is a file of its own, and where the page stays as it is now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import Request

from barograph.server.pages.written_times import iso_time

#: Ends of a span, µs UTC.
Ends = tuple[int, int]

_SNIPPET: Final = """import io
import os

import httpx
import polars

answer = httpx.get(
    {address!r},
    params={asked!r},
    headers={{"Authorization": f"Bearer {{os.environ['BAROGRAPH_API_KEY']}}"}},
)
figures = polars.read_csv(io.BytesIO(answer.raise_for_status().content))
"""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of the page that a request asks for, for its templates."""

    request: Request

    def picture(self, chart: str) -> str:
        """Where a picture of the page is a file of its own."""
        return f"{self._path('svg')}?{urlencode(self._asked(None, chart=chart))}"

    def figures(self, chart: str, span: Ends | None = None) -> str:
        """Where what a picture shows is a file.

        Parameters
        ----------
        span : written out; None: as the page is asked for.
        """
        return f"{self._path('csv')}?{urlencode(self._asked(span, chart=chart))}"

    def python(self, chart: str, span: Ends | None = None) -> str:
        """Python that fetches that file."""
        url = self.request.url
        address = f"{url.scheme}://{url.netloc}{self._path('csv')}"
        return _SNIPPET.format(address=address, asked=dict(self._asked(span, chart=chart)))

    def lasting(self, span: Ends, ending: str = "") -> str:
        """The page with its span written out, so that it shows the same windows tomorrow."""
        path = self._path(ending) if ending else self.request.url.path
        return f"{path}?{urlencode(self._asked(span))}"

    def _path(self, ending: str) -> str:
        return f"{self.request.url.path.rstrip('/') or '/index'}.{ending}"

    def _asked(self, span: Ends | None, **more: str) -> list[tuple[str, str]]:
        """What the page is asked for."""
        changed = {*more, "chart", *(() if span is None else ("span", "from", "to"))}
        kept = [pair for pair in self.request.query_params.multi_items() if pair[0] not in changed]
        written = [] if span is None else [("span", "/".join(map(iso_time, span)))]
        return [*kept, *written, *more.items()]
