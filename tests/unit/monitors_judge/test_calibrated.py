"""More than noise, than the reference's own windows differ, and enough to matter."""

import math

import numpy as np
import pytest

from barograph.metrics.values import Value
from barograph.monitors.condition import Budget, Calibrated
from barograph.monitors.judge import judge

FLAT = [4.0, 5.0, 6.0] * 4
AT_1 = Calibrated(level=0.01)


def drifting(monitor, seen, figures, p_value, *, value=0.19, when=AT_1, level=None):
    window = seen(
        "drift.total_variation", figures([value])[0], p_value=Value(value=p_value, n=800),
        ratio=Value(value=3.2, n=800), level=level,
    )  # fmt: skip
    return judge(monitor('drift.total_variation(column="x")', when), window)


@pytest.mark.parametrize(
    ("p_value", "status"), [(0.011, "near"), (0.05, "near"), (0.051, "ok"), (0.01, "breach"), (0.0, "breach")]
)
def test_drift_is_judged_by_its_p_value(monitor, seen, figures, p_value, status):
    assert drifting(monitor, seen, figures, p_value).status == status


@pytest.mark.parametrize(
    ("value", "matters", "status"),
    [(0.004, None, "ok"), (0.006, None, "breach"), (0.006, 0.02, "ok"), (0.001, 0.0, "breach")],
)
def test_a_change_too_small_to_matter_is_fine(monitor, seen, figures, value, matters, status):
    found = drifting(monitor, seen, figures, 1e-9, value=value, when=Calibrated(level=0.01, matters=matters))
    assert found.status == status
    assert ("does not matter" in found.detail) == (status == "ok")


def test_the_level_is_the_conditions_then_the_budgets(monitor, seen, figures):
    assert drifting(monitor, seen, figures, 0.003, level=0.002).status == "breach"
    assert drifting(monitor, seen, figures, 0.003, when=Calibrated(), level=0.002).status == "near"
    # One a quarter, of days: 1 in 91.
    assert drifting(monitor, seen, figures, 0.0109, when=Calibrated()).status == "breach"
    assert drifting(monitor, seen, figures, 0.0110, when=Calibrated()).status == "near"
    assert (
        drifting(monitor, seen, figures, 0.0110, when=Calibrated(budget=Budget(count=2))).status == "breach"
    )


@pytest.mark.parametrize(("p_value", "score"), [(0.01, 1.0), (1e-4, 2.0), (0.1, 0.5), (0.0, 1000.0)])
def test_the_score_is_1_at_the_level(monitor, seen, figures, p_value, score):
    assert drifting(monitor, seen, figures, p_value).score == pytest.approx(score)


def test_a_metric_that_is_a_p_value_is_its_own(monitor, seen, figures):
    window = seen("drift.p_value", figures([0.002])[0])
    found = judge(monitor('drift.p_value(column="x")', AT_1), window)
    assert (found.status, found.detail) == ("breach", "chance of 1 in 500, the limit is 1 in 100")


def judged(monitor, seen, figures, value, own=FLAT, *, name="performance.mae", when=AT_1, **more):
    window = seen(name, figures([value], first=90)[0], **({"reference": figures(own)} | more))
    address = f'{name}(column="x")' if name.startswith("quality") else name
    return judge(monitor(address, when), window)


def test_the_value_is_tested_by_students_t(monitor, seen, figures):
    from scipy.stats import t

    own = [-1.0, 0.0, 1.0] * 4
    found = judged(monitor, seen, figures, 3.0, own, name="performance.me")
    # The lag-1 correlation of −1, 0, 1 in turn is negative, which counts as none: K_eff is 12.
    expected = 2.0 * t.sf(3.0 / (np.std(own, ddof=1) * math.sqrt(13 / 12)), 11 * (13 / 12) ** 2)
    assert found.p_value == pytest.approx(expected, rel=1e-9)
    assert found.expected == pytest.approx(0.0, abs=1e-12)


def test_the_limits_are_where_the_p_value_is_the_level(monitor, seen, figures):
    low, high = judged(monitor, seen, figures, 3.0, [-1.0, 0.0, 1.0] * 4, name="performance.me").limits
    for end in (low, high):
        assert judged(monitor, seen, figures, end, [-1.0, 0.0, 1.0] * 4, name="performance.me").p_value == (
            pytest.approx(0.01)
        )


@pytest.mark.parametrize(("value", "status"), [(30.0, "breach"), (0.5, "ok")])
def test_only_the_harmful_side_is_looked_for(monitor, seen, figures, value, status):
    assert judged(monitor, seen, figures, value).status == status


def test_another_side_can_be_asked_for(monitor, seen, figures):
    asked = Calibrated(level=0.01, side="below")
    assert judged(monitor, seen, figures, 0.5, when=asked).status == "breach"


def test_few_rows_widen_what_is_usual(monitor, seen, figures):
    unsure = Value(value=10.0, n=9, interval=(4.0, 30.0))
    assert judged(monitor, seen, figures, 10.0).status == "breach"
    assert judged(monitor, seen, figures, unsure).status == "ok"


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ([4.0, 5.0], "too little history: 2 windows, at least 4 needed"),
        ([1.0] * 5 + [9.0] * 5, "too little history: 0.2 effective windows of 10, at least 4 needed"),
    ],
)
def test_too_little_history_is_unknown_in_words(monitor, seen, figures, own, words):
    found = judged(monitor, seen, figures, 5.0, own, name="performance.me")
    assert (found.status, found.detail) == ("unknown", words)


def test_without_reference_windows_the_good_ones_before_are_taken(monitor, seen, figures):
    past = [*FLAT, 90.0, 95.0]
    breached = frozenset(f.start for f in figures(past)[-2:])
    found = judged(monitor, seen, figures, 30.0, (), history=figures(past), breached=breached)
    assert found.status == "breach"
    assert "from 12 earlier days" in found.detail


def test_windows_that_never_differ_are_no_certainty(monitor, seen, figures):
    found = judged(monitor, seen, figures, 3.0, [0.0] * 19, name="performance.me")
    assert (found.p_value, found.status) == (1 / 20, "near")


def test_days_of_the_week_are_compared_with_themselves(monitor, seen, figures):
    own = [(50.0 if i % 7 == 2 else 5.0) + 0.3 * math.sin(7 * i) for i in range(56)]
    # Window 90 is of the phase 90 % 7 = 6; window 93 of 2.
    assert judged(monitor, seen, figures, 50.0, own, name="performance.me").status == "breach"
    window = seen("performance.me", figures([50.0], first=93)[0], reference=figures(own))
    found = judge(monitor("performance.me", AT_1), window)
    assert found.status == "ok"
    assert "in this day of week" in found.detail


def shares(rate, hits, n):
    return [rate(k, n) for k in hits]


def test_none_of_a_few_rows_is_not_certain(monitor, seen, figures, rate):
    own = shares(rate, [0] * 12, 24)
    found = [judged(monitor, seen, figures, rate(k, 24), own, name="quality.null_share") for k in (1, 2, 12)]
    assert [v.status for v in found] == ["near", "breach", "breach"]
    # Beta-binomial of 24 rows with ½ of 289: P(X ≥ 1) = 1 − Π (288.5 + i)/(289 + i).
    none = math.prod((288.5 + i) / (289.0 + i) for i in range(24))
    assert found[0].p_value == pytest.approx(1.0 - none, rel=1e-6)


def test_a_rate_that_wanders_may_wander_further(monitor, seen, figures, rate):
    steady, wandering = [100] * 12, [60, 140, 100, 70, 130, 90] * 2
    now = rate(160, 1_000)
    assert (
        judged(monitor, seen, figures, now, shares(rate, steady, 1_000), name="quality.null_share").status
        == "breach"
    )
    assert judged(
        monitor, seen, figures, now, shares(rate, wandering, 1_000), name="quality.null_share"
    ).status != ("breach")


def test_fewer_hits_than_usual_are_looked_for_where_higher_is_better(monitor, seen, figures, rate):
    own = shares(rate, [950, 940, 960] * 4, 1_000)
    assert (
        judged(monitor, seen, figures, rate(800, 1_000), own, name="performance.accuracy").status == "breach"
    )
    assert judged(monitor, seen, figures, rate(999, 1_000), own, name="performance.accuracy").status == "ok"
    assert judged(monitor, seen, figures, rate(0, 1_000), own, name="performance.accuracy").status == "breach"


def test_new_records_are_expected_of_values_never_seen(monitor, seen, figures, rate):
    # Of 28 windows the two with the smallest and the largest value each hold a row beyond the others.
    own = shares(rate, [0] * 12 + [1] + [0] * 10 + [1] + [0] * 4, 500)
    found = [
        judged(monitor, seen, figures, rate(k, 500), own, name="quality.beyond_range_share") for k in (1, 60)
    ]
    assert [v.status for v in found] == ["ok", "breach"]
