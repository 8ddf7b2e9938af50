"""Which rows make a query, and what is said where they do not."""

import polars as pl
import pytest

import barograph as bg
from barograph import api
from barograph.errors import AddressError, DataError, SchemaError
from barograph.frames.together import kept_together
from barograph.metrics.performance.ranking.arrays import lists_of
from barograph.metrics.performance.ranking.hit_rate import hit_rate
from barograph.metrics.performance.ranking.ndcg import ndcg
from barograph.profile.ranking import split_share
from barograph.schema.model import Column, Schema

QUERY = Column(name="q", role="group", kind="categorical")
LABEL = Column(name="y", role="label")
RANK = Column(name="place", role="rank")
SCHEMA = Schema(columns=(QUERY, LABEL, RANK), task="ranking")


def rows(queries, labels=None):
    n = len(queries)
    return pl.DataFrame({"q": queries, "y": labels or [1.0] * n, "place": list(range(1, n + 1))})


def test_the_last_query_of_a_batch_waits_for_the_next():
    parts = [rows(["a", "b"]), rows(["b", "b"]), rows(["b", "c"])]
    assert [p["q"].to_list() for p in kept_together(parts, "q")] == [["a"], ["b", "b", "b", "b"], ["c"]]


def test_rows_of_no_query_wait_for_nothing():
    parts = [rows(["a", None]), rows([None, "b"])]
    assert [p["q"].to_list() for p in kept_together(parts, "q")] == [["a", None], [None], ["b"]]


def test_a_query_that_comes_again_in_another_batch_is_refused(monkeypatch):
    monkeypatch.setattr(api, "_block_rows", lambda columns: 2)
    with pytest.raises(DataError, match=r"about 33 % of the queries come again .* Sort the rows by 'q'"):
        bg.profile(rows(["a", "b", "c", "c", "a"]), SCHEMA)


def test_a_query_in_two_added_profiles_is_told():
    reference = bg.profile(rows(["a", "a", "b"]), SCHEMA)
    both = reference + bg.profile(rows(["b", "c"]), like=reference)
    assert split_share(both) == pytest.approx(1 / 3)
    assert any("33 % of the queries were counted in several parts" in n for n in notes_of(reference, both))


def notes_of(reference, current):
    from barograph.report.comparison import compare_cells
    from barograph.report.parts.facts import notes

    return notes(compare_cells(reference, current))


def test_a_row_without_a_label_keeps_its_place():
    view = lists_of([[None, 1.0]], ranks=[[1, 2]])
    assert hit_rate(view, k=1).value == 0.0
    assert hit_rate(view, k=3).value == 1.0


def test_a_row_without_a_score_comes_last():
    assert ndcg(lists_of([[1.0, 0.0]], scores=[[None, -5.0]])).value == pytest.approx(0.63093, abs=1e-5)


@pytest.mark.parametrize("labels", [[[None, None], [1.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]])
def test_a_query_without_a_label_is_not_judged(labels):
    assert lists_of(labels).judged == sum(any(v is not None for v in one) for one in labels)


def test_the_best_order_gives_one_exactly():
    labels = [[7.3, 2.1, 2.1, 0.4, 0.0] * 3]
    ranks = [[sorted(labels[0], reverse=True).index(v) + 1 for v in labels[0]]]
    assert ndcg(lists_of(labels, ranks=ranks)).value == 1.0


def test_a_relevance_below_zero_is_refused():
    with pytest.raises(
        DataError, match="label 'label' holds -1; the label of a ranking is a relevance, 0 or more"
    ):
        lists_of([[1.0, -1.0]])


def test_a_cut_that_is_not_kept_is_named():
    with pytest.raises(AddressError, match="k is 7; a profile keeps k=1, k=3, k=5, k=10"):
        ndcg(lists_of([[1.0, 0.0]]), k=7)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ((LABEL, RANK), "needs the column that names each row's query"),
        ((QUERY, LABEL), "needs the order of a query's rows"),
        ((QUERY, Column(name="user", role="group"), RANK), "a ranking task has at most one group column"),
    ],
)
def test_a_schema_that_cannot_be_judged_is_refused(columns, told):
    with pytest.raises(SchemaError, match=told):
        Schema(columns=columns, task="ranking")


def test_a_query_across_midnight_is_one_query_of_its_first_day():
    times = ["2024-01-01T23:59:59", "2024-01-02T00:00:01", "2024-01-02T09:00:00"]
    frame = rows(["a", "a", "b"]).with_columns(t=pl.Series(times).str.to_datetime())
    schema = Schema(
        columns=(*SCHEMA.columns, Column(name="t", role="timestamp", kind="datetime")), task="ranking"
    )
    assert bg.profile(frame, schema, every="1d").outcome.judged.tolist() == [1, 1]


def test_yaml_reads_what_it_writes(tmp_path):
    SCHEMA.to_yaml(tmp_path / "schema.yml")
    assert Schema.from_yaml(tmp_path / "schema.yml") == SCHEMA


def test_the_report_names_queries():
    frame = rows(["a", "a", "b", "c"], [1.0, 0.0, None, 2.0])
    reference = bg.profile(frame, SCHEMA)
    told = bg.compare(reference, reference).to_dict()
    assert told["performance"]["ndcg(k=10)"]["current"]["n"] == 2
