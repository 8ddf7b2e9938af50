"""The written form of a schema: `schema.yml`, reviewed and versioned by its users."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from barograph.errors import SchemaError
from barograph.schema.custom.written import metric_entries, read_metrics, read_rules
from barograph.schema.document import Document, read_document
from barograph.schema.model import NUMERIC_TASKS, Column, Role, Schema
from barograph.schema.yaml_text import entry, flow, read_file

_TOP: Final = (
    "task", "positive", "threshold", "timezone", "columns", "not_profiled", "metrics", "rules",
)  # fmt: skip
_COLUMN: Final = (
    "role", "kind", "reading", "null_values", "unit", "range", "description", "class", "reason", "redact",
)  # fmt: skip
_TIMES: Final[tuple[Role, ...]] = ("timestamp", "label_timestamp")
_NUMBERS: Final[tuple[Role, ...]] = ("feature", "score", "weight", "value", "attribution", "rank", "baseline")
_ANSWERS: Final[tuple[Role, ...]] = ("prediction", "label")


def read_schema(path: str | Path) -> Schema:
    """Read `schema.yml`.

    Raises
    ------
    SchemaError
        Where the file is missing, is no YAML, or holds a key or value that is not known, with its key path.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_schema(Schema(columns=(Column(name="x"),)), f"{folder}/schema.yml")
    ...     read_schema(f"{folder}/schema.yml").names
    ('x',)
    """
    path = Path(path)
    text = read_file(path, SchemaError, "schema", "barograph schema FILE")
    return parse_schema(text, origin=path.name)


def write_schema(schema: Schema, path: str | Path) -> None:
    """Write `schema.yml`; see `format_schema`."""
    Path(path).write_text(format_schema(schema), encoding="utf-8")


def format_schema(schema: Schema) -> str:
    """Write a schema as YAML, one line a column, in the order of the data.

    Examples
    --------
    >>> print(format_schema(Schema(columns=(Column(name="x", unit="EUR"),))), end="")
    timezone: UTC
    columns:
      x: {role: feature, kind: numeric, unit: EUR}
    """
    lines = []
    for key in ("task", "positive", "threshold", "timezone"):
        value = getattr(schema, key)
        if value is not None:
            lines.append(f"{key}: {flow(value)}")
    lines.append("columns:" if schema.columns else "columns: {}")
    for column in schema.columns:
        inside = ", ".join(f"{key}: {flow(value)}" for key, value in _entries(column).items())
        lines.append(entry(column.name, f"{{{inside}}}"))
    if schema.not_profiled:
        lines.append("not_profiled:")
        lines += [entry(name, flow(why)) for name, why in schema.not_profiled.items()]
    for key, entries in (
        ("metrics", {m.name: metric_entries(m) for m in schema.metrics}),
        ("rules", schema.rules),
    ):
        if entries:
            lines.append(f"{key}:")
            lines += [entry(name, flow(value)) for name, value in entries.items()]
    return "\n".join(lines) + "\n"


def parse_schema(text: str, origin: str = "schema.yml") -> Schema:
    """Parse the YAML form of a schema; every scalar is taken as it is written.

    Parameters
    ----------
    text : YAML; see `format_schema`. A column without a kind has the usual one of its role: times for
        timestamps, numbers for features and scores, the task's for prediction and label, else categories.
    origin : named in errors.

    Raises
    ------
    SchemaError
        For text that is no YAML, and for keys and values that are not known, with line and key path.

    Examples
    --------
    >>> parse_schema("columns: {zip: {kind: categorical}}").column("zip").kind
    'categorical'
    """
    document = read_document(text, origin)
    values = document.values
    document.check_keys((), values, _TOP)
    columns = _mapping(document, ("columns",), values.get("columns"))
    not_profiled = _mapping(document, ("not_profiled",), values.get("not_profiled"))
    metrics, rules = read_metrics(document), MappingProxyType(read_rules(document))
    task = values.get("task")
    read = tuple(_column(document, name, entry, task) for name, entry in columns.items())
    try:
        return Schema(
            columns=read,
            task=task,
            positive=_text(document, ("positive",), values.get("positive")),
            threshold=_number(document, ("threshold",), values.get("threshold")),
            timezone=_text(document, ("timezone",), values.get("timezone")) or "UTC",
            not_profiled=MappingProxyType({name: str(why) for name, why in not_profiled.items()}),
            metrics=metrics,
            rules=rules,
        )
    except SchemaError as error:
        raise _placed(document, error) from None


def _placed(document: Document, error: SchemaError) -> SchemaError:
    """An error of the whole schema; one of a metric or rule with its line."""
    told = str(error)
    for path, line in document.lines.items():
        if path[0] in ("metrics", "rules") and told.startswith(f"{'.'.join(path)}: "):
            return SchemaError(f"{document.origin}, line {line}: {told}")
    return SchemaError(f"{document.origin}: {told}")


def _column(document: Document, name: str, entry: object, task: object) -> Column:
    path = ("columns", name)
    held = _mapping(document, path, entry)
    document.check_keys(path, held, _COLUMN)
    role: Any = held.get("role") or "feature"
    texts: dict[str, Any] = {
        key: _text(document, (*path, key), held.get(key))
        for key in ("unit", "description", "class", "reason", "redact")
    }
    try:
        return Column(
            name=name,
            role=role,
            kind=held.get("kind") or _usual_kind(role, task),
            reading=held.get("reading") or "plain",
            null_values=_null_values(document, (*path, "null_values"), held.get("null_values")),
            range=_range(document, (*path, "range"), held.get("range")),
            unit=texts["unit"],
            description=texts["description"],
            class_name=texts["class"],
            reason=texts["reason"] or "",
            redact=texts["redact"],
        )
    except SchemaError as error:
        told = str(error)
        raise (
            error if told.startswith(document.origin) else SchemaError(f"{document.at(path)}: {told}")
        ) from None


def _usual_kind(role: object, task: object) -> Any:
    """The kind of a column that states none, from its role."""
    if role in _TIMES:
        return "datetime"
    if role in _NUMBERS or (role in _ANSWERS and task in (*NUMERIC_TASKS, None)):
        return "numeric"
    return "categorical"


def _mapping(document: Document, path: tuple[str, ...], value: object) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise document.wrong(path, value, "a mapping, such as {role: feature, kind: numeric}")
    return value


def _text(document: Document, path: tuple[str, ...], value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise document.wrong(path, value, "one text")


def _null_values(document: Document, path: tuple[str, ...], value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(v is None or isinstance(v, str) for v in value):
        raise document.wrong(path, value, "a list such as [-999, NA]")
    return tuple(v for v in value if v is not None)


def _range(
    document: Document, path: tuple[str, ...], value: object
) -> tuple[float | None, float | None] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        raise document.wrong(path, value, "two limits, such as [0, 1] or [0, null]")
    low, high = (_number(document, path, v) for v in value)
    if low is not None and high is not None and low > high:
        raise document.wrong(path, value, "the lower limit first")
    return low, high


def _number(document: Document, path: tuple[str, ...], value: object) -> float | None:
    if value is None:
        return None
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise document.wrong(path, value, "a number")
    return number


def _entries(column: Column) -> dict[str, object]:
    """What is written of a column: role and kind always, the rest where it is set."""
    optional = {
        "reading": column.reading if column.reading != "plain" else None,
        "null_values": list(column.null_values) or None,
        "unit": column.unit,
        "range": list(column.range) if column.range else None,
        "description": column.description,
        "class": column.class_name,
        "redact": column.redact,
        "reason": column.reason or None,
    }
    return {"role": column.role, "kind": column.kind} | {k: v for k, v in optional.items() if v is not None}
