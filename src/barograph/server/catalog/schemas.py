"""Schemas as they come over HTTP, and as they are told: the keys of `schema.yml`, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson

from barograph.errors import SchemaError
from barograph.schema.document import read_document
from barograph.schema.model import Schema
from barograph.schema.yaml import format_schema, parse_schema

#: Columns of the server's own stand beside a model's in the lake.
RESERVED: Final = "barograph_"
_LONGEST_NAME: Final = 1_000


def schema_of(document: Mapping[str, Any] | str) -> Schema:
    """Read a schema: a mapping with the keys of `schema.yml`, or its text.

    Raises
    ------
    SchemaError
        For what is no schema, or one that a server cannot serve.

    Examples
    --------
    >>> schema_of({"columns": {"x": {"kind": "numeric"}}}).names
    ('x',)
    """
    try:
        text = document if isinstance(document, str) else orjson.dumps(document).decode()
    except orjson.JSONEncodeError as error:
        raise SchemaError(
            f"schema: it cannot be written ({error}); expected the keys of schema.yml."
        ) from None
    return servable(parse_schema(text, origin="schema"))


def servable(schema: Schema) -> Schema:
    """Return a schema if rows can be received by it.

    Raises
    ------
    SchemaError
        Where it has no columns, its time zone is not known, or a column's name cannot be stored.
    """
    if not schema.columns:
        raise SchemaError("schema: it has no columns; expected at least one, such as {x: {role: feature}}.")
    if not _is_zone(schema.timezone):
        raise SchemaError(
            f"schema: timezone {schema.timezone[:100]!r} is not known; expected a name such as Europe/Berlin or UTC."
        )
    for name in schema.names:
        if not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
            raise SchemaError(
                f"schema: a column is named {name[:100]!r}; expected 1 to {_LONGEST_NAME} characters that can be "
                "printed."
            )
        if name.lower().startswith(RESERVED):
            raise SchemaError(
                f"schema: column {name!r} begins with {RESERVED!r}, which is the server's; rename it."
            )
    return schema


def told(schema: Schema) -> dict[str, Any]:
    """A schema as JSON, every value as text, as `schema.yml` would say it.

    Examples
    --------
    >>> told(schema_of("columns: {x: {kind: numeric}}"))["columns"]
    {'x': {'role': 'feature', 'kind': 'numeric'}}
    """
    return dict(read_document(format_schema(schema), "schema").values)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    # A name that is a path, a folder or too long fails in ways of its own.
    except (ValueError, OSError, KeyError):
        return False
    return True
