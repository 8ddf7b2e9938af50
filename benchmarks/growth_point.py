"""Time one point of a growth curve: `python -m growth_point CURVE NUMBER FOLDER`; see growth.py."""

from __future__ import annotations

import json
import math
import sys
from functools import partial
from pathlib import Path

import polars as pl

import barograph as bg
import stopwatch
from frames import add_targets
from growth_curves import CURVES, Point

TIMINGS = 3
COLUMNS_PER_ROW = 20
DAY_US = 86_400_000_000
START = pl.datetime(2024, 1, 1, time_unit="us", time_zone="UTC")


def rows_of(point: Point, folder: Path) -> pl.DataFrame:
    """Rows of a point with a time and a segment column; further columns are further rows laid beside."""
    copies = math.ceil(point.columns / COLUMNS_PER_ROW)
    tall = pl.read_parquet(folder / "*.parquet", n_rows=point.rows * copies)
    parts = [
        tall.slice(number * point.rows, point.rows).select(pl.all().name.suffix(f"_{number}"))
        for number in range(copies)
    ]
    wide = pl.concat(parts, how="horizontal").select(pl.nth(range(point.columns)))
    if point.labels:
        labelled = add_targets(tall.to_pandas())[["y_reg", "p_reg"]]
        wide = wide.hstack(pl.from_pandas(labelled))
    row = pl.int_range(pl.len(), dtype=pl.Int64)
    elapsed = row * max(point.windows, 1) * DAY_US // pl.len()
    # Neighbouring rows fall into different segments, as they would in a log.
    segment = pl.format("s{}", (row * 7919 + row // 97) % max(point.segments, 1))
    moment = START + pl.duration(microseconds=elapsed)
    return wide.with_columns(ts=moment, segment=segment).rechunk()


def times(point: Point, folder: Path) -> list[dict[str, float]]:
    """Times of `profile(rows, like=reference)`; the reference is the plain profile of the same rows."""
    rows = rows_of(point, folder)
    infer = partial(bg.Schema.infer, rows, timestamp="ts", segment="segment")
    schema = infer(prediction="p_reg", label="y_reg", task="regression") if point.labels else infer()
    reference = bg.profile(rows, schema, every=None)
    # Days, because shorter windows leave out the cross tables that the plain profile keeps.
    every = "1d" if point.windows else None
    by = ["segment"] if point.segments else []

    def work() -> object:
        return bg.profile(rows, like=reference, every=every, by=by)

    return [stopwatch.timed(work) for _ in range(TIMINGS)]


if __name__ == "__main__":
    curve, number, folder = sys.argv[1:]
    print(json.dumps({"times": times(CURVES[curve].points[int(number)], Path(folder))}))
