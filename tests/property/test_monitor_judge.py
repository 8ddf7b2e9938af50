"""Laws of the conditions: a worse figure is never judged better, whatever the history."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.metrics.address import parse_address
from barograph.metrics.intervals import wilson
from barograph.metrics.registry import metric
from barograph.metrics.values import Undefined, Value
from barograph.monitors.condition import Anytime, Band, Burn, Calibrated, Change, Composite, Limit
from barograph.monitors.judge import judge
from barograph.monitors.judge.composite import judge_composite
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Figure, Seen, Verdict

DAY = 86_400_000_000
BADNESS = {"ok": 0, "near": 1, "breach": 2}
laws = settings(max_examples=40)
seeds = st.integers(0, 2**32 - 1)

ERRORS = {
    "limit": Limit(above=11.0, clear=10.5),
    "change": Change(above=0.1, clear=0.05),
    "band": Band(side="above"),
    "calibrated": Calibrated(level=0.01),
}
RATES = {
    "limit": Limit(above=0.2, clear=0.15),
    "band": Band(side="above"),
    "calibrated": Calibrated(level=0.01),
    "burn": Burn(objective=0.9, rates=((2.0, 172_800.0, 86_400.0), (1.0, 604_800.0, 172_800.0))),
    "anytime": Anytime(tolerance=0.02),
}


def at(i, result):
    return Figure(start=i * DAY, end=(i + 1) * DAY, result=result)


def error(value):
    return Value(value=float(value), n=200, interval=(float(value) - 0.4, float(value) + 0.4))


def rate(hits, n=200):
    return Value(value=int(hits) / n, n=n, interval=wilson(int(hits), n))


def judged(name, when, current, past):
    figures = tuple(at(i, result) for i, result in enumerate(past))
    address = f'{name}(column="x")' if name.startswith("quality") else name
    window = Seen(
        spec=metric(name), current=at(len(past), current), history=figures, reference=figures[:28],
        compared=past[0], rows=200,
    )  # fmt: skip
    return judge(Monitor(name="m", metric=parse_address(address), when=when), window)


def course(name, when, figures, past):
    return [BADNESS[judged(name, when, figure, past).status] for figure in figures]


@pytest.mark.parametrize("kind", ERRORS)
@laws
@given(seed=seeds)
def test_a_larger_error_is_never_judged_better(kind, seed):
    past = [error(x) for x in np.random.default_rng(seed).normal(10.0, 1.0, size=35)]
    found = course("performance.mae", ERRORS[kind], [error(x) for x in np.linspace(1.0, 40.0, 40)], past)
    assert found == sorted(found)
    assert found[-1] == BADNESS["breach"]


@pytest.mark.parametrize("kind", RATES)
@laws
@given(seed=seeds)
def test_a_higher_rate_is_never_judged_better(kind, seed):
    past = [rate(k) for k in np.random.default_rng(seed).binomial(200, 0.1, size=35)]
    found = course("quality.null_share", RATES[kind], [rate(k) for k in range(0, 201, 5)], past)
    assert found == sorted(found)
    assert found[-1] == BADNESS["breach"] or kind == "anytime"


@pytest.mark.parametrize("rare", [0.0, 0.002])
@laws
@given(seed=seeds)
def test_neither_is_one_of_rare_events(rare, seed):
    past = [rate(k) for k in np.random.default_rng(seed).binomial(200, rare, size=35)]
    found = course("quality.null_share", Calibrated(level=0.01), [rate(k) for k in range(0, 201, 5)], past)
    assert found == sorted(found)
    assert found[-1] == BADNESS["breach"]


@laws
@given(seed=seeds, factor=st.floats(1e-3, 1e3))
def test_the_unit_of_an_error_does_not_matter(seed, factor):
    rng = np.random.default_rng(seed)
    past, now = rng.lognormal(2.0, 0.2, size=28), rng.lognormal(2.3, 0.2)
    p_values = []
    for unit in (1.0, factor):
        scaled = [Value(value=float(x * unit), n=90) for x in (*past, now)]
        verdict = judged("performance.mae", Calibrated(level=0.01), scaled[-1], scaled[:-1])
        p_values.append(verdict.p_value)
    assert p_values[0] == pytest.approx(p_values[1], rel=1e-6)


@laws
@given(seed=seeds)
def test_the_order_of_like_windows_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    past = [error(x) for x in rng.normal(10.0, 1.0, size=20)]
    mixed = [past[i] for i in rng.permutation(20)]
    band = Band(season="none")
    first, second = (judged("performance.mae", band, error(12.0), p) for p in (past, mixed))
    assert (first.status, first.limits) == (second.status, pytest.approx(second.limits))


@laws
@given(
    statuses=st.lists(
        st.sampled_from(["ok", "near", "breach", "unknown", "no_data", "error"]), min_size=1, max_size=5
    )
)
@pytest.mark.parametrize("how", ["all", "any"])
def test_the_order_of_parts_does_not_matter(how, statuses):
    parts = [Verdict(status=s, detail=s) for s in statuses]
    found = {judge_composite(how, order).status for order in itertools.permutations(parts)}
    assert len(found) == 1
    if how == "any" and not {"breach"} & set(statuses) and {"unknown", "no_data", "error"} & set(statuses):
        assert found <= {"unknown", "no_data", "error"}


@pytest.mark.parametrize("kind", [*ERRORS, "composite"])
@laws
@given(
    reason=st.sampled_from(["too_few_rows", "no_labels", "overflow", "column_missing"]),
    rows=st.integers(0, 3),
)
def test_a_window_without_a_figure_is_never_fine(kind, reason, rows):
    from barograph.monitors.condition import Part

    part = Part(metric=None, against=None, when=Limit(above=1.0))
    when = Composite(how="any", parts=(part,)) if kind == "composite" else ERRORS[kind]
    window = Seen(
        spec=metric("performance.mae"), current=at(0, Undefined(reason=reason, detail="")), rows=rows
    )
    monitor = Monitor(name="m", metric=parse_address("performance.mae"), when=when)
    assert judge(monitor, window).status in ("unknown", "no_data", "error")
