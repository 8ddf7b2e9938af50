"""Expressions are read within what the stack of a thread holds; lists of values are no matter."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.errors import DataError
from barograph.schema.expressions import row_expression, row_values


@pytest.mark.parametrize(
    "text",
    [
        "a" + "+a" * 20_000,
        "a" + " AND a" * 20_000,
        "a" + "::int" * 5_000,
        "a" + "+a" * 800,
        "a IN (" + "'x'," * 300_000 + "'x')",
    ],
    ids=["sum", "conditions", "casts", "deeper than is read", "characters"],
)
def test_an_expression_that_would_need_too_much_of_the_stack_is_refused(text):
    with pytest.raises(DataError, match=r"by: .*is too long; expected a few hundred terms"):
        row_expression(text, "by")


@pytest.mark.parametrize(
    "text",
    [
        "CASE " + " ".join(f"WHEN s = '{i}' THEN {i}" for i in range(250)) + " END",
        " OR ".join(f"s = '{i}'" for i in range(250)),
        "s IN (" + ", ".join(f"'{i:032}'" for i in range(5_000)) + ")",
        "a IN (" + ", ".join(f"{i}.5e-7" for i in range(700)) + ")",
    ],
    ids=["a table of countries", "conditions", "ids", "small numbers"],
)
def test_what_people_write_is_answered(text):
    rows = pl.DataFrame({"a": [1, 2], "s": ["7", "8"]})
    assert len(row_values(rows, text, "by")) == 2


def test_a_sum_as_deep_as_is_read_is_answered():
    frame = pl.DataFrame({"a": [1, 2]})
    assert row_values(frame, "a" + "+a" * 299, "by").to_list() == [300, 600]


@pytest.mark.parametrize(
    "value",
    [lambda i: f"'it''s {i}, or'", str, lambda i: f"-{i}.5"],
    ids=["text", "whole", "negative"],
)
def test_a_list_may_be_long(value):
    written = ", ".join(value(i) for i in range(4_000))
    assert row_expression(f"a IN ({written})", "by").meta.root_names() == ["a"]
