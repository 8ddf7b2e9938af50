"""What every operational metric keeps: a full declaration, a golden figure, and the laws of figures."""

import csv
import inspect
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.metrics.address import Address, parse_address
from barograph.metrics.registry import metrics
from barograph.metrics.values import Undefined, Value
from barograph.operations.arrays import operations_of
from barograph.operations.evaluate import evaluate_readings, required_parameters
from barograph.operations.registry import METRICS
from barograph.operations.view import Operations

TABLE = Path(__file__).parents[1] / "golden" / "operations.csv"
EXAMPLES = {"q": 0.9, "name": "requests"}
KINDS = {"operations.feedback_rate": "override", "operations.event_count": "deployment"}
NAMES = ("latency", "requests", "errors", "process_cpu", "process_memory", "host_memory_limit", "disk_used")

specs = pytest.mark.parametrize("spec", METRICS, ids=[s.name for s in METRICS])


def address_of(spec):
    given = EXAMPLES | {"kind": KINDS.get(spec.name)}
    return Address(spec.name, tuple((p, given[p]) for p in required_parameters(spec)))


@specs
def test_declares_what_a_reader_needs(spec):
    assert all(len(text) > 8 for text in (spec.definition, spec.misleads, spec.source))
    assert spec.title
    assert spec.compute.__doc__
    assert parse_address(spec.name).family == "operations"
    assert spec.scope == "readings"
    assert set(spec.parameters) <= set(inspect.signature(spec.compute).parameters)


def test_names_are_unique_and_no_others():
    names = [s.name for s in METRICS]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint(metrics())


@specs
def test_has_a_golden_figure(spec):
    named = {row["metric"] for row in csv.DictReader(TABLE.read_text("utf-8").splitlines())}
    assert spec.name in named, f"add a row for {spec.name} to {TABLE.name}"


@specs
def test_of_nothing_nothing_is_said_but_its_number(spec):
    result = evaluate_readings(address_of(spec), Operations(start=0, end=3_600_000_000))
    if spec.minimum_rows > 0:
        assert isinstance(result, Undefined)
        assert result.detail
    else:
        assert result == Value(value=0.0, n=0)


numbers = st.floats(0, 1e308) | st.sampled_from([0.0, 1.0, 1e308, 5e-324])
counts = st.dictionaries(st.integers(-700, 5), st.integers(0, 10**6), max_size=6)


@st.composite
def spans(draw):
    readings = {name: draw(st.lists(numbers, max_size=15)) for name in NAMES}
    said = {"override": draw(st.integers(0, 99))}
    return operations_of(
        seconds=draw(st.integers(60, 7_200)), heard=draw(st.sets(st.integers(0, 59))), rows=draw(counts),
        dropped=draw(st.integers(0, 99)), feedback=said, probes=draw(st.none() | st.just((9, 3))),
        events={"deployment": draw(st.integers(0, 9))}, versions=draw(st.sets(st.integers(-9, 9))),
        labels=draw(st.none() | st.just({0: 5})),
        **{name: xs for name, xs in readings.items() if xs},
    )  # fmt: skip


@given(view=spans())
def test_a_figure_is_finite_within_its_range_and_its_interval(view):
    for spec in METRICS:
        result = evaluate_readings(address_of(spec), view)
        if isinstance(result, Undefined):
            assert result.detail, spec.name
            continue
        low, high = (math.inf * s if x is None else x for s, x in zip((-1, 1), spec.range, strict=True))
        if spec.name != "operations.disk":  # as sent, whatever it is
            assert low <= result.value <= high, spec.name
        if result.interval is not None:
            slack = 1e-9 * max(1.0, abs(result.value))
            assert result.interval[0] - slack <= result.value <= result.interval[1] + slack, spec.name
