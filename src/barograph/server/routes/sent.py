"""Bodies that come in one of several forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from barograph.server.errors import RequestRefused

JSON: Final = "application/json"
PROFILE: Final = "application/vnd.barograph.profile"
PARQUET: Final = "application/vnd.apache.parquet"
CSV: Final = "text/csv"
NDJSON: Final = "application/x-ndjson"

Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The body of a request, and its type in lower case without parameters."""

    kind: str
    data: bytes


async def sent(request: Request) -> Sent:
    """Read the whole body, as a dependency; its size is limited before it comes here."""
    kind = request.headers.get("content-type", JSON).split(";", 1)[0].strip().lower()
    return Sent(kind=kind, data=await request.body())


def json_as(form: type[Form], body: Sent) -> Form:
    """Read a JSON body as a form.

    Raises
    ------
    RequestRefused
        400 where it is no JSON.
    RequestValidationError
        Where it is not of that form.
    """
    try:
        held = orjson.loads(body.data)
    except orjson.JSONDecodeError as error:
        raise RequestRefused(
            400, f"the body is no JSON: {error.msg}, line {error.lineno}, column {error.colno}.",
            details=[{"field": "body", "line": error.lineno, "column": error.colno}],
        ) from None  # fmt: skip
    try:
        return form.model_validate(held)
    except ValidationError as error:
        found = [{**fault, "loc": ("body", *fault["loc"])} for fault in error.errors(include_input=False)]
        raise RequestValidationError(found) from None


def wrong_kind(kind: str, *allowed: str) -> RequestRefused:
    """The answer to a body of a type that is not read here."""
    return RequestRefused(
        415, f"bodies of type {kind[:100]!r} are not read here; expected {', '.join(allowed)}."
    )


def body_schema(form: type[BaseModel] | None, files: Mapping[str, str]) -> dict[str, Any]:
    """What the OpenAPI document says of a body: a form as JSON, or one of some files with their meaning."""
    content: dict[str, Any] = {}
    if form is not None:
        content[JSON] = {"schema": form.model_json_schema(ref_template="#/components/schemas/{model}")}
    for kind, meaning in files.items():
        content[kind] = {"schema": {"type": "string", "format": "binary", "description": meaning}}
    return {"requestBody": {"required": True, "content": content}}
