"""Files of the pages, kept by browsers for good: their address changes with their content."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from barograph.server.errors import RequestRefused
from barograph.server.pages.packed import packed
from barograph.server.pages.static import file_at

router = APIRouter(include_in_schema=False)

_FOR_GOOD: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/static/{address:path}")
def get_file(request: Request, address: str) -> Response:
    """A file."""
    found = file_at(address)
    if found is None:
        raise RequestRefused(
            404, f"no file {address!r}; the page that asked for it is out of date, reload it."
        )
    body, kind = found
    answer = Response(body, media_type=kind, headers=_FOR_GOOD)
    return answer if kind.startswith("font") else packed(request, answer)
