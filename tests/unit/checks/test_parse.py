from __future__ import annotations

import math

import pytest

from barograph.checks.expression import value_of
from barograph.checks.parse import parse_condition
from barograph.errors import CheckError


def limits(text: str, reference: float = math.nan) -> tuple[float | None, float | None]:
    condition = parse_condition(text)
    return tuple(
        None if limit is None else value_of(limit.expression, reference)
        for limit in (condition.lower, condition.upper)
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drift.share <= 0.2", (None, 0.2)),
        ("0.2 >= drift.share", (None, 0.2)),
        ("drift.share > 1%", (0.01, None)),
        ("quality.row_count == 3", (3.0, 3.0)),
        ("0.1 <= drift.share < .2", (0.1, 0.2)),
        (".2 > drift.share >= 1e-1", (0.1, 0.2)),
        ("performance.me <= -(1 + 2) * 4 / 8 - 1", (None, -2.5)),
        ("performance.me >= 10 - 2 - 3", (5.0, None)),
    ],
)
def test_limits(text, expected):
    assert limits(text) == pytest.approx(expected)


def test_reference_in_arithmetic():
    assert limits("performance.mae <= 1.1 * reference + 0.5", 2.0) == pytest.approx((None, 2.7))


def test_strict_limits_are_known():
    condition = parse_condition("0 < quality.row_count <= 5")
    assert (condition.lower.strict, condition.upper.strict) == (True, False)


def test_condition_is_written_out_for_one_column():
    condition = parse_condition("0.1 <= drift.psi( column = * ) <= 0.2")
    one = condition.metric.with_argument("column", 'a "b"')
    assert condition.with_metric(one) == r'0.1 <= drift.psi(column="a \"b\"") <= 0.2'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at character 1 found the end; expected a metric, a number or reference"),
        ("drift.share", "at character 12 found the end; expected a comparison such as <= 0.2"),
        ("drift.share =< 0.2", "at character 13 found '=< 0.2'.*did you mean '<='"),
        ("drift.share ≤ 0.2", "at character 13.*did you mean '<='"),
        ("drift.share != 0.2", "at character 13 found '!= 0.2'"),
        ("drift.share <= 0.2 0.3", "at character 20 found '0.3'; expected the end"),
        ("drift.share <= (0.2", r'at character 20 found the end; expected "\)"'),
        ("drift.share <= 0.2)", r"at character 19 found '\)'; expected the end"),
        ("drift.share <= 1.2.3", "at character 16 found '1.2.3'"),
        ("drift.share <= 1e999", "at character 16.*expected a finite number"),
        ("drift.shar <= 0.2", "at character 1: no metric 'drift.shar'; did you mean 'drift.share'"),
        ("mae <= 3", "did you mean 'performance.mae'"),
        ("performance.mae <= refrenc", "at character 20.*did you mean 'reference'"),
        ('drift.psi(colum="x") <= 1', "no argument 'colum'; did you mean 'column'"),
        ("drift.psi(column='x') <= 1", "at character 18 .* a text in double quotes"),
        ("drift.psi <= 1", "drift.psi needs column="),
        ('quality.quantile(column="x", q=*) <= 1', r"q=\* has no list"),
        ("1 <= 2", "expected a metric on one side"),
        ("performance.mae <= 2 * performance.rmse", "a metric stands alone on its side"),
        ("performance.mae / 2 <= 1", "at character 17 .* a metric stands alone on its side"),
        ("performance.mae <= performance.rmse", "expected one metric a check"),
        ("drift.share <= 0.1 and drift.share >= 0", "at character 20 .* write another check"),
        ("1 <= drift.share >= 2", "expected a range that runs one way"),
        ("drift.share <= 0.1 <= 0.2", "expected the metric between its two limits"),
        ("0.1 <= drift.share <= 0.2 <= 0.3", "a metric has two limits at most"),
        ("performance.mae <= reference + 10%", r"expected 1.1 \* reference, or \+ 0.1"),
        (f"drift.share <= {'(' * 30}1", "at most 20 brackets"),
        (f"drift.share <= {'1 * ' * 600}1", "at most 100 signs"),
        (f"drift.share <= {'0 + ' * 600}0.1", "at most 100 signs"),
    ],
)
def test_error_says_where_and_what(text, told):
    with pytest.raises(CheckError, match=told):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("drift.share <= 5", r"could never fail: drift.share lies within \[0, 1\]. Did you mean 5%"),
        ("drift.share <= 1", "could never fail"),
        ("drift.share <= -1", "could never pass"),
        ("0.3 <= drift.share <= 0.1", "could never pass: nothing lies between"),
        ("drift.share <= 1 / 0", "divides by 0"),
        ("performance.accuracy <= reference", "could never fail: a higher value is better.* Write >="),
        ("performance.mae >= 0.9 * reference", "could never fail: a lower value is better.* Write <="),
        ("drift.share <= 2 * reference", "compares with the reference already"),
    ],
)
def test_condition_that_decides_nothing_is_refused(text, told):
    with pytest.raises(CheckError, match=told):
        parse_condition(text)
