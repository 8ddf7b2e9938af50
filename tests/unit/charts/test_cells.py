"""From a profile's cells to display bins."""

from __future__ import annotations

import numpy as np
import pytest

from barograph.charts.cells import Display, display


def cells(values: np.ndarray, other: np.ndarray, edges: np.ndarray, *, bins: int = 20) -> Display:
    reference, current = np.histogram(values, edges)[0], np.histogram(other, edges)[0]
    return display(edges[:-1], edges[1:], reference / values.size, current / other.size, bins=bins)


def atoms(values: np.ndarray) -> np.ndarray:
    """Edges that give each value a cell one float wide."""
    kinds = np.unique(values)
    return np.unique(np.concatenate((kinds, np.nextafter(kinds, np.inf))))


def test_unequal_cells_are_drawn_as_density() -> None:
    shown = display(np.array([0.0, 1.0]), np.array([1.0, 10.0]), np.array([0.5, 0.5]), np.zeros(2), bins=10)
    assert shown.reference[0] == pytest.approx(0.5)
    assert shown.reference[1:] == pytest.approx(np.full(9, 0.5 / 9))


@pytest.mark.parametrize("seed", range(3))
def test_no_mass_is_lost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sides = rng.standard_t(2, size=(2, 4000))
    shown = cells(sides[0], sides[1], np.unique(np.quantile(sides, np.linspace(0, 1, 200))))
    spikes = sum(s.reference for s in shown.spikes)
    assert shown.reference.sum() + spikes + shown.beyond[0] == pytest.approx(1, abs=1e-3)


def test_integers_get_one_bin_each() -> None:
    hours = np.repeat(np.arange(24.0), 10)
    shown = cells(hours, hours, atoms(hours))
    assert shown.values == tuple(range(24))
    assert shown.reference == pytest.approx(np.full(24, 1 / 24))


def test_many_integers_share_bins_of_equal_width() -> None:
    ages = np.repeat(np.arange(100.0), 3)
    shown = cells(ages, ages, atoms(ages))
    assert len(set(np.round(shown.reference[:-1], 9))) == 1


def test_value_with_much_mass_is_a_spike() -> None:
    rng = np.random.default_rng(1)
    values = np.where(rng.random(4000) < 0.3, 0.0, rng.normal(5, 1, 4000))
    edges = np.unique(np.concatenate((np.quantile(values, np.linspace(0, 1, 100)), [0.0, 5e-324])))
    spikes = cells(values, values, edges).spikes
    assert [s.value for s in spikes] == [0.0]
    assert spikes[0].reference == pytest.approx(0.3, abs=0.03)


def test_common_integers_among_many_are_no_spikes() -> None:
    values = np.random.default_rng(1).geometric(0.02, 4000).astype(float)
    assert cells(values, values, atoms(values)).spikes == ()


def test_far_spread_positive_values_get_a_log_axis() -> None:
    values = np.random.default_rng(2).lognormal(8, 2, 4000)
    assert cells(values, values, np.quantile(values, np.linspace(0, 1, 200))).log


def test_zero_stands_beside_a_log_axis() -> None:
    values = np.random.default_rng(2).lognormal(8, 2, 4000)
    values[:800] = 0
    edges = np.unique(np.concatenate((np.quantile(values[800:], np.linspace(0, 1, 200)), [0.0, 5e-324])))
    shown = cells(values, values, edges)
    assert shown.zero is not None
    assert shown.zero.reference == pytest.approx(0.2)
    assert shown.edges[0] > 1e-3


def test_extreme_tails_are_cut_and_counted() -> None:
    values = np.concatenate((np.random.default_rng(3).normal(size=4000), [1e9] * 4))
    edges = np.append(np.linspace(-5, 5, 100), [9e8, 1.1e9])
    shown = cells(values, values, edges)
    assert shown.edges[-1] < 10
    assert 0.001 < shown.beyond[0] < 0.01


def test_a_shift_of_current_is_never_cut_off() -> None:
    rng = np.random.default_rng(4)
    shown = cells(rng.normal(size=4000), rng.normal(80, 1, size=4000), np.linspace(-6, 90, 400))
    assert shown.edges[-1] > 82


def test_largest_floats_stay_finite() -> None:
    values = np.array([-1.7e308, 0.0, 1.7e308])
    shown = cells(values, values, atoms(values))
    assert np.isfinite(shown.edges).all()


def test_constant_is_a_spike_in_the_middle() -> None:
    shown = cells(np.ones(9), np.ones(9), atoms(np.ones(9)))
    assert shown.edges[0] < 1 < shown.edges[-1]
    assert shown.spikes[0].reference == 1


def test_no_rows_show_nothing() -> None:
    assert display(np.zeros(1), np.ones(1), np.zeros(1), np.zeros(1)).edges.size == 0
