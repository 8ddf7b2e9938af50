from __future__ import annotations

import numpy as np
import pytest

import barograph as bg
from barograph.checks.run import run_checks
from barograph.errors import CheckError, GridMismatch

NULLS = {"x": [1.0, None, 3.0, 4.0]}


def status(profiles, condition, **settings):
    (result,) = run_checks(*profiles, [bg.Check(condition, **settings)])
    return result.status


def test_limit_itself_is_within(pair):
    profiles = pair(NULLS, NULLS)
    assert status(profiles, 'quality.null_share(column="x") <= 0.25') == "pass"
    assert status(profiles, 'quality.null_share(column="x") < 0.25') == "fail"


def test_rounding_is_no_failure(pair):
    rows = {"x": [None] * 3 + [1.0] * 7}
    assert status(pair(rows, rows), 'quality.null_share(column="x") <= 0.1 + 0.2') == "pass"


def test_equality(pair):
    profiles = pair(NULLS, NULLS)
    assert status(profiles, "quality.row_count == 4") == "pass"
    assert status(profiles, "quality.row_count == 5") == "fail"


def test_reference_is_that_of_the_same_metric(judged):
    (result,) = run_checks(*judged(2.0, 2.3), ["performance.mae <= 1.1 * reference"])
    assert (result.status, result.reference.value) == ("fail", 2.0)
    assert result.limits == (None, pytest.approx(2.2))


@pytest.mark.parametrize(
    "condition", ["0.9 * reference <= performance.mae <= 1.1 * reference", "performance.mae == reference"]
)
def test_improvement_never_fails(judged, condition):
    (result,) = run_checks(*judged(2.0, 1.0), [condition])
    assert (result.status, result.note) == ("pass", "improvement")
    assert status(judged(1.0, 2.0), condition) == "fail"


def test_unchanged_never_fails_against_a_negative_reference(judged):
    (result,) = run_checks(*judged(9.0, 9.0), ["performance.r2 >= 0.9 * reference"])
    assert result.reference.value < 0
    assert result.status == "pass"


def test_improvement_beyond_a_number_fails(judged):
    assert status(judged(2.0, 1.0), "performance.mae >= 1.5") == "fail"


def test_metric_without_direction_fails_both_ways(pair):
    low, high = {"x": [1.0, 2.0, 3.0]}, {"x": [4.0, 5.0, 6.0]}
    condition = '0.5 * reference <= quality.mean(column="x") <= 1.5 * reference'
    assert status(pair(low, high), condition) == "fail"
    assert status(pair(high, low), condition) == "fail"


@pytest.mark.parametrize("counted", ["unknown", "pass", "fail"])
def test_undefined_counts_as_told(pair, counted):
    profiles = pair(NULLS, NULLS)
    assert status(profiles, "performance.mae <= 1", unknown=counted) == counted


def test_undefined_fails_the_run_as_unknown(pair):
    results = run_checks(*pair(NULLS, NULLS), ["performance.mae <= 1"])
    assert (results[0].status, results.exit_code) == ("unknown", 1)
    assert results[0].undefined.reason == "no_labels"


def test_missing_column_is_unknown(pair):
    profiles = pair({"x": [1.0, 2.0], "z": [1.0, 2.0]}, {"x": [1.0, 2.0]})
    assert status(profiles, 'quality.null_share(column="z") <= 0.1') == "unknown"


def test_limit_that_divides_by_zero_is_unknown(pair):
    rows = {"x": [0.0, 0.0, 0.0]}
    assert status(pair(rows, rows), 'quality.mean(column="x") <= 1 / reference') == "unknown"


def test_confident_waits_for_more_rows(pair):
    few, many = ({"x": [None] * n + [1.0] * 9 * n} for n in (1, 200))
    condition = 'quality.null_share(column="x") <= 0.05'
    assert status(pair(few, few), condition) == "fail"
    assert status(pair(few, few), condition, confident=True) == "pass"
    assert status(pair(many, many), condition, confident=True) == "fail"


def test_confident_at_a_higher_level_asks_for_more(pair):
    rows = {"x": [None] * 20 + [1.0] * 180}
    condition = 'quality.null_share(column="x") <= 0.06'
    assert status(pair(rows, rows), condition, confident=True) == "fail"
    assert status(pair(rows, rows), condition, confident=0.999) == "pass"


def test_confident_distance_is_judged_by_its_p_value(pair):
    reference = {"x": [float(i % 100) for i in range(1000)]}
    condition = 'drift.psi(column="x") <= 0.1'
    drawn = np.random.default_rng(3).integers(0, 100, 60).astype(float)
    by_chance = pair(reference, {"x": drawn})
    assert status(by_chance, condition) == "fail"
    assert status(by_chance, condition, confident=True) == "pass"
    moved = pair(reference, {"x": [float(i % 60) for i in range(240)]})
    assert status(moved, condition, confident=True) == "fail"


def test_star_is_every_column_the_metric_is_for(pair):
    rows = {"x": [1.0, 2.0], "z": ["a", "b"], "y": [3.0, 4.0]}
    results = run_checks(*pair(rows, rows), ["quality.mean(column=*) >= 0"])
    assert [r.condition for r in results] == [
        'quality.mean(column="x") >= 0',
        'quality.mean(column="y") >= 0',
    ]


def test_star_for_segments_sees_one_that_vanished(pair):
    profiles = pair(
        {"x": [1.0, 2.0], "land": ["DE", "FR"]}, {"x": [1.0, 2.0], "land": ["DE", "DE"]}, by="land"
    )
    results = run_checks(*profiles, ["quality.row_count(segment=*) >= 1"])
    told = {r.address.get("segment"): r.status for r in results}
    assert told == {"land=DE": "pass", "land=FR": "unknown"}


def test_star_that_stands_for_nothing_is_unknown(pair):
    assert status(pair(NULLS, NULLS), "quality.unseen_share(column=*) <= 0.1") == "unknown"


def test_column_that_the_schema_has_not_is_an_error(pair):
    with pytest.raises(CheckError, match=r"^check .* no column 'incme' .* did you mean 'income'"):
        run_checks(*pair({"income": [1.0]}, {"income": [1.0]}), ['quality.mean(column="incme") <= 1'])


def test_profiles_on_different_grids_are_refused(pair):
    before, _ = pair(NULLS, NULLS)
    _, after = pair({"x": [1.0, 9.0]}, NULLS)
    with pytest.raises(GridMismatch, match="like=reference"):
        run_checks(before, after, ["quality.row_count >= 1"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"severity": "criticl"}, "did you mean 'critical'"),
        ({"unknown": "skip"}, "unknown 'skip' is not known"),
        ({"confident": 99.9}, "a level between 0.5 and 1"),
    ],
)
def test_setting_that_is_not_known_is_refused(settings, told):
    with pytest.raises(CheckError, match=told):
        bg.Check("drift.share <= 0.2", **settings)


def test_report_checks_its_profiles(judged):
    results = bg.compare(*judged(1.0, 2.0)).check("performance.mae <= 1.1 * reference")
    assert (results.exit_code, results.passed, bool(results)) == (1, False, False)
