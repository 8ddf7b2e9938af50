"""Tests that are watched for ever."""

import math

import pytest

from barograph.metrics.values import Undefined, Value
from barograph.monitors.condition import Anytime
from barograph.monitors.judge import judge
from barograph.monitors.judge.anytime import log_evidence

EXACT = Anytime(tolerance=0.01)


def judged(monitor, seen, figures, losses, *, n=200, when=EXACT, name="quality.null_share", **more):
    made = figures([Value(value=x, n=n) if isinstance(x, float) else x for x in losses])
    reference = 0.9 if name == "performance.accuracy" else 0.1
    told = {"history": made[:-1], "compared": Value(value=reference, n=9_000)} | more
    address = f'{name}(column="x")' if name.startswith("quality") else name
    return judge(monitor(address, when), seen(name, made[-1], **told))


def test_the_evidence_is_the_product_of_the_bets():
    # The first window is bet on by nobody; the second with λ = (μ − m)/(μ(1 − μ) + (μ − m)²) of the first.
    import numpy as np

    bet = 0.1 / (0.3 * 0.7 + 0.01)
    expected = 40 * math.log1p(bet * 0.8) + 60 * math.log1p(-bet * 0.2)
    found, since = log_evidence(np.array([0.3, 0.4]), np.array([100.0, 100.0]), 0.2, 99.0)
    assert (found, since) == (pytest.approx(expected), 0)


def test_a_loss_that_stays_worse_is_breached_and_says_how_sure(monitor, seen, figures):
    found = judged(monitor, seen, figures, [0.15] * 6)
    assert found.status == "breach"
    assert found.limits == (None, pytest.approx(0.11))
    assert found.p_value < 0.05
    assert found.detail.startswith("evidence that it is worse, over 6 windows")
    assert found.detail.endswith("15\u202f% in the last, no more than 11\u202f% is tolerated in the long run")


def test_evidence_of_one_window_is_said_as_that(monitor, seen, figures):
    assert judged(monitor, seen, figures, [0.15]).detail.startswith(
        "evidence that it is worse, from 1 window: 1 to 1"
    )


@pytest.mark.parametrize("losses", [[0.1] * 90, [0.11] * 90, [0.05] * 90, [0.15]])
def test_no_worse_than_tolerated_is_fine(monitor, seen, figures, losses):
    assert judged(monitor, seen, figures, losses).status == "ok"


def test_a_good_window_ends_the_breach_and_the_evidence_begins_anew(monitor, seen, figures):
    assert judged(monitor, seen, figures, [0.2] * 6 + [0.1]).status == "ok"
    again = judged(monitor, seen, figures, [0.2] * 6 + [0.1, 0.2])
    assert again.status == "ok"
    assert "from 1 window: 1 to 1" in again.detail
    assert judged(monitor, seen, figures, [0.2] * 6 + [0.1] + [0.2] * 5).status == "breach"


def test_more_is_better_turns_it_round(monitor, seen, figures):
    found = judged(monitor, seen, figures, [0.85] * 6, name="performance.accuracy")
    assert (found.status, found.limits) == ("breach", (pytest.approx(0.89), None))
    assert judged(monitor, seen, figures, [0.95] * 6, name="performance.accuracy").status == "ok"


def test_windows_without_a_figure_are_passed_over(monitor, seen, figures):
    gap = Undefined(reason="no_labels", detail="none")
    assert judged(monitor, seen, figures, [0.15, gap, 0.15, gap, 0.15, 0.15, 0.15]).status == "breach"


def test_without_a_tolerance_the_reference_windows_give_it(monitor, seen, figures):
    own = figures([0.08, 0.12, 0.1, 0.09, 0.11] * 6)
    found = judged(monitor, seen, figures, [0.15] * 6, when=Anytime(), reference=own)
    spread = math.sqrt(0.0002 * 30 / 29)
    assert spread < found.limits[1] - 0.1 < 2.0 * spread
    assert judged(monitor, seen, figures, [0.12] * 90, when=Anytime(), reference=own).status == "ok"


def test_the_season_is_part_of_what_is_tolerated(monitor, seen, figures):
    week = [0.1, 0.1, 0.1, 0.1, 0.1, 0.16, 0.16]
    wander = [0.001 * (i % 3 - 1) for i in range(56)]
    own = figures([week[i % 7] + wander[i] for i in range(56)])
    found = judged(monitor, seen, figures, [0.16, 0.16, 0.1, 0.1], when=Anytime(), reference=own)
    assert found.limits[1] - 0.1 > 0.025


def test_too_few_reference_windows_ask_for_a_tolerance(monitor, seen, figures):
    found = judged(monitor, seen, figures, [0.15] * 6, when=Anytime(), reference=figures([0.1, 0.1]))
    assert found.status == "unknown"
    assert found.detail.endswith("give the monitor a tolerance")


def test_a_metric_without_bounds_is_unknown_and_another_is_named(monitor, seen, figures):
    window = seen("performance.mae", figures([3.0])[0], compared=Value(value=2.0, n=9))
    found = judge(monitor("performance.mae", EXACT), window)
    assert found.status == "unknown"
    assert "performance.bounded_loss" in found.detail
