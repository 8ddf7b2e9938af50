"""Numbers near either end of float64: figures or reasons, and never a warning."""

import json

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.charts.axis import Scale
from barograph.metrics.performance.error_groups import error_groups
from barograph.metrics.values import Undefined, Value
from barograph.report.parts.performance import scaled, scaled_change

MOST = 1.7976931348623157e308
KINDS = {
    "huge": [1e308, -1e308, 1e307, 0.0],
    "largest": [MOST, -MOST],
    "one huge": [1e308],
    "subnormal": [5e-324, 1e-310, -5e-324, 0.0],
    "both ends": [1e308, 5e-324, -1e308, 1.0],
    "usual": [1.0, 2.0, 3.0, float("nan")],
}


def rows(kind: str, rng: np.random.Generator, n: int = 120) -> pl.DataFrame:
    times = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2025, 1, 1), "1h", eager=True)[:n]
    return pl.DataFrame({name: rng.choice(KINDS[kind], n) for name in ("x", "y", "p")} | {"t": times})


@pytest.mark.parametrize("current", ["usual", "same"])
@pytest.mark.parametrize("kind", [k for k in KINDS if k != "usual"])
def test_a_report_of_extremes_is_whole(kind, current, rng):
    frame = rows(kind, rng)
    schema = bg.Schema.infer(frame, label="y", prediction="p", timestamp="t", task="regression")
    reference = bg.profile(frame, schema, every="12h")
    report = bg.compare(
        reference, bg.profile(rows(kind if current == "same" else current, rng), like=reference)
    )
    assert json.loads(report.to_json())["rows"] == {"reference": 120, "current": 120}
    assert "<svg" in report.to_html()


def test_errors_that_overflow_still_have_their_ends():
    label = [MOST] * 10 + [-MOST] * 10 + [0.0] * 180
    frame = pl.DataFrame({"y": label, "p": [-v for v in label]})
    schema = bg.Schema.infer(frame, label="y", prediction="p", task="regression")
    groups = error_groups(bg.profile(frame, schema))
    assert [int(m.sum()) for m in groups.members] == [180, 10, 10]


def test_half_of_the_smallest_number_divides_no_scale():
    assert Scale(low=0.0, high=5e-324, start=0.0, end=100.0)(5e-324) == 50.0


def test_a_figure_too_large_for_its_unit_is_undefined():
    assert isinstance(scaled(Value(value=1e307, n=3), 100.0), Undefined)
    assert isinstance(scaled(Value(value=1.0, n=3, interval=(0.0, 1e307)), 100.0), Undefined)
    assert scaled_change(Value(value=-1e307, n=0), 100.0) is None
    assert scaled(Value(value=0.5, n=3, interval=(0.25, 0.75)), 100.0) == Value(
        value=50.0, n=3, interval=(25.0, 75.0)
    )
