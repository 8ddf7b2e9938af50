"""Some conditions together."""

import itertools

import pytest

from barograph.metrics.address import parse_address
from barograph.monitors.against import Against
from barograph.monitors.arrays import Course, seen_of
from barograph.monitors.condition import Calibrated, Change, Composite, Limit, Part
from barograph.monitors.judge import judge
from barograph.monitors.judge.composite import judge_composite
from barograph.monitors.verdict import Verdict

#: Kleene's tables, with the statuses that are no breach and those that are no answer.
ALL = {
    ("breach", "breach"): "breach",
    ("breach", "unknown"): "unknown",
    ("breach", "near"): "near",
    ("breach", "ok"): "ok",
    ("unknown", "ok"): "ok",
    ("unknown", "near"): "near",
    ("unknown", "no_data"): "unknown",
    ("error", "unknown"): "error",
    ("near", "ok"): "ok",
}
ANY = {
    ("breach", "ok"): "breach",
    ("breach", "unknown"): "breach",
    ("breach", "error"): "breach",
    ("unknown", "ok"): "unknown",
    ("no_data", "near"): "no_data",
    ("near", "ok"): "near",
    ("ok", "ok"): "ok",
}
#: Figures that are p-values.
P_VALUES = ("drift.inputs_p_value", "drift.beyond_p_value")


def of(status, score=1.0, severity=None):
    return Verdict(status=status, detail=status, score=score, severity=severity)


@pytest.mark.parametrize(("how", "table"), [("all", ALL), ("any", ANY)])
def test_tables_of_three_valued_logic(how, table):
    for pair, expected in table.items():
        for order in itertools.permutations(pair):
            assert judge_composite(how, [of(status) for status in order]).status == expected


def test_figures_are_those_of_the_part_that_decides():
    parts = [of("breach", 3.0, "warning"), of("breach", 2.0, "critical")]
    assert judge_composite("all", parts).score == 2.0
    assert judge_composite("any", parts).score == 3.0
    assert judge_composite("any", parts).severity == "critical"


def both(against=None):
    bias = Part(metric=parse_address("performance.me"), against=against, when=Limit(above=1.0))
    return Composite(how="all", parts=(Part(metric=None, against=None, when=Limit(above=2.0)), bias))


def test_parts_have_figures_of_their_own(monitor, seen, figures):
    parts = {"performance.me": seen("performance.me", figures([1.5])[0])}
    window = seen("performance.mae", figures([2.5])[0], parts=parts)
    found = judge(monitor("performance.mae", both()), window)
    assert (found.status, found.detail) == ("breach", "2.5, above the limit 2; 1.5, above the limit 1")


def test_a_part_without_a_figure_is_unknown(monitor, seen, figures):
    found = judge(monitor("performance.mae", both()), seen("performance.mae", figures([2.5])[0]))
    assert (found.status, found.detail) == ("unknown", "there is no figure of performance.me")


def test_a_part_that_compares_otherwise_has_another_name(monitor, seen, figures):
    changed = Part(metric=None, against=Against(kind="previous", windows=3), when=Change(above=0.1))
    name = "performance.mae against previous 3"
    own = figures([2.5])[0]
    parts = {name: seen("performance.mae", own, compared=figures([2.0])[0].result)}
    window = seen("performance.mae", own, parts=parts)
    asked = monitor("performance.mae", Composite(how="any", parts=(changed,)))
    assert judge(asked, window).status == "breach"


def test_calibrated_parts_of_other_metrics_share_the_budget_with_their_own(monitor):
    parts = tuple(Part(metric=parse_address(m), against=None, when=Calibrated()) for m in P_VALUES)
    whole = monitor(P_VALUES[0], Composite(how="any", parts=parts))
    (alone,) = seen_of(monitor(P_VALUES[0], Calibrated()), Course(values=(0.5,)))
    (seen,) = seen_of(whole, Course(values=(0.5,), parts={P_VALUES[1]: Course(values=(0.008,))}))
    assert seen.level == seen.parts[P_VALUES[1]].level == alone.level / 2
    assert judge(whole, seen).status == "near"
