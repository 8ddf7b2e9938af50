"""What users call: each refusal says what was wrong, what was expected and what to do."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta

import polars as pl
import pytest

import barograph as bg
from barograph.errors import ColumnMissing, DataError, ProfileError, SchemaError
from barograph.profile.codec import content

START = datetime(2024, 1, 1)
ROWS = pl.DataFrame(
    {
        "x": [float(i % 7) for i in range(200)],
        "t": [START + timedelta(hours=i) for i in range(200)],
        "c": ["a", "b"] * 100,
    }
)
SCHEMA = bg.Schema.infer(ROWS, timestamp="t")
REFERENCE = bg.profile(ROWS, SCHEMA)


def test_a_schema_or_a_reference_is_needed():
    with pytest.raises(SchemaError, match=r"no schema: pass Schema\.infer"):
        bg.profile(ROWS)


def test_two_schemas_that_differ_are_refused():
    with pytest.raises(SchemaError, match="like= brings the reference's schema"):
        bg.profile(ROWS, bg.Schema.infer(ROWS), like=REFERENCE)


def test_the_same_schema_beside_a_reference_is_fine():
    assert bg.profile(ROWS, SCHEMA, like=REFERENCE).rows == 200


def test_a_profile_is_no_rows():
    with pytest.raises(DataError, match=r"pass it to compare\(\) as it is"):
        bg.profile(REFERENCE, SCHEMA)


def test_a_schema_is_no_reference():
    with pytest.raises(DataError, match="like= takes a profile, not Schema"):
        bg.profile(ROWS, like=SCHEMA)


@pytest.mark.parametrize("data", [3, [1, 2], {"x": [1]}, None])
def test_what_holds_no_rows_is_refused(data):
    with pytest.raises(DataError, match="cannot read"):
        bg.profile(data, SCHEMA)


def test_compare_takes_profiles():
    with pytest.raises(DataError, match=r"compare\(\) takes profiles, not DataFrame"):
        bg.compare(REFERENCE, ROWS)


def test_auto_gives_at_least_twenty_windows():
    assert REFERENCE.grid.every == "6h"
    assert len(REFERENCE.windows) >= 20


def test_windows_can_be_switched_off():
    assert bg.profile(ROWS, SCHEMA, every=None).windows == ()


def test_a_reference_brings_its_windows_and_segments():
    reference = bg.profile(ROWS, SCHEMA, every="1d", by="c")
    current = bg.profile(ROWS[:100], like=reference)
    assert current.segments == ("c=a", "c=b")
    assert len(current.windows) == 5


@pytest.mark.parametrize("every", ["soon", "7m", "0d", ""])
def test_windows_that_are_none_are_refused(every):
    with pytest.raises(SchemaError, match="window"):
        bg.profile(ROWS, SCHEMA, every=every)


def test_windows_need_a_time():
    with pytest.raises(SchemaError, match=r"every='1d' needs a timestamp column; name one with timestamp="):
        bg.profile(ROWS, bg.Schema.infer(ROWS), every="1d")


def test_an_unknown_segment_suggests_the_nearest():
    rows = ROWS.rename({"c": "country"})
    with pytest.raises(ColumnMissing, match="did you mean 'country'"):
        bg.profile(rows, bg.Schema.infer(rows), by="contry")


@pytest.mark.parametrize("by", ["c", ["c"], ("c",)])
def test_one_division_however_it_is_written(by):
    assert bg.profile(ROWS, SCHEMA, by=by).segments == ("c=a", "c=b")


def test_an_intersection_is_a_tuple_among_divisions():
    profile = bg.profile(ROWS, SCHEMA, by=[("c", "x > 3")])
    assert profile.segments == ("c=a,x > 3=false", "c=a,x > 3=true", "c=b,x > 3=false", "c=b,x > 3=true")


def test_the_origin_can_be_told():
    assert bg.profile(ROWS, SCHEMA, origin="training").origin == "training"
    assert bg.profile(ROWS, like=REFERENCE).origin == "production"


def test_progress_tells_every_row(monkeypatch):
    monkeypatch.setattr("barograph.api._block_rows", lambda columns: 64)
    told: list[tuple[int, int | None]] = []
    bg.profile(ROWS, like=REFERENCE, progress=lambda done, total: told.append((done, total)))
    assert told == [(64, 200), (128, 200), (192, 200), (200, 200)]


def test_a_fault_on_a_thread_reaches_the_caller(monkeypatch):
    monkeypatch.setattr("barograph.api._block_rows", lambda columns: 16)
    with pytest.raises(ColumnMissing, match="no column 'nowhere'"):
        bg.profile(ROWS, like=REFERENCE, by="nowhere", threads=2)


def test_save_and_load(tmp_path):
    path = bg.save_profile(REFERENCE, tmp_path / "reference.baro")
    assert content(bg.load_profile(path)) == content(REFERENCE)


def test_no_file_to_load(tmp_path):
    with pytest.raises(ProfileError, match=r"no profile at .*save_profile\(profile, path\)"):
        bg.load_profile(tmp_path / "nothing.baro")


def test_a_file_that_is_no_profile(tmp_path):
    path = tmp_path / "rows.csv"
    ROWS.write_csv(path)
    with pytest.raises(ProfileError, match=r"'rows\.csv' is not a Barograph profile"):
        bg.load_profile(path)


def test_files_and_frames_give_the_same_profile(tmp_path):
    ROWS.write_parquet(tmp_path / "rows.parquet")
    ROWS.to_pandas().to_parquet(tmp_path / "pandas.parquet")
    whole = content(bg.profile(ROWS, like=REFERENCE))
    for data in (
        ROWS.lazy(),
        ROWS.to_pandas(),
        ROWS.to_arrow(),
        tmp_path / "rows.parquet",
        tmp_path / "pandas.parquet",
    ):
        assert content(bg.profile(data, like=REFERENCE)) == whole


def test_a_folder_is_its_files_together(tmp_path):
    for i in range(4):
        ROWS[50 * i : 50 * i + 50].write_parquet(tmp_path / f"{i}.parquet")
    assert content(bg.profile(tmp_path, like=REFERENCE)) == content(bg.profile(ROWS, like=REFERENCE))


def test_cross_tables_are_kept_by_day_unless_asked():
    rows = ROWS.with_columns(y=pl.col("x"), p=pl.col("x") + 1)
    schema = bg.Schema.infer(rows, timestamp="t", label="y", prediction="p", task="regression")
    assert bg.profile(rows, schema, every="1h").outcome.cross is None
    assert bg.profile(rows, schema, every="1d").outcome.cross is not None
    assert bg.profile(rows, schema, every="1h", cross_tables=True).outcome.cross is not None


def test_errors_are_found_at_the_root_without_another_import():
    code = "import sys, barograph as bg; assert 'barograph.errors' not in sys.modules; print(bg.errors.SchemaError)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() == "<class 'barograph.errors.SchemaError'>"


def test_every_name_of_the_root_is_listed_and_loads():
    assert set(bg.__all__) <= set(dir(bg))
    assert all(getattr(bg, name) is not None for name in bg.__all__)
    assert "errors" in bg.__all__


def test_data_without_columns_is_told_in_words():
    with pytest.raises(DataError, match=r"^the data has no columns; expected those of the schema\."):
        bg.profile(pl.DataFrame(), SCHEMA)
