"""What the columns of a file mean: proposed with reasons, said by a person in a form, made a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import polars as pl

from barograph.errors import BarographError, PositiveClassUnknown
from barograph.frames.cut import Split, proposed_since, split, times_of
from barograph.frames.infer import sample_rows
from barograph.frames.source import source
from barograph.schema.infer import Told, infer
from barograph.schema.model import Schema
from barograph.schema.reasons import said_again
from barograph.schema.roles import suggest_roles
from barograph.schema.stand_ins import suggest_null_values
from barograph.schema.suggested_flags import likely_positive
from barograph.schema.tasks import classes_of
from barograph.server.catalog.schemas import servable
from barograph.server.errors import RequestRefused

#: As many columns as the door takes.
MOST_COLUMNS: Final = 1_000
_SEVERAL: Final = ("score", "segment")
_SINGLE: Final = ("prediction", "label", "timestamp", "id", "weight")
_VALUES: Final = 3
_LONGEST_VALUE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands in the form.

    Attributes
    ----------
    roles, kinds, null_values : by column, where they were set.
    since : day from which on rows are history rather than reference; empty: all are the reference.
    every : auto, a length of windows, or none.
    """

    name: str = ""
    project: str = ""
    roles: Mapping[str, str]
    kinds: Mapping[str, str]
    null_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    since: str = ""
    task: str = ""
    positive: str = ""
    timezone: str = "UTC"
    every: str = "auto"
    origin: str = "hold-out"
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column of the file.

    Attributes
    ----------
    kind : found in its values, or set; empty: it cannot be counted.
    why_kind, why_role, why_null : reasons; of a role and of values that mean missing only where they are proposed.
    null_values : that mean missing.
    values : some of them.
    """

    name: str
    kind: str
    why_kind: str
    role: str
    why_role: str
    why_null: str
    null_values: tuple[str, ...]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a file holds, as far as it is known.

    Attributes
    ----------
    schema : None where what was said cannot be; `fault` says why.
    rows : of the file; None where that is not known without reading it.
    classes : of the label, where it must be said which of the two is the positive one; likely: what they suggest.
    before, after : rows before the day at which the file is cut, and since; None where it is not.
    """

    schema: Schema | None
    fault: str
    columns: tuple[ColumnLine, ...]
    rows: int | None
    classes: tuple[str, ...] = ()
    likely: str = ""
    before: int | None = None
    after: int | None = None


def proposed(path: Path, *, name: str, project: str) -> Said:
    """What the form begins with: roles that names and values suggest, for a person to confirm."""
    sample = _sample(path)
    bare = infer(sample)
    roles = {each.column: each.role for each in suggest_roles(sample, bare)}
    labels = [column for column, role in roles.items() if role == "label"]
    times = [bare.column(column) for column, role in roles.items() if role == "timestamp"]
    day = proposed_since(times_of(sample, times[0], bare.timezone), bare.timezone) if times else None
    return Said(
        name=name, project=project, roles=roles, kinds={},
        null_values={column: (value,) for column, value, _ in suggest_null_values(sample, bare)},
        since="" if day is None else day.isoformat(),
        positive=likely_positive(sample.get_column(labels[0])) if labels else "",
    )  # fmt: skip


def meaning_of(path: Path, said: Said) -> Meaning:
    """What a file holds, by what was said of it.

    Raises
    ------
    RequestRefused
        422 for more columns than a server takes.
    DataError
        Where the file cannot be read.
    """
    sample = _sample(path)
    bare = infer(sample)
    reasons = {each.column: (each.role, each.reason) for each in suggest_roles(sample, bare)}
    missing = {column: (value, reason) for column, value, reason in suggest_null_values(sample, bare)}
    fault, schema, cut = "", None, None
    classes: tuple[str, ...] = ()
    likely = ""
    try:
        schema = servable(infer(sample, told_of(said)))
        cut = cut_of(path, schema, said)
    except BarographError as error:
        fault = in_words(error)
        if isinstance(error, PositiveClassUnknown):
            classes, likely = _classes(sample, said)
    kinds = {c.name: c for c in (schema or bare).columns}
    lines = []
    for name in sample.columns:
        found = kinds.get(name)
        role = said.roles.get(name, "feature")
        proposal, null = reasons.get(name, ("", "")), missing.get(name, ("", ""))
        null_values = tuple(said.null_values.get(name, ()))
        lines.append(
            ColumnLine(
                name=name, kind="" if found is None else found.kind, role=role,
                why_kind=said_again((schema or bare).not_profiled.get(name, "") if found is None else found.reason),
                why_role=said_again(proposal[1]) if proposal[0] == role else "",
                why_null=said_again(null[1]) if null[0] in null_values else "",
                null_values=null_values, values=_values(sample[name]),
            )
        )  # fmt: skip
    return Meaning(
        classes=classes, likely=likely, schema=schema, fault=fault, columns=tuple(lines), rows=source(path).rows,
        before=None if cut is None else cut.before.rows, after=None if cut is None else cut.since.rows,
    )  # fmt: skip


def _classes(sample: pl.DataFrame, said: Said) -> tuple[tuple[str, ...], str]:
    """The two classes of a label of which none was said to be the positive one, and the one that is likely."""
    labels = [column for column, role in said.roles.items() if role == "label"]
    label = sample.get_column(labels[0]) if len(labels) == 1 else pl.Series()
    found = classes_of(label)
    return (found, likely_positive(label)) if len(found) == 2 else ((), "")


def cut_of(path: Path, schema: Schema, said: Said) -> Split | None:
    """The file cut at the day that was said; None where none was.

    Raises
    ------
    RequestRefused
        422 where no column has the times of rows.
    DataError
        Where one side has no rows.
    """
    if not said.since:
        return None
    if schema.one("timestamp") is None:
        raise RequestRefused(
            422,
            "rows are cut at a day by their times: say which column has the time of the row, or leave the day out.",
        )
    return split(path, schema, since=said.since)


def in_words(error: BarographError) -> str:
    """What is wrong, without the flags of the shell that some messages end with.

    Examples
    --------
    >>> in_words(BarographError("which one? Set it, for example positive='yes' (--positive yes)."))
    "Which one? Set it, for example positive='yes'."
    """
    text = re.sub(r" \(--[^()]*\)", "", str(error))
    return text[:1].upper() + text[1:]


def told_of(said: Said) -> Told:
    """What was said, as inference takes it."""
    by_role: dict[str, list[str]] = {}
    for column, role in said.roles.items():
        by_role.setdefault(role, []).append(column)
    given: dict[str, Any] = {role: by_role[role][0] for role in _SINGLE if len(by_role.get(role, ())) == 1}
    if "score" in by_role:
        given["score"] = by_role["score"]
    given["segment"] = by_role.get("segment", ())
    own = {*given, *_SEVERAL, "feature"}
    others = {column: role for column, role in said.roles.items() if role not in own}
    return Told(
        **given, task=said.task or None, positive=said.positive or None, timezone=said.timezone,  # type: ignore[arg-type]
        kinds=said.kinds, roles=others, null_values=said.null_values,  # type: ignore[arg-type]
    )  # fmt: skip


def said_in(sent: Mapping[str, Iterable[str]], columns: Iterable[str]) -> Said:
    """What a browser sent of the form; columns are numbered in the order of the file."""
    given = {name: [*values][-1].strip() for name, values in sent.items() if [*values]}
    roles, kinds, null_values = {}, {}, {}
    for i, column in enumerate(columns):
        if given.get(f"role.{i}", "feature") != "feature":
            roles[column] = given[f"role.{i}"]
        if given.get(f"kind.{i}"):
            kinds[column] = given[f"kind.{i}"]
        if words := tuple(word.strip() for word in given.get(f"null.{i}", "").split(",") if word.strip()):
            null_values[column] = words
    names = ("name", "project", "since", "task", "positive", "timezone", "every", "origin", "owner")
    return Said(
        roles=roles,
        kinds=kinds,
        null_values=null_values,
        **{name: given[name] for name in names if given.get(name)},
    )


def columns_of(path: Path) -> tuple[str, ...]:
    """Names of the columns of a file, in order."""
    names = tuple(source(path).types)
    if len(names) > MOST_COLUMNS:
        raise RequestRefused(422, f"the file has {len(names):,} columns; expected at most {MOST_COLUMNS:,}.")
    return names


def _sample(path: Path) -> pl.DataFrame:
    return source(path).sample(sample_rows(len(columns_of(path))))


def _values(column: pl.Series) -> tuple[str, ...]:
    """Some of its values, each once."""
    found = column.drop_nulls().unique(maintain_order=True).head(_VALUES).to_list()
    return tuple(_short(str(value)) for value in found)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"
