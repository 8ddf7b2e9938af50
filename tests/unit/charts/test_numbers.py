"""Figures as text."""

from __future__ import annotations

import pytest

from barograph.charts.numbers import count, measured, measured_share, number, probability, share


@pytest.mark.parametrize(
    ("x", "text"),
    [
        (0.0, "0"),
        (None, "—"),
        (float("nan"), "—"),
        (float("-inf"), "−∞"),
        (0.1, "0.1"),
        (999.6, "1,000"),
        (123456.7, "123,457"),
        (4.86e16, "4.86e16"),
        (-2.5e-9, "−2.5e−9"),
        (7_300_000_000, "7.3B"),
    ],
)
def test_number_is_short(x: float | None, text: str) -> None:
    assert number(x) == text


def test_interval_decides_the_digits() -> None:
    assert measured(24.6912, (24.1, 25.3)) == "24.7 (24.1–25.3)"
    assert measured(24.6912, (20.0, 29.4)) == "25 (20–29)"
    assert measured(24691.2, (20000.0, 29400.0)) == "24,691 (20,000–29,400)"


def test_negative_interval_is_not_read_as_a_minus() -> None:
    assert measured(-0.03, (-0.05, -0.01)) == "−0.03 (−0.05…−0.01)"


def test_value_that_rounds_to_zero_has_no_sign() -> None:
    assert measured(-0.001, (-0.4, 0.4)) == "0.0 (−0.4…0.4)"


def test_zeros_no_figure_needs_are_dropped() -> None:
    assert measured_share(0.0, (0.0, 0.03)).replace("\u202f", " ") == "0 % (0–3 %)"


def test_interval_of_no_width_does_not_fail() -> None:
    assert measured(3.0, (3.0, 3.0)) == "3 (3–3)"


def test_share_never_rounds_a_trace_away() -> None:
    assert share(1e-6).startswith("<0.1")
    assert share(1 - 1e-6).startswith(">99.9")


def test_counts_are_exact() -> None:
    assert count(50_000_000) == "50,000,000"


def test_probability_has_a_floor() -> None:
    assert probability(1e-30) == "<0.0001"
