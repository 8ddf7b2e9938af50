"""Why a change could not be measured against the reference's own windows."""

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.metrics.drift.against_variation import AgainstVariation
from barograph.metrics.drift.column_windows import UnknownVariation
from barograph.metrics.drift.columns import drift_of_columns
from barograph.metrics.evaluate import evaluate


def drift_of(hours, *, every="1h", rows_an_hour=100, constant=False):
    rng = np.random.default_rng(3)
    n = hours * rows_an_hour
    start = pl.datetime(2024, 1, 1) + pl.duration(minutes=pl.int_range(n) * 60 // rows_an_hour)
    frame = pl.DataFrame({"x": np.ones(n) if constant else rng.normal(size=n)}).with_columns(t=start)
    timestamp = None if every is None else "t"
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp=timestamp), every=every)
    current = bg.profile(frame.with_columns(pl.col("x") + 0.0), like=reference)
    return drift_of_columns(reference, current)[0]["x"]


@pytest.mark.parametrize(("hours", "said"), [(1, "1 reference window;"), (3, "3 reference windows;")])
def test_few_windows_are_said_to_be_few(hours, said):
    variation = drift_of(hours).variation
    assert isinstance(variation, UnknownVariation)
    assert variation.detail == f"too little history: {said} at least 4 are needed"
    assert variation.k_eff == hours


def test_windows_of_few_rows_count_as_joined():
    variation = drift_of(10, rows_an_hour=20).variation
    assert variation.detail.startswith(
        "too little history: 10 reference windows, 3 once joined to hold 60 rows"
    )
    assert drift_of(10, rows_an_hour=20).verdict.basis == "rows"


def test_enough_windows_are_compared_with():
    found = drift_of(12)
    assert isinstance(found.variation, AgainstVariation)
    assert found.verdict.basis == "windows"


def test_windows_on_which_nothing_could_be_seen_say_so():
    found = drift_of(12, constant=True)
    assert isinstance(found.variation, UnknownVariation)
    assert "no change, however large" in found.variation.detail
    assert found.verdict.basis == "rows"


def test_a_reference_without_time_has_nothing_to_say():
    assert drift_of(1, every=None).variation is None


def test_windows_that_wander_too_far_are_no_reason_to_trust_rows():
    """Twelve days about means of standard deviation 50, and two days at −30, which rows alone would call another."""
    rng = np.random.default_rng(5)

    def days(means, first):
        start = pl.datetime(2024, 1, first) + pl.duration(minutes=pl.int_range(len(means) * 200) * 7.2)
        x = np.repeat(means, 200) + rng.normal(size=len(means) * 200)
        return pl.DataFrame({"x": x}).with_columns(t=start)

    before, after = days(rng.normal(0, 50, 12), 1), days([-30.0, -30.0], 20)
    reference = bg.profile(before, bg.Schema.infer(before, timestamp="t"), every="1d")
    current = bg.profile(after, like=reference)
    found = drift_of_columns(reference, current)[0]["x"]
    assert (found.verdict.basis, found.verdict.detected) == ("windows", False)
    assert evaluate("drift.share", current, reference).value == 0.0
