from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.checks.parse import parse_condition
from barograph.checks.run import run_checks
from barograph.checks.yaml import parse_checks
from barograph.errors import CheckError, DataError
from barograph.profile.value import Profile

ROWS = 1_500


def rows_of(n: int, seed: int) -> pl.DataFrame:
    """Rows of a scored regression with a heavy tail, repeated values, rare categories and nulls."""
    rng = np.random.default_rng(seed)
    hour = rng.integers(0, 24, n)
    income = rng.lognormal(10, 0.8, n)
    price = 0.1 * hour + rng.normal(5, 1, n)
    share = 1.0 / np.arange(1, 41)
    return pl.DataFrame(
        {
            "hour": hour,
            "income": income,
            "area": pl.Series(rng.gamma(2, 30, n)).set(pl.Series(rng.random(n) < 0.04), None),
            "shop": [f"s{i:02}" for i in rng.choice(40, n, p=share / share.sum())],
            "plan": rng.choice(["basic", "plus"], n, p=[0.8, 0.2]),
            "price": price,
            "predicted": 0.1 * hour + 5 + rng.normal(0, 0.3, n),
        }
    )


def profiled(rows: pl.DataFrame) -> Profile:
    roles = {"label": "price", "prediction": "predicted"}
    return bg.profile(rows, bg.Schema.infer(rows, **roles, kinds={"hour": "numeric"}))


@pytest.fixture(scope="module")
def reference() -> Profile:
    return profiled(rows_of(ROWS, 0))


@pytest.fixture(scope="module")
def suggested(reference: Profile) -> bg.Checks:
    return bg.suggest_checks(reference)


def conditions(checks: bg.Checks) -> list[str]:
    return [str(parse_condition(c.condition).metric) for c in checks]


def test_whole_file_passes_on_new_rows_like_the_reference():
    passed = 0
    for seed in range(40):
        before = profiled(rows_of(300, 1_000 + seed))
        after = bg.profile(rows_of((100, 300, 2_000)[seed % 3], 2_000 + seed), like=before)
        passed += run_checks(before, after, [bg.suggest_checks(before)]).passed
    assert passed >= 38


FAULTS = {
    "nulls": pl.when(pl.col("hour") % 8 == 0).then(None).otherwise("income").alias("income"),
    "another unit": pl.col("income") / 1_000,
    "a default value": pl.when(pl.col("hour") < 2).then(-999.0).otherwise("income").alias("income"),
    "a stuck value": pl.lit(40.0).alias("area"),
    "a renamed category": pl.col("plan").replace("plus", "Plus"),
    "another type": pl.when(pl.col("hour") < 2).then(pl.lit("n/a")).otherwise(pl.col("area").cast(str)).alias("area"),
    "a shift": pl.col("income") * 1.5,
    "a biased model": pl.col("predicted") + 0.5,
    "worse labels": pl.col("price") * 1.4,
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_fails(reference, suggested, fault):
    after = bg.profile(rows_of(ROWS, 7).with_columns(FAULTS[fault]), like=reference)
    assert not run_checks(reference, after, [suggested]).passed


def test_repeated_rows_fail(reference, suggested):
    rows = rows_of(ROWS, 7)
    after = bg.profile(pl.concat([rows, rows.head(150)]), like=reference)
    failed = run_checks(reference, after, [suggested]).failed
    assert [r.address.metric for r in failed] == ["quality.duplicate_share"]


def test_missing_column_fails_by_its_null_check(reference, suggested):
    after = bg.profile(rows_of(ROWS, 7).drop("income"), like=reference)
    results = run_checks(reference, after, [suggested])
    assert [str(r.address) for r in results.failed] == ['quality.null_share(column="income")']


def test_labels_that_have_not_come_pass(reference, suggested):
    after = bg.profile(rows_of(ROWS, 7).drop("price"), like=reference)
    assert run_checks(reference, after, [suggested]).passed


def test_every_suggestion_has_its_reason(suggested):
    assert all(check.reason for check in suggested)
    told = {m.partition("(")[0] for m in conditions(suggested)}
    assert told >= {
        "quality.duplicate_share", "quality.null_share", "quality.beyond_range_share", "quality.unseen_share",
        "quality.mismatch_share", "drift.effect", "drift.share", "performance.mae",
    }  # fmt: skip


def test_suggestions_survive_the_file(suggested):
    assert parse_checks(suggested.to_yaml()).checks == suggested.checks


def test_row_count_needs_windows(suggested):
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 1, 30), eager=True).cast(pl.Datetime)
    rows = pl.DataFrame(
        {"x": [float(i % 9) for i in range(3_000)], "t": days.gather([i // 100 for i in range(3_000)])}
    )
    windows = bg.suggest_checks(bg.profile(rows, bg.Schema.infer(rows, timestamp="t"), every="1d"))
    assert windows.checks[0].condition == "quality.row_count >= 50"
    assert "quality.row_count" not in conditions(suggested)


def test_own_variation_of_windows_widens_a_drift_limit():
    rng = np.random.default_rng(5)
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 1, 20), eager=True).cast(pl.Datetime)
    day = np.repeat(np.arange(20), 200)
    rows = pl.DataFrame(
        {
            "still": rng.normal(0, 1, 4_000),
            "wanders": rng.normal(0, 1, 4_000) + rng.normal(0, 0.4, 20)[day],
            "t": days.gather(day),
        }
    )
    suggested = bg.suggest_checks(bg.profile(rows, bg.Schema.infer(rows, timestamp="t"), every="1d"))
    limits = {str(c.parsed.metric): c.parsed.upper.expression.value for c in suggested if c.parsed.upper}
    assert limits['drift.effect(column="still")'] <= 0.1
    assert 0.15 < limits['drift.effect(column="wanders")'] <= 0.5


def test_in_sample_reference_is_named_in_the_reason():
    rows = rows_of(200, 1)
    schema = bg.Schema.infer(rows, label="price", prediction="predicted")
    suggested = bg.suggest_checks(bg.profile(rows, schema, origin="training"))
    assert any("flatters" in check.reason for check in suggested)


def test_column_of_nulls_has_no_null_check():
    rows = pl.DataFrame({"x": [1.0, 2.0, 3.0], "z": pl.Series([None, None, None], dtype=pl.Float64)})
    assert 'quality.null_share(column="z")' not in conditions(bg.suggest_checks(profiled_plain(rows)))


def profiled_plain(rows: pl.DataFrame) -> Profile:
    kinds = dict.fromkeys(rows.columns, "numeric")
    return bg.profile(rows, bg.Schema.infer(rows, kinds=kinds))


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_tiny_reference_gives_checks_or_says_why_not(rows):
    given = profiled_plain(pl.DataFrame({"x": [1.0] * rows}, schema={"x": pl.Float64}))
    if rows:
        assert run_checks(given, given, [bg.suggest_checks(given)]).passed
    else:
        with pytest.raises(DataError, match="no rows"):
            bg.suggest_checks(given)


def test_what_is_no_profile_is_refused():
    with pytest.raises(DataError, match="takes a profile, not DataFrame"):
        bg.suggest_checks(rows_of(3, 0))


def test_share_of_false_alarms_is_a_share(reference):
    with pytest.raises(CheckError, match="expected a share between 0 and 1"):
        bg.suggest_checks(reference, false_alarms=5)


def scored(n: int, seed: int, *, lift: float = 0.0) -> pl.DataFrame:
    """Calibrated scores of two groups; `lift` makes labels of the second one more frequent."""
    rng = np.random.default_rng(seed)
    group, score = rng.choice(["a", "b"], n), rng.beta(1, 9, n)
    label = np.where(rng.random(n) < score + lift * (group == "b"), "yes", "no")
    return pl.DataFrame({"group": group, "score": score, "label": label})


def scored_reference(by: str | tuple[()] = "group") -> Profile:
    rows = scored(8_000, 3)
    return bg.profile(rows, bg.Schema.infer(rows, label="label", score="score", positive="yes"), by=by)


def test_segments_are_one_check_each_against_itself():
    reference = scored_reference()
    [check] = [c for c in bg.suggest_checks(reference) if "segment=*" in c.condition]
    assert check.condition == "performance.brier(segment=*) <= 1.1 * reference"
    assert check.reason.startswith("each of 2 segments against itself; worst in the reference: group=")
    assert "segment" not in str(bg.suggest_checks(scored_reference(by=())))


def test_a_model_that_fails_one_group_fails_by_its_name():
    reference = scored_reference()
    results = run_checks(
        reference, bg.profile(scored(8_000, 4, lift=0.1), like=reference), [bg.suggest_checks(reference)]
    )
    named = {str(r.address) for r in results.failed}
    assert {'performance.brier(segment="group=b")', "performance.calibration_error"} <= named
    assert 'performance.brier(segment="group=a")' not in named


def test_a_calibration_error_of_few_rows_is_chance():
    reference = scored_reference()
    check = bg.Check("performance.calibration_error <= 0.001", confident=0.99)
    [result] = run_checks(reference, bg.profile(scored(100, 5), like=reference), [check])
    assert (result.status, result.note) == ("pass", "chance")
