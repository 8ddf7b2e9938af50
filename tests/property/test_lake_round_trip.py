"""Rows that went through log and lake give the profile that the library gives of the raw rows, byte for byte."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph.profile.codec import content
from barograph.profile.count import Plan, profile_block
from barograph.profile.segments import partition
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema
from barograph.store.lake.lake import Lake
from barograph.store.lake.log_rows import predictions_of
from barograph.store.lake.stored import read_stored, stored
from barograph.store.log.entry import Stored

NUMBERS = [
    0.0, -0.0, float("nan"), float("inf"), float("-inf"), 1e308, 5e-324, 2.5, -7.0, None, 2.0**53 + 2,
]  # fmt: skip
INTEGERS = [0, 1, -1, 3, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), None, -999]
TEXTS = ["a", "b", "", "ü ß", "NA", "nan", "1.5", "1,5", "-999", "unseen 🦜", "x" * 80, None, "inf"]
TIMES = [datetime(2024, 3, 31, 1, 30) + timedelta(hours=i) for i in range(8)] + [None]
TEXT_TIMES = ["2024-03-31 02:30", "2024-10-27", "no time", "2024-05-01T10:00:00Z", None, "0001-01-01", ""]
COLUMNS = (
    Column(name="id", role="id", kind="categorical"),
    Column(name="ts", role="timestamp", kind="datetime"),
    Column(name="x y,z"),
    Column(name="X Y,Z", null_values=("-999",)),
    Column(name="größe=1"),
    Column(name="", kind="categorical"),
    Column(name="*", kind="categorical", reading="number"),
    Column(name="Barograph_note", kind="text"),
    Column(name="^t$", kind="datetime"),
    Column(name="yes/no", kind="categorical", reading="boolean"),
)
SCHEMA = Schema(columns=COLUMNS, timezone="Europe/Berlin")
#: What each column may be sent as.
SENT = {
    "ts": [(TIMES[:-1], pl.Datetime("us"))],
    "x y,z": [(NUMBERS, pl.Float64), (INTEGERS, pl.Int64), (TEXTS, pl.String), ([1, None], pl.Int8)],
    "X Y,Z": [(INTEGERS, pl.Int64), (NUMBERS, pl.Float64), (TEXTS, pl.String)],
    "größe=1": [([True, False, None], pl.Boolean), (NUMBERS, pl.Float64), ([None], pl.Null)],
    "": [(TEXTS, pl.String), (["a", "b", None], pl.Categorical), ([True, None], pl.Boolean)],
    "*": [(INTEGERS, pl.Int64), (NUMBERS, pl.Float64), (TEXTS, pl.String)],
    "Barograph_note": [(TEXTS, pl.String)],
    "^t$": [(TEXT_TIMES, pl.String), (TIMES, pl.Datetime("ms")), (TIMES, pl.Datetime("us", "UTC"))],
    "yes/no": [([1, 0, 2, None], pl.Int64), (TEXTS, pl.String), ([True, None], pl.Boolean)],
}  # fmt: skip


@st.composite
def batches(draw: st.DrawFn) -> list[pl.DataFrame]:
    """Batches of rows, every column of each sent as some type, or not at all."""
    frames = []
    for batch in range(draw(st.integers(1, 3))):
        height = draw(st.integers(1, 6))
        columns = {"id": pl.Series([f"{batch}.{i}" for i in range(height)])}
        for name, forms in SENT.items():
            if name != "ts" and draw(st.booleans()) and draw(st.booleans()):
                continue
            values, dtype = draw(st.sampled_from(forms))
            held = draw(st.lists(st.sampled_from(values), min_size=height, max_size=height))
            columns[name] = pl.Series(held, dtype=dtype)
        frames.append(pl.DataFrame(columns))
    return frames


@cache
def reference() -> Profile:
    rows = 40
    return bg.profile(
        pl.DataFrame(
            {
                "id": [str(i) for i in range(rows)],
                "ts": [TIMES[i % 8] for i in range(rows)],
                "x y,z": [[0.0, 1.0, 2.5, float(i)][i % 4] for i in range(rows)],
                "X Y,Z": [i % 7 for i in range(rows)],
                "größe=1": [i / 3 for i in range(rows)],
                "": [["a", "b"][i % 2] for i in range(rows)],
                "*": [str(i % 3) for i in range(rows)],
                "Barograph_note": ["word " * (i % 3) for i in range(rows)],
                "^t$": pl.Series([TIMES[i % 8] for i in range(rows)]),
                "yes/no": [["true", "false"][i % 2] for i in range(rows)],
            }
        ),
        SCHEMA,
        every="1d",
    )


def entry(seq: int, frame: pl.DataFrame) -> Stored:
    """The frame as the door logs it."""
    day_us = 86_400_000_000
    about = {
        "barograph_id": frame["id"],
        "barograph_row": pl.repeat(0, frame.height, dtype=pl.Int32, eager=True),
        "barograph_version": pl.repeat("v", frame.height, eager=True),
        "barograph_time": pl.Series([(19_800 + i % 2) * day_us for i in range(frame.height)]),
        "barograph_derived": pl.repeat(False, frame.height, eager=True),
    }
    held = {c.name: c for c in frame.get_columns()}
    body = pl.DataFrame(about | held).write_ipc_stream(None)
    return Stored(
        seq=seq, batch_id=str(seq), model_id=1, kind="predictions", body=body.getvalue(), rows=frame.height,
        received_at=0,
    )  # fmt: skip


def whole(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows with every column, as the server counts them."""
    absent = [pl.lit(None).alias(c.name) for c in COLUMNS if c.name not in frame.columns]
    return frame.with_columns(absent)


@given(batches())
@settings(max_examples=60)
def test_profile_of_lake_rows_is_that_of_raw_rows(frames: list[pl.DataFrame]) -> None:
    like = reference()
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder=Path(folder), model_id=1)
        for seq, frame in enumerate(frames, 1):
            lake.append(
                "predictions", stored(predictions_of([entry(seq, frame)], SCHEMA), SCHEMA), through=seq
            )
        query = lake.scan("predictions")
        assert query is not None
        rows = read_stored(query.collect(), SCHEMA, "predictions")
    plan = Plan(schema=SCHEMA, grid=like.grid, by=tuple(partition(b) for b in like.grid.by))
    expected = [bg.profile(whole(frame), like=like, threads=1) for frame in frames]
    total = expected[0]
    for part in expected[1:]:
        total = total + part
    assert content(profile_block(rows.batch, plan)) == content(total)


@given(batches())
@settings(max_examples=30)
def test_entries_typed_together_are_those_typed_apart(frames: list[pl.DataFrame]) -> None:
    entries = [entry(seq, frame) for seq, frame in enumerate(frames, 1)]
    together = stored(predictions_of(entries, SCHEMA), SCHEMA)
    apart = pl.concat([stored(predictions_of([one], SCHEMA), SCHEMA) for one in entries])
    assert together.equals(apart, null_equal=True)
