import numpy as np
import pytest

from barograph.errors import DataError
from barograph.metrics.drift.against_variation import compare_windows, compare_with_variation
from barograph.metrics.drift.column_windows import ColumnWindows, UnknownVariation, compare_columns
from barograph.metrics.drift.variation import reference_variation
from barograph.metrics.drift.window_correlation import (
    neighbours_left_out,
    pooled_rho,
    wander_rho,
    window_memory,
)

SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def days(count, *, rows=500, seed=0, wander=0.0):
    rng = np.random.default_rng(seed)
    shares = SHARES * np.exp(rng.normal(0, wander, (count, 4)))
    return np.array([rng.multinomial(rows, p / p.sum()) for p in shares])


def test_too_little_history_is_unknown():
    variation = reference_variation(days(3), rho=0.0)
    result = compare_with_variation(variation, days(1)[0])
    assert isinstance(result, UnknownVariation)
    assert "3.0 effective reference windows" in result.detail


def test_correlation_makes_history_shorter():
    assert reference_variation(days(28), rho=0.6).k_eff == pytest.approx(7.0)


def test_what_reference_days_do_themselves_is_not_a_change():
    table = days(29, wander=0.3)
    variation = reference_variation(table[:28], rho=0.0)
    result = compare_with_variation(variation, table[28])
    assert result.p_value > 0.01
    assert result.ratio < 2


def test_a_change_beyond_what_days_do_is_found():
    variation = reference_variation(days(28), rho=0.0)
    result = compare_with_variation(variation, [100, 100, 100, 200])
    assert result.p_value < 1e-6
    assert result.ratio > 5
    assert 0 < result.smallest_visible < 0.2


def test_each_weekday_is_compared_with_its_own():
    phases = np.arange(35) % 7
    table = days(35)
    table[phases == 6] = table[phases == 6][:, ::-1]
    plain = reference_variation(table, rho=0.0)
    phased = reference_variation(table, rho=0.0, phases=phases)
    assert phased.wander.mean < plain.wander.mean / 5
    sunday, monday = (compare_with_variation(phased, table[6], phase=day).p_value for day in (6, 0))
    assert sunday > 0.05 > monday


def test_seven_pooled_windows_average_out_more_than_one_long_window():
    variation = reference_variation(days(28, rows=5_000, wander=0.2), rho=0.0, wander_rho=0.7)
    pooled = days(7, rows=5_000, seed=1, wander=0.05).sum(axis=0)
    one, seven = (compare_with_variation(variation, pooled, pooled_windows=m).ratio for m in (1, 7))
    assert seven > one


def test_neighbouring_windows_that_agree_are_correlated():
    slow = np.repeat(days(7, wander=0.3), 4, axis=0)
    assert pooled_rho([window_memory(slow)]) > 0.5
    assert pooled_rho([window_memory(days(28))]) < 0.4


def test_noise_does_not_hide_how_long_the_wander_lasts():
    rng = np.random.default_rng(5)
    memories = []
    for _ in range(40):
        path = [rng.normal()]
        for _ in range(27):
            path.append(0.7 * path[-1] + rng.normal() * 0.51**0.5)
        shares = SHARES * np.exp(0.15 * np.outer(path, [1, -1, 1, -1]))
        memories.append(window_memory([rng.multinomial(200, p / p.sum()) for p in shares]))
    assert wander_rho(memories) == pytest.approx(0.7, abs=0.08)
    assert pooled_rho(memories) < 0.6


def test_one_row_of_a_value_the_reference_never_had_is_no_change():
    table = np.column_stack((days(30, rows=120), np.zeros(30)))
    variation = reference_variation(table, rho=0.0)
    assert compare_with_variation(variation, [48, 36, 24, 11, 1]).p_value > 0.1
    assert compare_with_variation(variation, [30, 20, 15, 5, 50]).p_value < 1e-6


def test_a_part_of_a_window_may_wander_more_than_the_whole():
    variation = reference_variation(days(28, rows=600, wander=0.2), rho=0.0)
    third = np.array([[100.0, 50.0, 30.0, 20.0]])
    whole, part = (compare_windows(variation, third, part=p).p_value[0] for p in (1.0, 1 / 3))
    assert whole < part


def test_neighbours_are_left_out_while_correlation_lasts():
    assert [neighbours_left_out(r) for r in (0.0, 0.5, 0.7)] == [0, 3, 6]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: reference_variation([1, 2], rho=0.0), r"shape \(2,\)"),
        (lambda: reference_variation(days(5), rho=1.0), "correlation is 1.0"),
        (lambda: window_memory([1, 2]), "rows per window and cell"),
        (
            lambda: compare_with_variation(reference_variation(days(5), rho=0.0), [1, 2]),
            "on one grid",
        ),
        (
            lambda: compare_with_variation(reference_variation(days(5), rho=0.0), [0] * 4),
            "no rows",
        ),
    ],
)
def test_windows_that_cannot_be_compared_are_refused(call, text):
    with pytest.raises(DataError, match=text):
        call()


def test_a_category_that_takes_the_place_of_another_is_seen():
    table = np.column_stack((days(28, rows=200)[:, :2], np.zeros(28, np.int64)))
    variation = reference_variation(table, rho=0.0)
    first, second, _ = table[0]
    swapped = np.array([first, 0, second])
    assert compare_with_variation(variation, swapped).p_value < 1e-6


def test_one_row_of_a_new_category_is_no_alarm():
    table = np.column_stack((days(28, rows=200)[:, :2], np.zeros(28, np.int64)))
    variation = reference_variation(table, rho=0.0)
    first, second, _ = table[0]
    assert compare_with_variation(variation, np.array([first, second - 1, 1])).p_value > 0.05


def test_columns_compared_together_are_what_each_is_by_itself():
    rng = np.random.default_rng(5)
    columns = []
    for cells in (2, 9, 23):
        variation = reference_variation(rng.multinomial(900, np.full(cells, 1 / cells), 30), rho=0.2)
        rows = rng.multinomial(700, np.full(cells, 1 / cells), 4).astype(float)
        columns.append(ColumnWindows(variation=variation, rows=rows))
    short = reference_variation(rng.multinomial(90, [0.5, 0.5], 3), rho=0.0)
    found = compare_columns([*columns, ColumnWindows(variation=short, rows=np.ones((1, 2)))])
    assert isinstance(found[3], UnknownVariation)
    for column, together in zip(columns, found, strict=False):
        alone = compare_windows(column.variation, column.rows)
        for name in ("p_value", "ratio", "joint", "known", "visible"):
            assert np.array_equal(getattr(alone, name), getattr(together, name)), name
