"""Predictions, labels and feedback held against their model, and made what the log holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from barograph.frames.names import values_of
from barograph.schema.model import Column, Kind, Schema
from barograph.server.door.changes import Deviation, deviations, shown
from barograph.server.door.columns import SPECIALS
from barograph.server.door.identity import LONGEST_ID_BYTES, derived_ids, ids_of, rows_of, versions_of
from barograph.server.door.redact import redacted, redacted_ids
from barograph.server.door.rejections import Fault, Rejected, fault, rejections
from barograph.server.door.series import constant, framed
from barograph.server.door.texts import Texts, check_texts, texts_of
from barograph.server.door.times import Times, received, times_of
from barograph.server.door.wire import Named, named
from barograph.server.errors import RequestRefused

BatchKind = Literal["predictions", "labels", "feedback"]

_LONGEST_KIND, _LONGEST_VALUE = 100, 1_000
_NAMED: Final = 12
_PLAIN_TIME: Final = Column(name="timestamp", role="timestamp", kind="datetime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What is known of a batch beside its rows.

    Attributes
    ----------
    received_at : µs UTC.
    ahead_us : how far the sender's clock is ahead, µs; 0 where that is not known.
    version : of rows that name none.
    text_length : longest text, in bytes.
    key : under which values are hashed where the schema asks for it.
    """

    batch_id: str
    received_at: int
    ahead_us: int = 0
    version: str = ""
    text_length: int = 65_536
    key: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A batch that was checked.

    Attributes
    ----------
    frame : the rows that are taken, redacted, as the log holds them.
    rejected : the others, in order.
    refused : the others as rows, redacted, in the order of `rejected`.
    deviations : what of the columns is not as the schema says.
    """

    frame: pl.DataFrame
    rejected: tuple[Rejected, ...]
    refused: pl.DataFrame
    deviations: frozenset[Deviation] = frozenset()


def check(frame: pl.DataFrame, schema: Schema, kind: BatchKind, sent: Sent) -> Checked:
    """Check a batch.

    Parameters
    ----------
    frame : as decoded.

    Returns
    -------
    Checked; values that do not fit their column's kind stay in their rows.

    Raises
    ------
    RequestRefused
        400 where no column of the schema is among the rows.

    Examples
    --------
    >>> schema = Schema(columns=(Column(name="x"),))
    >>> found = check(pl.DataFrame({"x": [1.5]}), schema, "predictions", Sent(batch_id="b", received_at=7))
    >>> found.frame.row(0, named=True)["barograph_time"], found.frame["barograph_id"][0]
    (7, 'b/0')
    """
    if kind == "predictions":
        return _predictions(frame, schema, sent)
    return _labels(frame, schema, sent) if kind == "labels" else _feedback(frame, schema, sent)


def _predictions(frame: pl.DataFrame, schema: Schema, sent: Sent) -> Checked:
    rows = named(frame, schema)
    if not rows.frame.width:
        raise _no_column(frame, schema.names)
    height = frame.height
    ids, faults = ids_of(rows.ids, schema.one("id"), height)
    row, more = rows_of(rows.rows, height, 0)
    version, others = versions_of(rows.versions, schema.one("version"), height, sent.version)
    held, times, late = _timed(rows.frame, schema.one("timestamp"), schema.timezone, sent)
    faults += (
        more + others + late + check_texts([_id_texts(ids, schema), *texts_of(rows.frame, sent.text_length)])
    )
    ids, derived = derived_ids(redacted_ids(ids, schema, sent.key), sent.batch_id)
    about = [ids, row, version, times, derived]
    checked = _divided([*about, *_settled(redacted(held, schema, sent.key), schema)], faults)
    return Checked(
        frame=checked.frame, rejected=checked.rejected, refused=checked.refused,
        deviations=deviations(held, rows.unknown, schema),
    )  # fmt: skip


def _labels(frame: pl.DataFrame, schema: Schema, sent: Sent) -> Checked:
    rows = named(frame, schema)
    labels = [c.name for c in schema.with_role("label") if c.name in rows.frame.columns]
    if not labels:
        raise _no_label_column(frame, schema)
    height = frame.height
    ids, faults = _needed_ids(rows, schema, height)
    row, more = rows_of(rows.rows, height, None)
    time = schema.one("label_timestamp")
    kept = rows.frame.select(pl.selectors.by_name(*labels, *([time.name] if time else ()), require_all=False))
    held, times, late = _timed(kept, time, schema.timezone, sent)
    nothing = np.all([values_of(held, name).is_null().to_numpy() for name in labels], axis=0)
    faults += more + late + fault(nothing, labels[0], "no_label")
    faults += check_texts([_id_texts(ids, schema), *texts_of(held, sent.text_length)])
    return _divided([redacted_ids(ids, schema, sent.key), row, times, *_settled(held, schema)], faults)


def _no_label_column(frame: pl.DataFrame, schema: Schema) -> RequestRefused:
    names = [c.name for c in schema.with_role("label")]
    if names:
        return _no_column(frame, names)
    return RequestRefused(
        400, "the model has no label column, so labels say nothing about it. Give one the role label in its schema.",
        code="no_known_column",
    )  # fmt: skip


def _feedback(frame: pl.DataFrame, schema: Schema, sent: Sent) -> Checked:
    if "kind" not in frame.columns:
        raise _no_column(frame, ["kind"])
    rows = named(frame, schema)
    height = frame.height
    ids, faults = _needed_ids(rows, schema, height)
    row, more = rows_of(frame.get_column("row") if "row" in frame.columns else None, height, None)
    kinds, values = (_texts(frame, name) for name in ("kind", "value"))
    held = pl.DataFrame([kinds, values])
    lengths = held.select(pl.all().str.len_chars())
    faults += more + fault(~lengths["kind"].is_between(1, _LONGEST_KIND).fill_null(False), "kind", "bad_kind")
    faults += fault(lengths["value"] > _LONGEST_VALUE, "value", "bad_value")
    faults += check_texts([_id_texts(ids, schema), *texts_of(held, sent.text_length)])
    _, times, late = _timed(frame, _PLAIN_TIME, schema.timezone, sent)
    return _divided([redacted_ids(ids, schema, sent.key), row, times, kinds, values], faults + late)


def _needed_ids(rows: Named, schema: Schema, height: int) -> tuple[pl.Series, list[Fault]]:
    ids, faults = ids_of(rows.ids, schema.one("id"), height)
    return ids, faults + (fault(ids.is_null(), _id_field(schema), "missing_id") if ids.null_count() else [])


def _id_texts(ids: pl.Series, schema: Schema) -> Texts:
    return Texts(ids, _id_field(schema), LONGEST_ID_BYTES, "bad_id", "bad_id")


def _id_field(schema: Schema) -> str:
    column = schema.one("id")
    return column.name if column else "prediction_id"


def _timed(
    frame: pl.DataFrame, column: Column | None, timezone: str, sent: Sent
) -> tuple[pl.DataFrame, pl.Series, list[Fault]]:
    """The frame with its times read, the times of rows, and the faults in them."""
    if column is None or column.name not in frame.columns:
        return frame, received(frame.height, sent.received_at), []
    raw = frame.get_column(column.name)
    found: Times = times_of(raw, column, timezone, received_at=sent.received_at, ahead_us=sent.ahead_us)
    read = frame.clone().replace_column(frame.columns.index(column.name), found.column)
    return read, found.times, found.faults


def _settled(frame: pl.DataFrame, schema: Schema) -> list[pl.Series]:
    """Columns of one type from batch to batch where that changes no value: batches of one form are typed together."""
    return [
        _one_type(s, schema.column(n).kind) for n, s in zip(frame.columns, frame.iter_columns(), strict=True)
    ]


def _one_type(values: pl.Series, kind: Kind) -> pl.Series:
    if values.dtype == pl.Null:
        return values.cast(pl.Float64 if kind == "numeric" else pl.String)
    if kind == "numeric" and (values.dtype == pl.Int64 or _are_specials(values)):
        return values.cast(pl.Float64)
    return values


def _are_specials(values: pl.Series) -> bool:
    """Whether all values are numbers that JSON has no notation for, in words."""
    return values.dtype == pl.String and set(values.drop_nulls().unique()) <= SPECIALS.keys()


def _texts(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        return constant(name, None, pl.String, frame.height)
    return frame.get_column(name).cast(pl.String)


def _divided(columns: Sequence[pl.Series], faults: Sequence[Fault]) -> Checked:
    frame = framed(columns, len(columns[0]))
    if not faults:
        return Checked(frame=frame, rejected=(), refused=frame.clear())
    kept, rejected = rejections(faults, frame.height)
    return Checked(frame=frame.filter(kept), rejected=rejected, refused=frame.filter(~kept))


def _no_column(frame: pl.DataFrame, expected: Sequence[str]) -> RequestRefused:
    told, wanted = (", ".join(repr(shown(n)) for n in names[:_NAMED]) for names in (frame.columns, expected))
    return RequestRefused(
        400, f"none of the columns {told or '(none)'} is one of the model's: {wanted}. Name them as in its schema.",
        code="no_known_column",
    )  # fmt: skip
