import os

import polars as pl
import pytest

from barograph.errors import DataError
from barograph.frames.source import source
from barograph.schema.model import Schema


def whole(path, rows=1_000):
    return pl.concat(list(source(path).batches(rows)), how="diagonal_relaxed")


@pytest.fixture
def rows():
    return pl.DataFrame({"x": range(1_000), "s": [f"s{i % 7}" for i in range(1_000)]})


@pytest.mark.parametrize("ending", ["parquet", "csv", "ndjson"])
def test_a_file_and_a_folder_of_it_hold_the_same_rows(tmp_path, rows, ending):
    for part in range(2):
        half = rows.slice(500 * part, 500)
        getattr(half, f"write_{ending}")(tmp_path / f"{part}.{ending}")
    getattr(rows, f"write_{ending}")(tmp_path.parent / f"whole.{ending}")
    assert whole(tmp_path).equals(whole(tmp_path.parent / f"whole.{ending}"))


@pytest.mark.parametrize("ending", ["parquet", "csv", "ndjson"])
def test_batches_and_samples_are_cut_as_asked(tmp_path, rows, ending):
    path = tmp_path / f"rows.{ending}"
    getattr(rows, f"write_{ending}")(path)
    data = source(str(path))
    assert all(b.height <= 300 for b in data.batches(300))
    taken = data.sample(100)["x"].cast(pl.Int64)
    assert 50 <= len(taken) <= 100
    assert taken.min() < 20
    assert taken.max() > 980
    assert data.sample(100).equals(data.sample(100))


@pytest.mark.parametrize("ending", ["parquet", "csv", "ndjson"])
def test_only_some_columns(tmp_path, rows, ending):
    getattr(rows, f"write_{ending}")(tmp_path / f"rows.{ending}")
    data = source(tmp_path).only(["s"])
    assert data.sample(5).columns == list(data.types) == ["s"]
    assert next(data.batches(10)).columns == ["s"]


def test_parquet_knows_its_rows(tmp_path, rows):
    rows.write_parquet(tmp_path / "a.parquet")
    assert source(tmp_path / "a.parquet").rows == 1_000


def test_csv_columns_are_text(tmp_path):
    (tmp_path / "a.csv").write_text("zip,x\n007,1.50\n")
    assert whole(tmp_path / "a.csv").rows() == [("007", "1.50")]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_are_told_from_the_header(tmp_path, separator):
    (tmp_path / "a.csv").write_text(f'a{separator}"b, c; d"\n1{separator}2\n')
    assert whole(tmp_path / "a.csv").rows() == [("1", "2")]


def test_decimal_commas_behind_semicolons(tmp_path):
    (tmp_path / "a.csv").write_text("x;y\n1,5;2\n2,25;3\n")
    assert Schema.infer(tmp_path / "a.csv").column("x").reading == "decimal_comma"


def test_a_byte_order_mark_and_quoted_line_ends(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'\xef\xbb\xbfa,b\r\n1,"x\r\ny"\r\n')
    assert whole(tmp_path / "a.csv").to_dicts() == [{"a": "1", "b": "x\r\ny"}]


def test_a_csv_of_a_header_alone_has_no_rows(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n")
    data = source(tmp_path / "a.csv")
    assert list(data.batches(10)) == []
    assert data.sample(10).columns == ["a", "b"]
    assert Schema.infer(data).names == ("a", "b")


def test_columns_that_come_and_go_in_a_folder(tmp_path):
    (tmp_path / "1.csv").write_text("a,b\n1,2\n")
    (tmp_path / "2.csv").write_text("c,a\n3,4\n")
    assert whole(tmp_path).rows() == [("1", "2", None), ("4", None, "3")]


def test_types_that_differ_between_files(tmp_path):
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "1.parquet")
    pl.DataFrame({"a": [1.5]}).write_parquet(tmp_path / "2.parquet")
    assert whole(tmp_path)["a"].to_list() == [1.0, 1.5]
    assert source(tmp_path).sample(10)["a"].to_list() == [1.0, 1.5]


def test_folders_named_by_key_and_value_are_columns(tmp_path):
    (tmp_path / "zip=007").mkdir()
    pl.DataFrame({"a": [1]}).write_parquet(tmp_path / "zip=007" / "a.parquet")
    (tmp_path / "_SUCCESS").write_text("")
    assert whole(tmp_path).to_dicts() == [{"a": 1, "zip": "007"}]


def test_keys_that_come_and_go_in_ndjson(tmp_path):
    (tmp_path / "a.ndjson").write_text('{"a": 1}\n{"a": 2.5, "b": [1]}\n{"a": "q"}\n')
    assert whole(tmp_path / "a.ndjson").rows() == [("1", None), ("2.5", [1]), ("q", None)]


def test_large_parquet_is_sampled_by_slices(tmp_path, monkeypatch):
    monkeypatch.setattr("barograph.frames.files._EVERY_NTH_ROWS", 100)
    for part in range(3):
        pl.DataFrame({"x": range(1_000 * part, 1_000 * part + 1_000)}).write_parquet(
            tmp_path / f"{part}.parquet"
        )
    taken = source(tmp_path).sample(320)["x"]
    assert len(taken) == taken.n_unique() == 320
    assert (taken.min(), taken.max()) == (0, 2_999)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty; expected a CSV file with a header"),
        ("a.ndjson", b"", "is empty; expected one JSON object a line"),
        (
            "a.parquet",
            b"",
            "cannot read '.*a.parquet': .* Expected a whole Parquet file; write or copy it again",
        ),
        ("a.parquet", b"PAR1 damaged PAR1" * 9, "cannot read .*a.parquet"),
        ("a.csv", "a,b\né,1\n".encode("latin1"), "Expected a whole CSV file in UTF-8"),
        ("a.csv", b"a,b\n1,2,3\n", "equally many fields in every row"),
        ("a.csv", b"a,a\n1,2\n", "columns named twice: 'a'"),
        ("a.ndjson", b'{"a": 1,}\nxx', "one JSON object a line"),
        ("a.xlsx", b"x", r"'a.xlsx' ends in '.xlsx', which is not known; expected one of .parquet"),
        ("noending", b"x", "ends in 'nothing'"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message):
        whole(tmp_path / name)


def test_a_parquet_file_cut_short(tmp_path, rows):
    rows.write_parquet(tmp_path / "a.parquet")
    os.truncate(tmp_path / "a.parquet", 900)
    with pytest.raises(DataError, match="Expected a whole Parquet file"):
        whole(tmp_path / "a.parquet")


def test_damage_in_the_middle_of_a_compressed_file(tmp_path, rows):
    path = tmp_path / "a.parquet"
    rows.write_parquet(path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[20:200] = bytes(180)
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot read"):
        whole(path)


def test_a_row_with_too_many_fields_is_named_by_its_line(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n1,"2\n"\n1,2,3\n')
    with pytest.raises(DataError, match="line 4 has 3 fields, the header 2"):
        whole(tmp_path / "a.csv")


def test_prose_is_no_table(tmp_path):
    (tmp_path / "a.txt").write_text("Dear all\nthis is prose\n")
    with pytest.raises(DataError, match=r"is no table: .* 'Dear all' .*\.parquet.*\.csv.*\.jsonl"):
        source(tmp_path / "a.txt")


def test_a_missing_path_has_near_misses(tmp_path, rows):
    rows.write_parquet(tmp_path / "train.parquet")
    with pytest.raises(DataError, match=r"no file or folder .*; did you mean 'train.parquet'\?"):
        source(tmp_path / "trian.parquet")


def test_a_folder_without_files(tmp_path):
    with pytest.raises(DataError, match="holds no file ending in"):
        source(tmp_path)


def test_a_folder_of_two_formats(tmp_path, rows):
    rows.write_parquet(tmp_path / "a.parquet")
    rows.write_csv(tmp_path / "a.csv")
    with pytest.raises(DataError, match="holds CSV and Parquet files; expected one format"):
        source(tmp_path)


def test_hostile_names_in_csv_and_parquet(tmp_path):
    names = ["<script>", "🎈", "a b", "x" * 300, "[0]", "*"]
    frame = pl.DataFrame({n: [1] for n in names})
    frame.write_csv(tmp_path / "a.csv")
    frame.write_parquet(tmp_path / "a.parquet")
    assert list(source(tmp_path / "a.csv").types) == names
    assert source(tmp_path / "a.parquet").only(["*", "[0]"]).sample(1).columns == ["*", "[0]"]
