from dataclasses import replace

import numpy as np
import pytest

from barograph.operations.arrays import operations_of
from barograph.operations.evaluate import evaluate_readings


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_the_interval_of_a_level_holds_it_though_windows_are_like_the_one_before(rho):
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        noise = rng.normal(size=60)
        for i in range(1, 60):
            noise[i] += rho * noise[i - 1]
        low, high = evaluate_readings("operations.cpu", operations_of(process_cpu=0.5 + noise)).interval
        held += low <= 0.5 <= high
    assert held / 300 > 0.9


def test_few_windows_have_no_interval():
    assert evaluate_readings("operations.cpu", operations_of(process_cpu=[0.1, 0.2])).interval is None


def test_a_reading_that_was_never_sent_is_named_with_those_that_were():
    result = evaluate_readings('operations.value(name="revenu")', operations_of(revenue=[1.0]))
    assert result.detail == "no reading 'revenu' in this span; readings: revenue"


def test_quarters_of_an_hour_that_is_kept_as_a_whole_are_not_told():
    [reading] = operations_of(process_cpu=[0.5]).readings["process_cpu"]
    view = operations_of(seconds=900)
    view = replace(view, readings={"process_cpu": (replace(reading, seconds=3_600),)})
    assert "kept by the hour" in evaluate_readings("operations.cpu", view).detail
    assert evaluate_readings("operations.cpu", replace(view, end=3_600_000_000)).value == 0.5
