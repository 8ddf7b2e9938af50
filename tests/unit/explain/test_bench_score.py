"""The scorer of the bench of planted causes, on explanations written by hand."""

import importlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

WHY = Path(__file__).parents[3] / "benchmarks" / "why"
ONSET = datetime(2025, 2, 3, tzinfo=UTC)


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(WHY)
    return importlib.import_module("score")


def part(cause, value, reach, name=""):
    return {
        "cause": cause,
        "name": name or cause,
        "value": value,
        "interval": [value - reach, value + reach],
        "sentence": "",
    }


def said(*parts, columns=(), segments=(), window="2025-02-03T00:00:00+00:00", shown=True):
    return {
        "parts": list(parts),
        "change": {"value": sum(p["value"] for p in parts)},
        "columns": [
            {"columns": group, "rank_x": rank, "rank_concept": len(columns) + 1 - rank}
            for rank, group in enumerate(columns, 1)
        ],
        "segments": [{"segment": segment} for segment in segments],
        "since": {"window": window},
        "shown": shown,
        "notes": [],
    }


MIX, CONCEPT = part("mix", 0.02, 0.05), part("concept", 1.0, 0.2)
FAULT = part("fault", 2.0, 0.1, "income divided by 1,000")


def test_a_right_answer_is_right_throughout(bench):
    planted = bench.Planted(causes=("concept",), amount=1.1, columns=("age",))
    found = bench.score(said(CONCEPT, MIX, columns=(["x"], ["age"])), [planted], ONSET)
    assert (found.first, found.covered, found.located, found.onset) == (True, (True,), (True,), True)
    assert (found.invented, found.claimed, found.others, found.adds_up) == (0, 0, 1, True)


def test_an_amount_outside_the_interval_is_not_covered(bench):
    planted = bench.Planted(causes=("concept",), amount=1.3)
    assert bench.score(said(MIX, CONCEPT), [planted], ONSET).covered == (False,)


def test_what_a_rank_metric_leaves_over_counts_to_the_cause(bench):
    planted = bench.Planted(causes=("concept",), amount=1.3)
    assert bench.score(said(CONCEPT, part("curvature", 0.2, 0.0)), [planted], ONSET).covered == (True,)


def test_first_is_what_the_explanation_says_first(bench):
    planted = bench.Planted(causes=("mix",), amount=0.02)
    assert bench.score(said(MIX, CONCEPT), [planted], ONSET).first is True
    assert bench.score(said(CONCEPT, MIX), [planted], ONSET).first is False


@pytest.mark.parametrize(("mix", "first"), [(0.8, True), (0.3, False)])
def test_of_two_causes_the_larger_comes_first_unless_they_are_alike(bench, mix, first):
    planted = [bench.Planted(causes=("mix",), amount=mix), bench.Planted(causes=("concept",), amount=1.0)]
    assert bench.score(said(part("mix", 0.8, 0.5), CONCEPT), planted, ONSET).first is first


def test_a_fault_is_its_own_where_it_names_the_column(bench):
    right = bench.Planted(causes=("fault",), amount=2.0, columns=("income",), words="1,000")
    wrong = bench.Planted(causes=("fault",), amount=2.0, columns=("come",), words="null")
    assert bench.score(said(FAULT), [right], ONSET).covered == (True,)
    found = bench.score(said(FAULT), [wrong], ONSET)
    assert (found.covered, found.told, found.located, found.invented) == ((False,), (False,), (False,), 1)


def test_a_fault_of_rows_is_its_own_where_its_kind_is_told(bench):
    planted = bench.Planted(causes=("fault",), amount=0.5, columns=("channel",), words="duplic|twice")
    found = bench.score(said(part("fault", 0.5, 0.1, "rows sent twice")), [planted], ONSET)
    assert (found.covered, found.told) == ((True,), (True,))


def test_a_segment_places_a_cause_as_a_column_does(bench):
    planted = bench.Planted(causes=("concept",), amount=1.0, columns=("region",))
    assert bench.score(said(CONCEPT, segments=("region = 'west'",)), [planted], ONSET).located == (True,)


def test_the_fourth_group_is_too_late(bench):
    planted = bench.Planted(causes=("mix",), amount=0.02, columns=("d",))
    found = bench.score(said(MIX, columns=(["a"], ["b"], ["c"], ["d"])), [planted], ONSET)
    assert found.located == (False,)


@pytest.mark.parametrize(
    ("window", "right"), [("2025-02-04T00:00:00+00:00", True), ("2025-02-05T00:00:00Z", False)]
)
def test_an_onset_is_right_within_a_day(bench, window, right):
    planted = bench.Planted(causes=("concept",), amount=1.0)
    assert bench.score(said(CONCEPT, window=window), [planted], ONSET).onset is right


def test_without_a_plant_whatever_is_claimed_is_false(bench):
    found = bench.score(said(MIX, CONCEPT, FAULT), [], None)
    assert (found.first, found.shown, found.invented, found.claimed, found.others) == (None, True, 1, 1, 2)


def test_parts_that_do_not_make_the_change_are_found_out(bench):
    broken = said(MIX, CONCEPT) | {"change": {"value": 1.5}}
    assert not bench.score(broken, [], None).adds_up
