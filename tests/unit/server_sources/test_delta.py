import polars as pl
import pytest
from deltalake import DeltaTable

from barograph.server.sources.increment import SourceError

START, HOUR = 1_704_067_200_000_000, 3_600_000_000


def rows(n, first=0, city="Bern"):
    return pl.DataFrame(
        {
            "x": [float(first + i) for i in range(n)],
            "city": [city] * n,
            "at": pl.Series([START + i * HOUR for i in range(n)]).cast(pl.Datetime("us", "UTC")),
            "guess": [1.0] * n,
            "key": [f"k{first + i}" for i in range(n)],
        }
    )


@pytest.fixture
def table(tmp_path):
    path = str(tmp_path / "table")
    rows(5).write_delta(path, delta_write_options={"partition_by": ["city"]})
    return path


def test_versions_are_read_one_after_the_other(shop, table):
    rows(3, first=5, city="Basel").write_delta(table, mode="append")
    shop.source("delta", path=table)
    assert shop.run() == 8
    rows(2, first=8, city="a b/c=%").write_delta(table, mode="append")
    rows(4, first=10).write_delta(table, mode="append")
    assert shop.run() == 6
    assert shop.run() == 0
    assert shop.held().cursor == {"version": 3}
    assert shop.profile().columns["city"].counts.sum() == 14


def test_compaction_brings_no_rows(shop, table):
    shop.source("delta", path=table)
    shop.run()
    rows(2, first=5).write_delta(table, mode="append")
    shop.run()
    DeltaTable(table).optimize.compact()
    assert shop.run() == 0
    assert shop.events("file_rewritten") == []


def test_rows_that_are_changed_are_told_of_and_count_as_they_were(shop, table):
    shop.source("delta", path=table)
    shop.run()
    DeltaTable(table).delete("x >= 3")
    rows(1, first=9).write_delta(table, mode="append")
    assert shop.run() == 1
    assert shop.profile().rows == 6
    assert shop.events("file_rewritten") == [
        "version 1 of table changes or removes rows; they count as they were"
    ]


def test_new_columns_are_no_hindrance(shop, table):
    shop.source("delta", path=table)
    shop.run()
    more = rows(2, first=5).with_columns(height=pl.lit(1.0))
    more.write_delta(table, mode="append", delta_write_options={"schema_mode": "merge"})
    assert shop.run() == 2


def test_a_version_that_is_no_longer_in_the_log_is_an_error_that_says_what_to_do(shop, table, tmp_path):
    shop.source("delta", path=table)
    shop.run()
    for i in range(2):
        rows(1, first=5 + i).write_delta(table, mode="append")
    DeltaTable(table).create_checkpoint()
    (tmp_path / "table" / "_delta_log" / f"{1:020}.json").unlink()
    with pytest.raises(SourceError, match="Make the source again"):
        shop.run()


def test_what_is_no_table_is_named(shop, tmp_path):
    shop.source("delta", path=tmp_path / "none")
    with pytest.raises(SourceError, match="cannot open the Delta table"):
        shop.run()
