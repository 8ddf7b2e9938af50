from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from barograph.api import profile
from barograph.errors import DataError, SchemaError
from barograph.frames.cut import proposed_since, split
from barograph.schema.model import Schema

ROWS = pl.DataFrame(
    {
        "at": [f"2026-01-{day:02} {hour:02}:00" for day in range(1, 11) for hour in (0, 12)] + ["soon"],
        "x": [float(i) for i in range(21)],
        "y": ["a", "b", "c"] * 7,
    }
)
SCHEMA = Schema.infer(ROWS.head(20), timestamp="at")


def read(source):
    return pl.concat(source.batches(3))


def test_both_sides_are_the_rows_before_and_since():
    cut = split(ROWS, SCHEMA, since="2026-01-08")
    assert read(cut.before).equals(ROWS[:14])
    assert read(cut.since).equals(ROWS[14:20])
    assert (cut.before.rows, cut.since.rows) == (14, 6)


def test_rows_without_a_time_are_on_neither_side_and_counted():
    assert split(ROWS, SCHEMA, since="2026-01-08").without_time == 1


def test_a_day_begins_in_the_schemas_time_zone():
    berlin = Schema(columns=SCHEMA.columns, timezone="Europe/Berlin")
    zoned = ROWS.with_columns(at=pl.col("at").str.replace("$", "Z")).head(20)
    cut = split(zoned, berlin, since="2026-01-08")
    assert read(cut.since)["at"][0] == "2026-01-08 00:00Z"
    assert split(zoned, SCHEMA, since="2026-01-08T12:00+01:00").since.rows == 5


def test_sides_are_profiled_as_their_rows_are(tmp_path):
    path = tmp_path / "all.csv"
    ROWS.write_csv(path)
    cut = split(path, SCHEMA, since="2026-01-06")
    before = profile(cut.before, SCHEMA, every="1d")
    assert before.hash == profile(ROWS[:10], SCHEMA, every="1d").hash
    assert (
        profile(cut.since, like=before, threads=2).hash == profile(ROWS[10:20], like=before, threads=1).hash
    )


def test_some_columns_of_a_side_need_not_be_its_time():
    cut = split(ROWS, SCHEMA, since="2026-01-08")
    assert read(cut.since.only(["x"])).equals(ROWS[14:20].select("x"))
    assert cut.since.sample(3).height <= 3


def test_a_day_outside_is_refused_with_the_times_there_are():
    with pytest.raises(DataError, match=r"no row is from then or later; times go from 2026-01-01 00:00 to"):
        split(ROWS, SCHEMA, since="2027-01-08")
    with pytest.raises(DataError, match="no row is before it"):
        split(ROWS, SCHEMA, since="2026-01-01")


def test_what_is_no_time_is_refused():
    with pytest.raises(DataError, match=r"since='yesterday' is no time; expected one such as 2026-02-01"):
        split(ROWS, SCHEMA, since="yesterday")


def test_without_a_timestamp_columns_of_times_are_named():
    with pytest.raises(SchemaError, match=r"--timestamp; columns of times are 'at'"):
        split(ROWS, Schema.infer(ROWS.head(20)), since="2026-01-08")


def test_the_last_thirty_days_are_proposed_or_the_last_half():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    long = pl.Series([start, start + timedelta(days=90)])
    short = pl.Series([start, None, start + timedelta(days=10, hours=1)])
    assert proposed_since(long, "UTC") == date(2026, 3, 3)
    assert proposed_since(short, "UTC") == date(2026, 1, 7)
    assert proposed_since(pl.Series([start, start + timedelta(hours=40)]), "UTC") is None
