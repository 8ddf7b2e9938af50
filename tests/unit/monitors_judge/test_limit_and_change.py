"""Fixed limits, and changes against another figure."""

import pytest

from barograph.metrics.registry import metric
from barograph.metrics.values import Value
from barograph.monitors.condition import Change, Limit
from barograph.monitors.judge.change import judge_change
from barograph.monitors.judge.limit import judge_limit

MAE = metric("performance.mae")
BOTH = Limit(below=1.0, above=3.0, clear=0.5)


@pytest.mark.parametrize(
    ("limit", "value", "status", "score"),
    [
        (Limit(above=2.0), 2.0, "ok", 1.0),
        (Limit(above=2.0), 2.1, "breach", 1.05),
        (Limit(above=0.3), 0.1 + 0.2, "ok", 1.0),
        (Limit(above=2.0, clear=1.5), 1.6, "near", 0.8),
        (Limit(above=2.0, clear=1.5), 1.5, "ok", 0.75),
        (Limit(below=0.8), 0.4, "breach", 2.0),
        (Limit(below=0.8, clear=0.9), 0.85, "near", 0.8 / 0.85),
        (Limit(below=0.8), 0.0, "breach", 1000.0),
        (BOTH, 3.2, "breach", 1.2),
        (BOTH, 2.6, "near", 0.6),
        (BOTH, 1.4, "near", 0.6),
        (BOTH, 2.0, "ok", 0.0),
        (Limit(above=-1.0), 0.0, "breach", None),
    ],
)
def test_limits(limit, value, status, score):
    found = judge_limit(limit, Value(value=value, n=9), MAE)
    assert found.status == status
    assert found.score == (None if score is None else pytest.approx(score))


def test_a_near_figure_says_where_it_recovers():
    found = judge_limit(BOTH, Value(value=1.4, n=9), MAE)
    assert found.detail == "1.4, within the limit 1 to 3, not yet past 1.5"


def changed(condition, value, other, *, half=None):
    def figure(x):
        return Value(value=x, n=90, interval=None if half is None else (x - half, x + half))

    class Window:
        spec = MAE
        compared = figure(other)
        current = type("Current", (), {"result": figure(value)})

    return judge_change(condition, figure(value), Window)


@pytest.mark.parametrize(
    ("condition", "value", "other", "status"),
    [
        (Change(above=0.05), 104.9, 100.0, "ok"),
        (Change(above=0.05), 105.1, 100.0, "breach"),
        (Change(below=-0.05), 94.9, 100.0, "breach"),
        (Change(above=0.05), -94.9, -100.0, "breach"),
        (Change(above=2.0, relative=False), 103.0, 100.0, "breach"),
        (Change(above=0.5), 1e-9, 0.0, "breach"),
        (Change(above=0.5), 0.0, 0.0, "ok"),
        (Change(above=0.10, clear=0.05), 107.0, 100.0, "near"),
        (Change(above=0.10, below=-0.10, clear=0.05), 93.0, 100.0, "near"),
    ],
)
def test_changes(condition, value, other, status):
    assert changed(condition, value, other).status == status


def test_limits_of_a_change_are_in_the_metrics_unit():
    found = changed(Change(above=0.05, below=-0.1), 100.0, 200.0)
    assert found.limits == (pytest.approx(180.0), pytest.approx(210.0))
    assert found.expected == 200.0


@pytest.mark.parametrize(("half", "status"), [(1.0, "breach"), (10.0, "near"), (None, "unknown")])
def test_a_sure_change_is_more_than_chance(half, status):
    assert changed(Change(above=0.05, sure=True), 110.0, 100.0, half=half).status == status


def test_the_interval_of_a_sure_change_is_movers():
    # 110 − 1.05 · 100 = 5 against √(h² + (1.05 h)²) = 1.45 h: sure up to h = 3.448.
    assert changed(Change(above=0.05, sure=True), 110.0, 100.0, half=3.44).status == "breach"
    assert changed(Change(above=0.05, sure=True), 110.0, 100.0, half=3.46).status == "near"


def test_a_change_in_words():
    assert (
        changed(Change(above=0.5), 3.0, 0.0).detail
        == "3 against 0: more than nothing, the limit is 50\u202f% more"
    )
    assert (
        changed(Change(above=0.5), 3.0, 3.0).detail == "3 against 3: no change, the limit is 50\u202f% more"
    )


def test_a_large_change_is_so_many_times():
    large = changed(Change(above=0.5), 264.0, 6.46).detail
    assert large == "264 against 6.46: 41 times as much, the limit is 50\u202f% more"
    assert "900\u202f% less" in changed(Change(below=-0.5), -80.0, 10.0).detail
    assert "more" in changed(Change(above=0.5, relative=False), 264.0, 6.46).detail
