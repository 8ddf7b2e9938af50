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
        "a IN (" + "'x'," * 50_000 + "'x')",
    ],
    ids=["sum", "conditions", "casts", "characters"],
)
def test_an_expression_that_would_need_too_much_of_the_stack_is_refused(text):
    with pytest.raises(
        DataError, match=r"by: .*is too long; expected at most 100,000 characters, and 600 names"
    ):
        row_expression(text, "by")


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
