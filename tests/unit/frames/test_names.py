"""Column names that Polars reads as patterns are names like any other."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.frames.source import source
from barograph.frames.typed import typed
from barograph.schema.infer import Told, infer
from barograph.schema.model import Schema

NAMES = ["", "*", "^x$", "^x.*$", "🙂", "a b\nc", "x"]
FRAME = pl.DataFrame({name: [float((i + 1) * j % 7) for j in range(30)] for i, name in enumerate(NAMES)})
WRITERS = {"csv": "write_csv", "parquet": "write_parquet", "ndjson": "write_ndjson"}


def rows_as(kind: str, folder):
    """The frame as each kind of source; of a folder's two files the second has the last column alone."""
    if kind in WRITERS:
        getattr(FRAME, WRITERS[kind])(folder / f"rows.{kind}")
        return folder / f"rows.{kind}"
    if kind.startswith("folder"):
        ending = kind.split()[1]
        getattr(FRAME.head(20), WRITERS[ending])(folder / f"1.{ending}")
        getattr(FRAME.tail(10)[["x"]], WRITERS[ending])(folder / f"2.{ending}")
        return folder
    return {
        "polars": FRAME, "lazy": FRAME.lazy(), "pandas": FRAME.to_pandas(), "arrow": FRAME.to_arrow(),
    }[kind]  # fmt: skip


KINDS = ("polars", "lazy", "pandas", "arrow", *WRITERS, *(f"folder {k}" for k in WRITERS))


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_keeps_and_chooses_names_as_they_are(kind, tmp_path):
    rows = source(rows_as(kind, tmp_path))
    assert list(rows.types) == NAMES
    for chosen in ([""], ["^x.*$", "*"], NAMES):
        found = pl.concat(list(rows.only(chosen).batches(7))).cast(pl.Float64)
        assert found.columns == chosen
        assert found.head(20).rows() == FRAME[chosen].head(20).rows()
        assert rows.only(chosen).sample(5).columns == chosen


@pytest.mark.parametrize("kind", KINDS)
def test_every_source_gives_typed_columns_under_their_names(kind, tmp_path):
    rows = rows_as(kind, tmp_path)
    schema = Schema.infer(rows, segment="^x$")
    assert schema.names == tuple(NAMES)
    batch = typed(pl.concat(list(source(rows).batches(100))), schema)
    assert batch.frame.columns == NAMES
    assert batch.frame[""].head(20).to_list() == FRAME[""].head(20).to_list()


def test_duckdb_chooses_names_as_they_are():
    duckdb = pytest.importorskip("duckdb")
    names = [*NAMES[1:], 'a"b', "#1"]
    rows = source(duckdb.from_arrow(pl.DataFrame({n: [i] for i, n in enumerate(names)}).to_arrow()))
    for name in names:
        assert rows.only([name]).sample(5).to_dict(as_series=False) == {name: [names.index(name)]}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "values",
    [
        ["1,5", "2", "NA"],
        ["31.1.2024", "1.2.2024"],
        ["true", "False"],
        [1, 2, 3],
        [1.5, None],
        [True, False],
        pl.Series(["a", "b"], dtype=pl.Categorical),
    ],
)
def test_all_values_are_read_whatever_the_name(name, values):
    rows, plain = pl.DataFrame({name: values}), pl.DataFrame({"plain": values})
    batch, same = (typed(f, infer(f)) for f in (rows, plain))
    assert batch.frame.rows() == same.frame.rows()


@pytest.mark.parametrize("name", NAMES)
def test_answers_are_read_whatever_the_name(name):
    rows = pl.DataFrame({name: ["yes", "no"] * 20, "p": ["yes", "no"] * 20})
    assert infer(rows, Told(label=name, prediction="p", positive="yes")).task == "binary"
