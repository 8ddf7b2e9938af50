from __future__ import annotations

import re

import polars as pl
import pytest

from barograph.errors import ColumnMissing, DataError
from barograph.profile.segments import MOST_SEGMENTS, partition, segment_of_rows


def named(frame: pl.DataFrame, by: str | tuple[str, ...]) -> list[str]:
    names, codes = segment_of_rows(frame, partition(by))
    return [names[c] for c in codes.tolist()]


def test_a_column_names_its_segments():
    assert named(pl.DataFrame({"country": ["DE", None, "FR"]}), "country") == [
        "country=DE",
        "country=null",
        "country=FR",
    ]


def test_an_expression_names_its_segments():
    assert named(pl.DataFrame({"age": [20, 40]}), "age < 30") == ["age < 30=true", "age < 30=false"]


def test_a_tuple_intersects():
    rows = pl.DataFrame({"a": ["x", "y"], "b": [1, 2]})
    assert named(rows, ("a", "b")) == ["a=x,b=1", "a=y,b=2"]


def test_the_name_of_a_number_does_not_depend_on_other_rows():
    rows = pl.DataFrame({"x": [1.0, 2.5, -0.0, float("nan")]})
    assert named(rows, "x") == ["x=1", "x=2.5", "x=0", "x=NaN"]
    assert named(rows[:1], "x") == ["x=1"]


def test_an_unknown_column_suggests_the_nearest():
    with pytest.raises(ColumnMissing, match="did you mean 'country'"):
        named(pl.DataFrame({"country": ["DE"]}), "contry")


def test_too_many_segments_are_refused():
    with pytest.raises(
        DataError, match=f"gives {MOST_SEGMENTS + 1} segments; at most {MOST_SEGMENTS} are kept"
    ):
        named(pl.DataFrame({"x": range(MOST_SEGMENTS + 1)}), "x")


def test_what_is_no_expression_is_refused():
    with pytest.raises(DataError, match="neither a column nor an SQL expression"):
        named(pl.DataFrame({"x": [1]}), "x >")


@pytest.mark.parametrize(
    "expression", ["x > avg(x)", "row_number()", "sum(x) over (partition by s)", "count(*)"]
)
def test_segments_by_other_rows_are_refused(expression):
    rows = pl.DataFrame({"x": [1.0, 2.0], "s": ["a", "b"]})
    with pytest.raises(DataError, match="needs other rows"):
        segment_of_rows(rows, partition(expression))


@pytest.mark.parametrize(
    ("expression", "mended"),
    [
        ("holiday = 1", "holiday = '1'"),
        ('"holiday"<>1', "\"holiday\"<>'1'"),
        ("x2 > 3 and holiday in (1, 2)", "x2 > 3 and holiday in ('1', '2')"),
    ],
)
def test_a_category_compared_with_a_number_is_told_with_its_quotes(expression, mended):
    frame = pl.DataFrame({"holiday": ["0", "1"], "x2": [1.0, 5.0]})
    with pytest.raises(
        DataError, match=re.escape(f"holds text such as '0': compare it with text, as in \"{mended}\".")
    ):
        named(frame, expression)
    assert len(named(frame, mended)) == 2


def test_a_number_compared_with_text_is_told_no_quotes():
    with pytest.raises(DataError, match=r"can answer: (?!.*holds text)"):
        named(pl.DataFrame({"x": [1, 2]}), "x = 'a'")


def test_an_expression_divides_integers_as_floats():
    whole = pl.DataFrame({"x": [7, 8]})
    assert named(whole, "x / 2") == named(whole.cast(pl.Float64), "x / 2") == ["x / 2=3.5", "x / 2=4"]
