import polars as pl
import pytest

import barograph as bg
from barograph.server.sources.increment import SourceError
from barograph.store import catalog
from barograph.store.rebuilds import days_of_sources

START, HOUR = 1_704_067_200_000_000, 3_600_000_000


def rows(n, first=0, shift=0.0):
    x = [float(i) + shift for i in range(first, first + n)]
    return pl.DataFrame(
        {
            "x": x,
            "city": [["Bern", "Basel", None][i % 3] for i in range(n)],
            "at": pl.Series([START + i * HOUR for i in range(n)]).cast(pl.Datetime("us", "UTC")),
            "guess": x,
            "real": [None if i % 2 else v + 1 for i, v in enumerate(x)],
            "key": [f"k{first + i}" for i in range(n)],
        }
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "rows"
    made.mkdir()
    return made


def test_files_are_counted_as_the_library_counts_their_rows(any_shop, folder):
    rows(30).write_parquet(folder / "a.parquet")
    any_shop.source("files", path=folder)
    assert any_shop.run() == 30
    rows(20, first=30).write_csv(folder / "b.csv")
    assert any_shop.run() == 20
    both = pl.concat([rows(30), rows(20, first=30)])
    found = any_shop.profile()
    grid = bg.profile(rows(30), found.schema, every="1h", by="city")
    expected = bg.profile(both, like=grid, every="1h").at(*found.cells)
    assert found.columns["x"].counts.tolist() == expected.columns["x"].counts.tolist()
    for address in ("performance.mae", 'quality.mean(column="x")', "performance.coverage"):
        assert bg.evaluate(address, found) == bg.evaluate(address, expected)


def test_a_model_without_a_reference_has_its_first_rows_as_one(shop, folder):
    rows(30).drop("city", "real").write_parquet(folder / "a.parquet")
    shop.source("files", path=folder)
    shop.run()
    with shop.reach.store.database.reading() as conn:
        held = catalog.model(conn, "shop", "churn")
        reference = catalog.reference_profile(conn, held.reference)
    assert (reference.name, reference.rows, shop.profile().rows) == ("first rows", 30, 30)


def test_nothing_of_them_is_in_the_log_or_the_lake(shop, folder, tmp_path):
    rows(30).write_parquet(folder / "a.parquet")
    shop.source("files", path=folder)
    shop.run()
    assert shop.reach.store.log.waiting() == []
    assert not (tmp_path / "lake").exists()
    with shop.reach.store.database.reading() as conn:
        assert {day for _, day in days_of_sources(conn, shop.held().model_id)} == {19_723, 19_724}


def test_a_file_is_read_once(shop, folder):
    rows(30).write_parquet(folder / "a.parquet")
    shop.source("files", path=folder)
    assert [shop.run(), shop.run(), shop.profile().rows] == [30, 0, 30]


def test_a_file_that_only_looks_newer_is_not_read_again(shop, folder, aged):
    rows(30).write_parquet(folder / "a.parquet")
    shop.source("files", path=folder)
    shop.run()
    aged(folder / "a.parquet", 5)
    assert shop.run() == 0
    assert shop.events("file_rewritten") == []


def test_a_file_that_was_moved_is_not_read_again(shop, folder):
    rows(30).write_parquet(folder / "a.parquet")
    shop.source("files", path=folder)
    shop.run()
    (folder / "old").mkdir()
    (folder / "a.parquet").rename(folder / "old" / "a.parquet")
    assert shop.run() == 0


def test_a_file_that_was_rewritten_is_told_of_once(any_shop, folder, aged):
    rows(30).write_parquet(folder / "a.parquet")
    any_shop.source("files", path=folder)
    any_shop.run()
    rows(31).write_parquet(folder / "a.parquet")
    aged(folder / "a.parquet", 5)
    assert [any_shop.run(), any_shop.run(), any_shop.profile().rows] == [0, 0, 30]
    assert any_shop.events("file_rewritten") == [
        "a.parquet has other contents than when it was read; its 30 rows count as they were"
    ]


def test_a_file_that_is_being_written_waits(shop, folder):
    rows(30).write_parquet(folder / "a.parquet")
    rows(30, first=30).write_parquet(folder / "_b.parquet")
    shop.source("files", path=folder, settle_seconds=3_600)
    assert shop.run() == 0
    shop.source("files", path=folder, name="t")
    assert shop.run("t") == 30


def test_a_broken_file_stops_at_itself_and_takes_nothing_of_it(any_shop, folder, aged):
    rows(30).write_parquet(folder / "a.parquet")
    (folder / "b.csv").write_text('x,at\n"1,2\n')
    aged(folder / "a.parquet", 100)
    any_shop.source("files", path=folder)
    assert any_shop.run_due()
    held = any_shop.held()
    assert "b.csv" in held.error
    assert (held.failures, held.rows, any_shop.profile().rows) == (1, 30, 30)
    assert len(any_shop.events("source_failed")) == 1
    rows(5, first=30).write_csv(folder / "b.csv")
    aged(folder / "b.csv", 50)
    any_shop.now = held.due_at
    assert any_shop.run_due()
    assert (any_shop.held().error, any_shop.profile().rows) == (None, 35)


def test_a_folder_that_is_not_there_is_an_error_that_says_so(shop, folder):
    shop.source("files", path=folder / "none")
    with pytest.raises(SourceError, match="does not exist"):
        shop.run()


def test_rows_that_cannot_be_taken_are_counted_by_reason(shop, folder):
    rows(3).with_columns(at=pl.Series(["2024-01-01T00:00:00Z", "soon", None])).write_csv(folder / "a.csv")
    shop.source("files", path=folder)
    assert shop.run() == 2


def test_rows_without_a_time_are_placed_at_their_run(shop, folder):
    bare = rows(3).drop("at").with_columns(run=pl.Series(["2024-01-01", "2024-01-01", "nightly"]))
    bare.write_csv(folder / "a.csv")
    shop.source("files", path=folder, run="run")
    assert shop.run() == 3
    cells = {c.window: int(n) for c, n in zip(shop.profile().cells, shop.profile().table.rows, strict=True)}
    assert cells == {START: 2, shop.now: 1}
    shop.now += 5 * HOUR
    bare.tail(1).write_csv(folder / "b.csv")
    shop.run()
    cells = {c.window: int(n) for c, n in zip(shop.profile().cells, shop.profile().table.rows, strict=True)}
    assert cells == {START: 2, shop.now - 5 * HOUR: 2}


def test_versions_are_those_the_rows_or_the_source_name(shop, folder):
    rows(4).with_columns(version=pl.Series(["1", "1", "2", None])).write_parquet(folder / "a.parquet")
    shop.source("files", path=folder, version="3")
    shop.run()
    assert [shop.profile(version=v).rows for v in ("1", "2", "3")] == [2, 1, 1]


def test_labels_from_a_file_go_the_way_of_labels_that_are_sent(any_shop, folder):
    rows(10).select("key", "real").write_csv(folder / "labels.csv")
    any_shop.source("files", path=folder, takes="labels")
    assert any_shop.run() == 5
    [waiting] = any_shop.reach.store.log.waiting()
    assert waiting.rows == 5
    [entry] = any_shop.reach.store.log.read(any_shop.held().model_id, after=0, rows=10)
    assert entry.kind == "labels"
