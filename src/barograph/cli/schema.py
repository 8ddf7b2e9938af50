"""`barograph schema`: kinds, reasons, suggested roles."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from barograph.cli.flags import Meaning
from barograph.cli.rows import schema_of, writable
from barograph.cli.streams import hint, stdout, write_json

if TYPE_CHECKING:
    import polars as pl

    from barograph.schema.model import Role, Schema
    from barograph.schema.suggested_flags import SuggestedFlag


#: Columns that are named as what a role may be.
_NAMED: Final = 3


def run_schema(file: Path, meaning: Meaning, *, output: Path | None, as_json: bool) -> None:
    """Infer or read a schema and show it; write it where `output` is given."""
    from barograph.frames.infer import sample_rows
    from barograph.frames.source import source
    from barograph.schema.suggested_flags import suggest_flags

    writable(output, (".yml", ".yaml"))
    schema = schema_of(file, meaning)
    rows = source(file)
    sample = rows.sample(sample_rows(len(rows.types)))
    suggested = suggest_flags(sample, schema)
    if output is not None:
        schema.to_yaml(output)
    if as_json:
        write_json(_as_dict(schema, suggested))
        return
    _print(schema, suggested)
    print(f"\nto {_next_command(file, sample, schema, meaning, suggested)}")
    if wanting := _wanting(sample, schema, suggested):
        hint(wanting)
    if output is None:
        hint("Write it with -o schema.yml, correct it there, and pass it with --schema schema.yml.")
    else:
        print(output)


def _as_dict(schema: Schema, suggested: tuple[SuggestedFlag, ...]) -> dict[str, Any]:
    from barograph.schema.custom.written import metric_entries

    return {
        "task": schema.task,
        "positive": schema.positive,
        "threshold": schema.threshold,
        "timezone": schema.timezone,
        "columns": {
            c.name: {
                "role": c.role,
                "kind": c.kind,
                "reading": c.reading,
                "null_values": list(c.null_values),
                "class": c.class_name,
                "reason": c.reason,
            }
            for c in schema.columns
        },
        "not_profiled": dict(schema.not_profiled),
        "metrics": {m.name: metric_entries(m) for m in schema.metrics},
        "rules": dict(schema.rules),
        "suggestions": [
            {"role": s.role, "column": s.column, "reason": s.reason, "flag": s.flag} for s in suggested
        ],
    }


def _print(schema: Schema, suggested: tuple[SuggestedFlag, ...]) -> None:
    from rich.markup import escape
    from rich.table import Table

    console = stdout()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("column", "role", "kind", "why"):
        table.add_column(heading, overflow="fold")
    for column in schema.columns:
        table.add_row(*(escape(text) for text in (column.name, column.role, column.kind, column.reason)))
    for name, reason in schema.not_profiled.items():
        table.add_row(escape(name), "–", "[yellow]not profiled[/]", escape(reason))
    console.print(table)
    console.print()
    told = (
        f"task {schema.task}"
        if schema.task
        else "no task: name a label and a prediction or score to judge them"
    )
    positive = f", positive class {schema.positive!r}" if schema.positive is not None else ""
    console.print(escape(f"{told}{positive}; times are in {schema.timezone}"))
    console.print(
        "To set a kind: --kind COLUMN=KIND; a role: --prediction, --label, … or --role COLUMN=ROLE."
    )
    if suggested:
        console.print("\n[bold]suggested[/] (a role is never set from a name)")
    for found in suggested:
        console.print(f"  [cyan]{escape(found.flag)}[/]   {escape(found.reason)}")


def _next_command(
    file: Path, sample: pl.DataFrame, schema: Schema, meaning: Meaning, suggested: Sequence[SuggestedFlag]
) -> str:
    """What comes next as one line to be copied, with what was said and what is suggested."""
    from barograph.frames.cut import proposed_since, times_of

    # Beside --schema flags are refused: what is suggested is to be written into the file.
    flags = [] if meaning.schema is not None else [s.flag for s in suggested]
    said = " ".join([*_said(meaning), *flags])
    time = schema.one("timestamp") or next(
        (schema.column(s.column) for s in suggested if s.role == "timestamp"), None
    )
    day = None if time is None else proposed_since(times_of(sample, time, schema.timezone), schema.timezone)
    path = shlex.quote(str(file))
    if day is None:
        return (
            f"keep what its rows are like, and compare others with that:\n"
            f"  barograph profile {path} {said} -o reference.baro"
        )
    return (
        f"compare its rows since a day with those before it:\n"
        f"  barograph compare {path} --since {day} {said} -o report.html"
    )


def _wanting(sample: pl.DataFrame, schema: Schema, suggested: Sequence[SuggestedFlag]) -> str:
    """What the line to copy does not name, so that its report would say nothing of performance, and what may be it."""
    from barograph.schema.suggested_flags import could_be

    known = {c.role for c in schema.columns} | {s.role for s in suggested}
    needed: tuple[tuple[Role, set[Role]], ...] = (("label", {"label"}), ("score", {"score", "prediction"}))
    lacks = [role for role, others in needed if not known & others]
    if not lacks:
        return ""
    taken = {s.column for s in suggested}
    like = could_be(sample, schema)
    told = []
    for role in lacks:
        names = [name for name in like[role] if name not in taken]
        told.append(f"--{role} COLUMN" + (f" (perhaps {', '.join(names[:_NAMED])})" if names else ""))
    what = " and no ".join("score or prediction" if role == "score" else role for role in lacks)
    add = " and ".join(told)
    return (
        f"No {what} is named, so the report would say nothing of performance. Where there is one, add {add}."
    )


def _said(meaning: Meaning) -> list[str]:
    """The flags that were given, as they were given."""
    words = []
    for each in fields(meaning):
        held = getattr(meaning, each.name)
        values = held if isinstance(held, list) else [] if held is None else [held]
        words += [f"--{each.name.replace('_', '-')} {shlex.quote(str(value))}" for value in values]
    return words
