"""Rows of the models of a soak, as they are logged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
import polars as pl

from barograph.schema.model import Column, Schema
from barograph.store.log import Entry

START: Final = datetime(2024, 1, 1, tzinfo=UTC)
REFERENCE_DAYS: Final = 28
ROWS: Final = 60
#: Days on which a column of so many models is null, in two spans.
BROKEN: Final = (range(9, 13), range(45, 51))
BROKEN_MODELS: Final = 10
SCHEMA: Final = Schema(
    task="regression",
    columns=(
        Column(name="t", role="timestamp", kind="datetime"),
        *(Column(name=f"x{k}", kind="numeric") for k in range(5)),
        Column(name="c", kind="categorical"),
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)
_INPUTS: Final = ("t", *(f"x{k}" for k in range(5)), "c", "p")


def rows(number: int, day: int) -> pl.DataFrame:
    """Rows of a day of a model; before day 0 those of its reference."""
    rng = np.random.default_rng([number, day + REFERENCE_DAYS])
    x = rng.normal(size=(5, ROWS))
    start = START + timedelta(days=day)
    frame = pl.DataFrame(
        {
            "t": [start + timedelta(minutes=24 * i) for i in range(ROWS)],
            **{f"x{k}": x[k] for k in range(5)},
            "c": rng.choice(["a", "b", "c"], ROWS),
            "p": x[0] + x[1],
            "y": x[0] + x[1] + rng.normal(0.0, 0.5, ROWS),
        }
    )
    if number < BROKEN_MODELS and any(day in span for span in BROKEN):
        frame = frame.with_columns(x0=pl.lit(None, pl.Float64), p=pl.col("x1"))
    return frame


def entry(kind: str, frame: pl.DataFrame, *, model: int, day: int, now: int) -> Entry:
    """Rows of a day, or their labels, as the door logs them."""
    held = {
        "barograph_id": [f"{day}-{i}" for i in range(ROWS)],
        "barograph_time": frame["t"].dt.epoch("us"),
    }
    place = pl.Series([0] * ROWS, dtype=pl.Int32)
    if kind == "labels":
        body = pl.DataFrame(held | {"barograph_row": place, "y": frame["y"]})
    else:
        own = {
            "barograph_row": place,
            "barograph_version": ["1"] * ROWS,
            "barograph_derived": [False] * ROWS,
        }
        body = pl.DataFrame(held | own | {name: frame[name] for name in _INPUTS})
    sent = body.write_ipc_stream(None, compression="lz4").getvalue()
    return Entry(batch_id=f"{kind}{day}", model_id=model, kind=kind, rows=ROWS, body=sent, received_at=now)
