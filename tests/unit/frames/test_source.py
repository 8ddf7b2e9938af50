import duckdb
import polars as pl
import pyarrow as pa
import pytest

from barograph.errors import DataError
from barograph.frames.source import source

PEOPLE = pa.table({"x": [1, 2, 3], "s": ["a", None, "a"]})
ROWS = [(1, "a"), (2, None), (3, "a")]


class Capsule:
    """Only the Arrow PyCapsule interface, as any other library's frame has it."""

    def __arrow_c_stream__(self, requested_schema=None):
        return PEOPLE.__arrow_c_stream__(requested_schema)


@pytest.mark.parametrize(
    "data",
    [
        pl.DataFrame(PEOPLE),
        pl.DataFrame(PEOPLE).lazy(),
        PEOPLE,
        PEOPLE.to_batches()[0],
        PEOPLE.to_reader(),
        Capsule(),
        duckdb.sql("select * from PEOPLE"),
    ],
    ids=["polars", "lazy", "table", "record batch", "reader", "capsule", "duckdb"],
)
def test_every_origin_gives_the_same_rows(data):
    rows = source(data)
    assert list(rows.types) == ["x", "s"]
    assert rows.sample(10).rows() == ROWS
    assert pl.concat(list(rows.batches(2))).rows() == ROWS
    assert [b.height for b in rows.batches(2)] == [2, 1]
    assert pl.concat(list(rows.only(["s"]).batches(2))).rows() == [("a",), (None,), ("a",)]


@pytest.mark.parametrize(
    "data",
    [
        pl.DataFrame(schema={"x": pl.Int64}),
        pl.LazyFrame(schema={"x": pl.Int64}),
        pa.table({"x": pa.array([], pa.int64())}),
        duckdb.sql("select 1 as x where false"),
    ],
)
def test_no_rows(data):
    rows = source(data)
    assert list(rows.batches(5)) == []
    assert rows.sample(5).columns == ["x"]


def test_a_source_is_a_source():
    rows = source(pl.DataFrame({"x": [1]}))
    assert source(rows) is rows


@pytest.mark.parametrize("data", [{"x": [1]}, [1, 2], None, 5])
def test_what_is_no_rows(data):
    with pytest.raises(DataError, match=r"cannot read (a dict|list|NoneType|int) as rows; expected a"):
        source(data)


def test_duplicate_names_in_arrow():
    with pytest.raises(DataError, match="columns named twice: 'a'"):
        source(pa.table([[1], [2]], names=["a", "a"]))


def test_duplicate_names_in_a_query():
    # DuckDB renames the second column itself where it can; the names it reports decide.
    assert len(source(duckdb.sql("select 1 as a, 2 as b")).types) == 2


def test_a_lazy_frame_that_cannot_run():
    with pytest.raises(DataError, match="cannot run the lazy frame"):
        source(pl.LazyFrame({"x": [1]}).select("gone"))


def test_hostile_names_in_duckdb():
    rows = source(duckdb.sql('select 1 as "a b", 2 as "<b>", 3 as "x\'"'))
    assert rows.only(["<b>", "a b"]).sample(1).rows() == [(2, 1)]


def test_arrow_types_each_have_a_kind_or_a_reason():
    from barograph.schema.kinds import settle

    arrays = [
        pa.array([True]), pa.array([1], pa.int8()), pa.array([1.5], pa.float16()), pa.array([1.5], pa.float32()),
        pa.array(["a"], pa.large_string()), pa.array(["a"], pa.string_view()), pa.array([b"a"], pa.binary(1)),
        pa.array([1], pa.date32()), pa.array([86_400_000], pa.date64()), pa.array([1], pa.time32("s")),
        pa.array([1], pa.time64("ns")), pa.array([1], pa.timestamp("s", "Asia/Tokyo")),
        pa.array([1], pa.duration("ms")),
        pa.array([1], pa.decimal128(5, 2)), pa.array([["a"]]), pa.array([{"a": 1}]), pa.nulls(1),
        pa.array(["a"]).dictionary_encode(), pa.array([1, 1]).dictionary_encode()[:1],
    ]  # fmt: skip
    table = pa.table({f"c{i}": a for i, a in enumerate(arrays)})
    for series in source(table).sample(1):
        found = settle(series)
        assert found.kind is not None or found.reason
