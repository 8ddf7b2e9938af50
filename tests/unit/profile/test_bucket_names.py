"""Which row names a bucket of unnamed categories."""

import polars as pl

import barograph as bg
from barograph.schema.model import Column, Schema

FEATURE = Column(name="c", kind="categorical")
LABEL = Column(name="y", role="label", kind="numeric")


def names_of(rows: pl.DataFrame, reference: bg.Profile) -> list[str]:
    names = bg.profile(rows, like=reference, every=None).columns["c"].names
    return [] if names is None else names.names.tolist()


def rows(labels: list[float | None]) -> pl.DataFrame:
    """Three hundred unseen values, so that buckets hold several."""
    return pl.DataFrame({"i": range(300), "c": [f"new {i}" for i in range(300)], "y": labels})


def test_a_label_that_comes_later_changes_no_name_of_rows_with_ids():
    schema = Schema(columns=(Column(name="i", role="id"), FEATURE, LABEL))
    reference = bg.profile(pl.DataFrame({"i": [1], "c": ["a"], "y": [0.0]}), schema)
    assert names_of(rows([None] * 300), reference) == names_of(rows([1.0, 2.0, 3.0] * 100), reference)


def test_a_label_that_comes_later_changes_no_name_of_rows_without_ids():
    reference = bg.profile(pl.DataFrame({"c": ["a"], "y": [0.0]}), Schema(columns=(FEATURE, LABEL)))
    assert names_of(rows([None] * 300), reference) == names_of(rows([1.0, 2.0, 3.0] * 100), reference)


def test_of_rows_with_one_id_the_first_name_stands_whatever_their_order():
    schema = Schema(columns=(Column(name="i", role="id"), FEATURE))
    reference = bg.profile(pl.DataFrame({"i": [1], "c": ["a"]}), schema)
    one_id = rows([None] * 300).select(pl.lit(7).alias("i"), "c")
    assert names_of(one_id, reference) == names_of(one_id.reverse(), reference)
    assert names_of(one_id[:150], reference) != []
