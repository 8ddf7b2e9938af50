"""What is refused, or told, at the edges of the public functions."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import barograph as bg
from barograph.errors import DataError, ProfileError, SchemaError

RNG = np.random.default_rng(5)
ROWS = pl.DataFrame({"x": RNG.normal(size=300)})


def profiled(rows: pl.DataFrame, **told: object) -> bg.Profile:
    return bg.profile(rows, bg.Schema.infer(rows, **told))


def test_profiles_are_equal_where_their_content_is():
    one = profiled(ROWS)
    other = bg.profile(ROWS.reverse(), like=one, origin="reference")
    assert one == other
    assert len({one, other}) == 1
    assert one != bg.profile(ROWS.head(10), like=one, origin="reference")


def test_a_number_is_not_added_to_a_profile():
    with pytest.raises(TypeError, match="unsupported operand"):
        profiled(ROWS) + 1


def test_a_folder_that_is_not_there():
    with pytest.raises(ProfileError, match="no folder"):
        bg.save_profile(profiled(ROWS), "nowhere/reference.baro")


def test_no_thread_counts_nothing():
    with pytest.raises(DataError, match="expected 1 or more"):
        bg.profile(ROWS, like=profiled(ROWS), threads=0)


def test_a_threshold_is_a_probability():
    with pytest.raises(SchemaError, match="from 0 to 1"):
        bg.Schema(columns=(), task="binary", threshold=5.0)


def test_a_stream_is_read_once():
    reader = pa.table({"x": [1.0, 2.0]}).to_reader()
    schema = bg.Schema.infer(reader)
    with pytest.raises(DataError, match="can be read once only"):
        bg.profile(reader, schema)


@pytest.mark.parametrize(("value", "dtype"), [(-(2**63), pl.Int64), (2**64 - 1, pl.UInt64)])
def test_integers_at_the_ends_of_their_type(value, dtype):
    rows = pl.DataFrame({"x": [value] * 30}, schema={"x": dtype})
    assert profiled(rows, kinds={"x": "numeric"}).rows == 30


def test_an_unnamed_index_that_holds_more_than_row_numbers_is_a_column():
    times = pd.DataFrame({"x": [1.0, 2.0]}, index=pd.date_range("2024-01-01", periods=2))
    assert bg.Schema.infer(times).names == ("index", "x")
    assert bg.Schema.infer(times.reset_index(drop=True)).names == ("x",)


def test_categories_too_rare_to_be_named_are_not_compared():
    reference = profiled(pl.DataFrame({"c": [f"k{i}" for i in range(5_000)]}), kinds={"c": "categorical"})
    report = bg.compare(reference, bg.profile(pl.DataFrame({"c": ["new"] * 500}), like=reference))
    assert report.to_dict()["drift"]["columns"] == {}
    assert report.to_dict()["undefined"][0]["reason"] == "too_many_categories"
    assert "too rare to be named" in report.verdict


def test_a_few_rows_beyond_a_short_reference_are_chance():
    def columns(seed: int) -> pl.DataFrame:
        rng = np.random.default_rng(seed)
        return pl.DataFrame({f"x{i}": rng.normal(size=300) for i in range(20)})

    reference = profiled(columns(1))
    assert "never had" not in bg.compare(reference, bg.profile(columns(2), like=reference)).verdict
    shifted = columns(2).with_columns(pl.col("x0") + 3.0)
    assert "never had: x0" in bg.compare(reference, bg.profile(shifted, like=reference)).verdict


def test_errors_too_large_for_an_interval_leave_the_change_unknown(tmp_path):
    rows = ROWS.with_columns(y=pl.col("x") * 2.0)
    reference = profiled(rows, label="y", prediction="x", task="regression")
    huge = bg.compare(reference, bg.profile(rows.with_columns(pl.col("y") * 1e150), like=reference))
    assert huge.to_dict()["performance"]["mae"]["change"]["verdict"] == "unknown"
    assert huge.verdict.startswith("Whether performance changed cannot be told")
    assert huge.save(tmp_path / "huge.html").is_file()


def test_a_prediction_that_is_missing_is_not_a_label_that_is():
    rows = ROWS.with_columns(y=pl.col("x") * 2.0, p=pl.col("x"))
    reference = profiled(rows, label="y", prediction="p", task="regression")
    without = bg.compare(reference, bg.profile(rows.drop("p"), like=reference))
    assert without.verdict.startswith("Performance is unknown; missing from the current rows: p")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("every", ["1h", "1w"])
def test_a_row_whose_time_means_never_is_counted_as_one_without_a_time(zone, every):
    times = [datetime(2026, 1, 1) + timedelta(hours=n) for n in range(200)]
    times[7] = datetime(9999, 12, 31, 23, 59, 59)
    rows = pl.DataFrame({"at": times, "x": range(200)})
    schema = bg.Schema(
        columns=(bg.Column(name="at", kind="datetime", role="timestamp"), bg.Column(name="x")), timezone=zone
    )
    reference = bg.profile(rows.tail(100), schema=schema, every=every)
    current = bg.profile(rows.head(100), like=reference, every=every)
    assert "x" in bg.compare(reference, current).to_html()
    assert current.cells[0].window is None
    assert current.table.rows[0] == 1
