"""How many series of figures a scrape has."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from barograph.server.exposition.capped import Told, capped
from barograph.server.exposition.written import Gauge, written


def of(model: str, rank: int, series: int = 3) -> Told:
    samples = tuple((f"f{i}", (model, str(rank)), 1.0) for i in range(series))
    return Told(project="p", model=model, rank=(rank,), samples=samples)


def test_a_model_is_told_its_first_figures_and_no_more_than_its_share():
    kept, dropped = capped([of("m", rank) for rank in range(100)])
    assert [told.rank for told in kept] == [(rank,) for rank in range(66)]
    assert dropped == {"model": 34 * 3, "scrape": 0}


def test_every_model_has_its_first_figure_before_one_has_its_second():
    kept, dropped = capped([of(m, r) for m in "abc" for r in range(3)], in_scrape=12)
    assert [(told.model, told.rank[0]) for told in kept] == [("a", 0), ("b", 0), ("c", 0), ("a", 1)]
    assert dropped == {"model": 0, "scrape": 15}


def test_what_is_left_out_does_not_hang_on_the_order_of_arrival():
    found = [of(m, r) for m in "abcdef" for r in range(9)]
    assert capped(found, in_scrape=60)[0] == capped(found[::-1], in_scrape=60)[0]


GAUGES = (Gauge(name="f0", says="Something.", labels=("model", "rank")),)


def test_a_series_that_comes_twice_is_told_once():
    assert written([of("m", 1, series=1)] * 2, GAUGES).count(b"\nf0{") == 1


@given(st.text())
def test_any_name_of_a_model_is_read_back_as_it_was(name):
    [family] = text_string_to_metric_families(written([of(name, 1, series=1)], GAUGES).decode())
    assert [(s.labels["model"], s.value) for s in family.samples] == [(name, 1.0)]
