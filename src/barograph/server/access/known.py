"""Query parameters that a route does not know are refused: a misspelt one must not answer another question."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from barograph.errors import did_you_mean
from barograph.server.errors import RequestRefused


def refuse_unknown(request: Request) -> None:
    """Refuse a request with a query parameter that its route does not have; asked once its key is known.

    Raises
    ------
    RequestRefused
        422, with the nearest name and those there are.
    """
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute) or not route.path.startswith("/v1/"):
        return
    known = sorted(set(_names(route.dependant)))
    for name in request.query_params:
        if name not in known:
            raise RequestRefused(
                422,
                f"there is no parameter {name!r} here{did_you_mean(name, known) or '.'} "
                f"Expected of: {', '.join(known) or 'none'}.",
                details=[{"field": f"query.{name}"}],
            )


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for each in dependant.dependencies:
        yield from _names(each)
