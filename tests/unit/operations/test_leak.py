import numpy as np
import pytest

from barograph.metrics.values import Undefined
from barograph.operations.arrays import operations_of
from barograph.operations.leak import hours_to_limit, memory_leak, runs


def wandering(rng, n, rho):
    noise = rng.normal(size=n)
    for i in range(1, n):
        noise[i] += rho * noise[i - 1]
    return noise


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.8])
@pytest.mark.parametrize("slope", [0.0, 0.05])
def test_the_interval_holds_the_slope_though_readings_are_like_the_one_before(rho, slope):
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(300):
        memory = 1_000.0 + slope * np.arange(120) + wandering(rng, 120, rho)
        low, high = memory_leak(operations_of(seconds=7_200, process_memory=memory)).interval
        held += low <= 60.0 * slope <= high
    assert held / 300 > 0.9


def test_a_restart_is_no_fall_of_memory():
    saw = [*range(100, 200, 5), *range(20, 120, 5)]
    assert memory_leak(operations_of(process_memory=saw)).value == pytest.approx(300.0)


def test_hosts_of_different_size_share_a_slope_not_a_level():
    view = operations_of(process_memory=[*range(0, 100, 10), *range(5_000, 5_100, 10)])
    assert len(runs(view.readings["process_memory"])) == 1
    with_restart = operations_of(process_memory=[*range(5_000, 5_100, 10), *range(0, 100, 10)])
    assert memory_leak(with_restart).value == pytest.approx(600.0)


def test_time_to_the_limit_is_unknown_while_no_rise_is_shown(rng):
    memory = 1_000.0 + rng.normal(size=60)
    result = hours_to_limit(operations_of(process_memory=memory, host_memory_limit=[2_000.0]))
    assert isinstance(result, Undefined)
    assert "no rise of memory is shown" in result.detail


def test_nine_windows_are_too_few():
    result = memory_leak(operations_of(process_memory=list(range(100, 109))))
    assert result == Undefined(
        reason="too_little_history", detail="the slope of memory needs 10 windows of a process; there are 9"
    )
