"""Figures in the sentences of actions."""

from barograph.explain.words import interval, number, percent, title
from barograph.metrics.values import Value


def test_a_negative_figure_has_a_minus_sign():
    assert number(-1234.5) == "\u22121,234"


def test_an_interval_sets_the_digits():
    assert interval(Value(value=0.12345, n=9, interval=(0.1, 0.15))) == "0.123 (95 %: 0.100 to 0.150)"


def test_a_value_that_is_certain_stands_alone():
    assert interval(Value(value=2.0, n=9, interval=(2.0, 2.0))) == "2"


def test_a_small_share_keeps_its_digits():
    assert percent(0.0062) == "0.62 %"


def test_a_metric_of_no_family_is_called_by_its_name():
    assert title("custom.revenue_lost") == "revenue lost"
