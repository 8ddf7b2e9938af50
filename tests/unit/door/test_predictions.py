"""Predictions become what the log holds; rows at fault are refused one by one."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.schema.model import Column, Schema
from barograph.server.door.check import Checked, Sent, check
from barograph.server.errors import RequestRefused

_NOW = 1_700_000_000_000_000
_MINUTE = 60_000_000
SCHEMA = Schema(
    task="regression",
    timezone="Europe/Berlin",
    columns=(
        Column(name="income"), Column(name="zip", kind="categorical"),
        Column(name="when", role="timestamp", kind="datetime"), Column(name="p", role="prediction"),
        Column(name="y", role="label"),
    ),
)  # fmt: skip


def checked(rows: dict[str, list[object]], schema: Schema = SCHEMA, **sent: object) -> Checked:
    given = {"batch_id": "b", "received_at": _NOW, **sent}
    return check(pl.DataFrame(rows, strict=False), schema, "predictions", Sent(**given))


def told(found: Checked) -> list[tuple[int, str, str]]:
    return [(r.index, r.field, r.reason) for r in found.rejected]


def test_a_row_without_id_time_or_version_gets_them() -> None:
    found = checked({"income": [1.0, 2.0]}, version="v3")
    assert found.frame.rows() == [
        ("b/0", 0, "v3", _NOW, True, 1.0), ("b/1", 0, "v3", _NOW, True, 2.0),
    ]  # fmt: skip


def test_reserved_names_stand_for_the_schemas_columns() -> None:
    found = checked(
        {
            "prediction_id": ["a"], "timestamp": ["2023-11-01T00:00:00Z"], "prediction": [2.5], "label": [3],
            "version": ["7"], "row": [4],
        }
    )  # fmt: skip
    row = found.frame.row(0, named=True)
    assert [row[f"barograph_{n}"] for n in ("id", "row", "version", "derived")] == ["a", 4, "7", False]
    assert (row["p"], row["y"], row["barograph_time"]) == (2.5, 3.0, 1_698_796_800_000_000)


def test_the_schemas_own_column_counts_before_the_reserved_name() -> None:
    schema = Schema(columns=(Column(name="id", role="id", kind="categorical"),))
    found = checked({"id": ["own", None], "prediction_id": ["told", "told"]}, schema)
    assert found.frame["id"].to_list() == ["own", "told"]
    assert found.frame["barograph_id"].to_list() == ["own", "told"]


def test_a_feature_may_have_a_reserved_name() -> None:
    schema = Schema(columns=(Column(name="row"), Column(name="score")))
    found = checked({"row": [7], "score": [0.5]}, schema)
    assert found.frame["barograph_row"].to_list() == [0]
    assert found.frame["row"].to_list() == [7.0]


def test_scores_by_class_go_to_their_columns() -> None:
    scores = tuple(Column(name=f"p_{c}", role="score", class_name=c) for c in "ab")
    schema = Schema(columns=(*scores, Column(name="y", role="label", kind="categorical")), task="multiclass")
    found = checked({"scores": ['{"a": 0.25, "b": 0.75}', None, "no json"]}, schema)
    assert found.frame.select("p_a", "p_b").rows() == [(0.25, 0.75), (None, None), (None, None)]


@pytest.mark.parametrize(("given", "kept"), [(7, "7"), (7.0, "7"), ("007", "007"), (-3, "-3")])
def test_whole_numbers_and_texts_are_ids(given: object, kept: str) -> None:
    assert checked({"income": [1], "prediction_id": [given]}).frame["barograph_id"].to_list() == [kept]


@pytest.mark.parametrize("given", [1.5, 1e300, True, "x" * 1_025, "a\0b"])
def test_what_cannot_be_an_id_is_refused(given: object) -> None:
    found = checked({"income": [1], "prediction_id": [given]})
    assert told(found) == [(0, "prediction_id", "bad_id")]


@pytest.mark.parametrize("given", [None, "", float("nan")])
def test_an_empty_id_is_none(given: object) -> None:
    assert checked({"income": [1], "prediction_id": [given]}).frame["barograph_derived"].to_list() == [True]


@pytest.mark.parametrize("given", [-1, 2**31, 1.5, "one"])
def test_what_cannot_be_a_row_is_refused(given: object) -> None:
    assert told(checked({"income": [1], "row": [given]})) == [(0, "row", "bad_row")]


@pytest.mark.parametrize("given", ["v" * 201, "a\nb", "a\x1b[31m"])
def test_what_cannot_be_a_version_is_refused(given: str) -> None:
    assert told(checked({"income": [1], "version": [given]})) == [(0, "version", "bad_version")]


def test_a_naive_time_is_in_the_models_zone() -> None:
    found = checked({"when": ["2023-11-01 01:00:00"]})
    assert found.frame["barograph_time"].to_list() == [1_698_796_800_000_000]


def test_a_time_that_cannot_be_read_is_refused_and_its_neighbours_are_not() -> None:
    found = checked({"when": ["2023-11-01T00:00:00Z", "soon", None]})
    assert told(found) == [(1, "when", "unreadable_time")]
    assert found.frame["barograph_time"].to_list() == [1_698_796_800_000_000, _NOW]


def test_a_time_ten_minutes_ahead_is_taken_and_one_beyond_is_not() -> None:
    times = pl.Series([_NOW + 10 * _MINUTE, _NOW + 10 * _MINUTE + 1]).cast(pl.Datetime("us", "UTC"))
    found = checked({"when": times})
    assert told(found) == [(1, "when", "future_timestamp")]


def test_a_senders_clock_that_is_ahead_sets_its_rows_back() -> None:
    hour = 60 * _MINUTE
    times = pl.Series([_NOW + hour, _NOW + 2 * hour, _NOW - hour]).cast(pl.Datetime("us", "UTC"))
    found = checked({"when": times}, ahead_us=hour)
    assert found.frame["barograph_time"].to_list() == [_NOW, _NOW - hour]
    assert found.frame["when"].to_physical().to_list() == [_NOW, _NOW - hour]
    assert told(found) == [(1, "when", "future_timestamp")]


def test_values_that_do_not_fit_stay_in_their_rows() -> None:
    found = checked({"income": ["many", "2.5"], "zip": [1067, 8]})
    assert not found.rejected
    assert found.frame["income"].to_list() == ["many", "2.5"]


def test_a_text_too_long_or_with_nul_is_refused() -> None:
    found = checked({"zip": ["x" * 11, "a\0b", "fine"]}, text_length=10)
    assert told(found) == [(0, "zip", "text_too_long"), (1, "zip", "nul_character")]


def test_of_several_faults_the_first_is_told() -> None:
    found = checked({"zip": ["a\0b"], "row": [-1]})
    assert told(found) == [(0, "row", "bad_row")]


def test_columns_the_model_does_not_know_are_left_out() -> None:
    found = checked({"income": [1], "colour": ["red"]})
    assert "colour" not in found.frame.columns


def test_rows_without_any_known_column_are_refused_together() -> None:
    with pytest.raises(RequestRefused, match=r"none of the columns 'incme' is one of the model's: 'income'"):
        checked({"incme": [1]})


@pytest.mark.parametrize("name", ["*", "^a.*$", "a b", "a,b", "größe", "a=b"])
def test_odd_names_are_columns_like_others(name: str) -> None:
    schema = Schema(columns=(Column(name=name, kind="categorical"), Column(name="abc")))
    found = checked({name: ["x" * 20, "y"], "abc": [1, 2]}, schema, text_length=10)
    assert found.frame[name].to_list() == ["y"]


def test_one_type_from_batch_to_batch() -> None:
    assert checked({"income": [1]}).frame.schema == checked({"income": [1.5]}).frame.schema
    assert checked({"income": [None]}).frame.schema == checked({"income": [1.5]}).frame.schema


def test_numbers_in_words_alone_are_numbers_too() -> None:
    assert checked({"income": ["NaN", "Infinity"]}).frame["income"].is_nan().to_list() == [True, False]


def test_a_refusal_shows_no_more_of_a_name_than_fits() -> None:
    with pytest.raises(RequestRefused) as refused:
        checked({"z" * 1_000_000: [1]})
    assert len(str(refused.value)) < 1_000
