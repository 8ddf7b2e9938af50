"""Figures of the user's own: what is counted, and how sure they are."""

import math

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import AddressError
from barograph.metrics.custom.arrays import profile_of
from barograph.metrics.custom.compare import custom_change
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.values import Undefined
from barograph.profile.codec import content


def own(columns, declared, **given):
    return evaluate("custom.own", profile_of(columns, {"own": declared}, **given))


def test_rows_that_give_no_number_are_left_out():
    found = own({"x": [1.0, None, 3.0, math.nan, math.inf]}, {"sum": "x"})
    assert (found.value, found.n) == (4.0, 2)


def test_rows_that_give_no_number_are_counted_by_kind():
    sums = profile_of({"x": [1.0, None, 0.0, math.nan]}, {"own": {"sum": "1 / x"}}).custom.terms.of["own"]
    assert sums.rows.tolist() == [[1, 2, 1]]


def test_small_integers_do_not_wrap():
    schema = bg.Schema(columns=(bg.Column(name="x"), bg.Column(name="y"))).with_metrics(
        {"a": {"sum": "x * y"}}
    )
    rows = pl.DataFrame({"x": [100, 2], "y": [100, 5]}, schema={"x": pl.Int8, "y": pl.UInt8})
    assert bg.evaluate("custom.a", bg.profile(rows, schema)).value == 10_010.0
    less = schema.with_metrics({"b": {"sum": "y - x"}})
    assert bg.evaluate("custom.b", bg.profile(rows, less)).value == 3.0


def test_a_difference_of_times_is_in_seconds():
    schema = bg.Schema(columns=(bg.Column(name="a", kind="datetime"), bg.Column(name="b", kind="datetime")))
    schema = schema.with_metrics({"took": {"sum": "b - a", "per": "row"}})
    rows = pl.DataFrame({"a": ["2026-01-01 00:00"], "b": ["2026-01-01 00:01"]})
    assert bg.evaluate("custom.took", bg.profile(rows, schema)).value == 60.0


def test_a_missing_column_leaves_the_figure_undefined():
    reference = profile_of({"x": [1.0, 2.0], "z": [1.0, 2.0]}, {"own": {"sum": "x * z"}}, {"r": "x < z"})
    rows = profile_of({"z": [1.0]}, like=reference)
    for address in ("custom.own", 'quality.violation_share(rule="r")'):
        found = evaluate(address, rows)
        assert isinstance(found, Undefined)
        assert found.reason == "column_missing"


def test_no_number_at_all_is_said():
    found = own({"x": [1.0, 2.0], "z": [None, 0.0]}, {"sum": "x / z"})
    assert found == Undefined(
        reason="too_few_rows",
        detail="no row of weight above 0 gives a number: 1 rows give null, 1 no finite number",
    )


def test_a_ratio_over_nothing_is_undefined():
    found = own({"x": [1.0, 2.0], "z": [0.0, 0.0]}, {"ratio": ["x", "z"]})
    assert found.detail == "the sum of 'z' is 0"


def test_a_mean_is_numpys_and_its_interval_holds_it():
    x = np.random.default_rng(1).normal(1e6, 3.0, 500)
    found = own({"x": x}, {"sum": "x", "per": "row"})
    assert found.value == pytest.approx(x.mean(), rel=1e-12)
    half = 1.9647 * x.std(ddof=1) / math.sqrt(500)
    assert found.interval == pytest.approx((x.mean() - half, x.mean() + half), abs=0.02)


def test_a_total_is_the_mean_times_the_rows_it_stands_for():
    rows = {"x": np.random.default_rng(2).lognormal(0, 1, 300)}
    mean, total = own(rows, {"sum": "x", "per": "row"}), own(rows, {"sum": "x"}, fraction=0.25)
    assert total.value == pytest.approx(1_200 * mean.value)
    assert total.interval == pytest.approx([1_200 * end for end in mean.interval])


def test_totals_of_two_fractions_add_up():
    whole = profile_of({"x": [1.0, 2.0]}, {"own": {"sum": "x"}})
    tenth = profile_of({"x": [5.0]}, like=whole, fraction=0.1)
    assert evaluate("custom.own", whole + tenth).value == pytest.approx(53.0)


def test_a_ratio_has_fiellers_interval_where_rows_are_symmetric():
    rng = np.random.default_rng(3)
    y = rng.normal(5, 1, 4_000)
    x = 2 * y + rng.normal(0, 1, 4_000)
    low, high = own({"x": x, "y": y}, {"ratio": ["x", "y"]}).interval
    r, (xx, xy, yy) = x.mean() / y.mean(), (np.cov(x, y)[i] / 4_000 for i in ((0, 0), (0, 1), (1, 1)))
    g = 1.9605**2 * yy / y.mean() ** 2
    root = math.sqrt(xx - 2 * r * xy + r * r * yy - g * (xx - xy * xy / yy))
    ends = [(r - g * xy / yy + s * 1.9605 / y.mean() * root) / (1 - g) for s in (-1, 1)]
    assert (low, high) == pytest.approx(ends, abs=2e-4)


def test_a_ratio_of_a_negative_sum_is_turned_round():
    rng = np.random.default_rng(4)
    x, y = rng.lognormal(0, 1, 200), rng.lognormal(0, 1, 200)
    low, high = own({"x": x, "y": y}, {"ratio": ["x", "y"]}).interval
    turned = own({"x": x, "y": -y}, {"ratio": ["x", "y"]}).interval
    assert turned == pytest.approx((-high, -low))


def test_a_ratio_of_sums_near_nothing_has_no_interval():
    y = [1.0, -1.0, 2.0, -1.9]
    assert own({"x": [1.0, 2.0, 3.0, 4.0], "y": y}, {"ratio": ["x", "y"]}).interval is None


def test_an_error_cost_is_twice_the_quantile_loss():
    rng = np.random.default_rng(5)
    y = rng.normal(0, 1, 100)
    rows = {"label": y, "prediction": y + rng.normal(0, 1, 100)}
    cost = own(rows, {"over": 0.5, "under": 1.5, "per": "row"}, task="regression")
    profile = profile_of(rows, task="regression")
    loss = evaluate("performance.quantile_loss(q=0.75)", profile)
    assert cost.value == pytest.approx(2 * loss.value)
    assert cost.interval == pytest.approx([2 * end for end in loss.interval])


def test_costs_of_unseen_classes_are_left_out():
    reference = profile_of(
        {"label": ["a", "b"], "prediction": ["a", "b"]},
        {"own": {"cost_matrix": {"a": {"b": 7}}}},
        task="binary",
    )
    rows = profile_of({"label": ["a", "c", "a"], "prediction": ["b", "b", "a"]}, like=reference)
    found = evaluate("custom.own", rows)
    assert (found.value, found.n) == (7.0, 2)


def test_a_longer_period_is_no_change_of_a_total():
    x = np.random.default_rng(6).lognormal(0, 1, 500)
    short = profile_of({"x": x}, {"own": {"sum": "x", "better": "lower"}})
    long = profile_of({"x": np.tile(x, 4)}, like=short)
    found = custom_change(short.schema.metrics[0], short, long)
    assert found.value == pytest.approx(0.0, abs=1e-6)
    assert found.verdict == "no change shown"


def test_windows_and_segments_add_up():
    rows = pl.DataFrame(
        {"x": [1.0, 2.0, 4.0, 8.0], "s": list("abab"), "t": [f"2026-01-0{d}" for d in (1, 1, 2, 2)]}
    )
    schema = bg.Schema.infer(rows, timestamp="t", metrics={"own": {"sum": "x"}})
    profile = bg.profile(rows, schema, every="1d", by="s")
    assert [w.value for _, w in evaluate_windows("custom.own", profile)] == [3.0, 12.0]
    assert bg.evaluate('custom.own(segment="s=b")', profile).value == 10.0
    assert bg.evaluate("custom.own", profile).value == 15.0


def test_names_that_are_not_declared_are_refused():
    rows = profile_of({"x": [1.0]}, {"lost": {"sum": "x"}}, {"positive": "x > 0"})
    with pytest.raises(
        AddressError, match=r"no metric 'custom\.lsot' in the schema; did you mean 'custom.lost'"
    ):
        evaluate("custom.lsot", rows)
    with pytest.raises(AddressError, match="no rule 'positives' in the schema; did you mean 'positive'"):
        evaluate('quality.violation_share(rule="positives")', rows)
    with pytest.raises(AddressError, match="declares no metrics of its own"):
        evaluate("custom.lost", profile_of({"x": [1.0]}))


def test_another_expression_is_another_grid():
    one, other = (profile_of({"x": [1.0, 2.0]}, {"own": {"sum": text}}) for text in ("x", "x + 1"))
    assert one.grid.hash != other.grid.hash


def test_a_schema_without_them_keeps_its_grid_and_sums():
    plain = profile_of({"x": [1.0, 2.0]})
    assert plain.custom is None
    assert plain.grid.custom is None
    assert b"TermSums" not in content(plain)


def test_equal_expressions_are_summed_once():
    both = {"total": {"sum": "x"}, "each": {"sum": "x", "per": "row"}}
    assert list(profile_of({"x": [1.0]}, both).custom.terms.of) == ["total"]
