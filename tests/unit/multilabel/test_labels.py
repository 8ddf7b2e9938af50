"""Several labels a row: how they are told, and what is known of rows of which only some are."""

import polars as pl
import pytest

import barograph as bg
from barograph.errors import AddressError, SchemaError
from barograph.metrics.evaluate import evaluate
from barograph.metrics.performance.multilabel.arrays import labels_of
from barograph.metrics.performance.multilabel.of_class import going_together
from barograph.metrics.performance.multilabel.whole_rows import subset_accuracy
from barograph.metrics.performance.precision_recall import f1, recall
from barograph.metrics.performance.probability_losses import brier, log_loss
from barograph.metrics.values import Undefined
from barograph.profile.multilabel import MOST_SCORED
from barograph.schema.model import Column, Schema

ROWS = pl.DataFrame(
    {"y_a": [1, 0, 1, 0], "y_b": [0, 0, 1, 1], "p_a": [0.9, 0.2, 0.4, 0.1], "p_b": [0.6, 0.1, 0.8, 0.7]}
)
TOLD = {"label": {"a": "y_a", "b": "y_b"}, "score": {"a": "p_a", "b": "p_b"}}


def test_several_labels_make_a_multilabel_task():
    schema = Schema.infer(ROWS, **TOLD)
    assert schema.task == "multilabel"
    assert [(c.role, c.class_name) for c in schema.columns][:2] == [("label", "a"), ("label", "b")]


def test_yes_by_another_name_is_asked_for():
    rows = ROWS.with_columns(pl.col("y_a", "y_b").cast(pl.String).replace({"1": "ja", "0": "nein"}))
    with pytest.raises(SchemaError, match="which class of column 'y_a and y_b' is the positive one"):
        Schema.infer(rows, **TOLD)
    profile = bg.profile(rows, Schema.infer(rows, **TOLD, positive="ja"))
    assert evaluate('performance.recall(class="a")', profile).value == 0.5


def test_yaml_reads_what_it_writes(tmp_path):
    schema = Schema.infer(ROWS, **TOLD)
    schema.to_yaml(tmp_path / "schema.yml")
    assert Schema.from_yaml(tmp_path / "schema.yml") == schema


def test_the_threshold_decides_where_a_score_alone_is_logged():
    low = bg.profile(ROWS, Schema.infer(ROWS, **TOLD, threshold=0.3))
    assert evaluate('performance.recall(class="a")', low).value == 1.0


def test_a_row_of_which_one_label_is_known_counts_for_that_class_alone():
    view = labels_of({"a": [1, 1], "b": [None, 1]}, {"a": [1, 0], "b": [1, 1]})
    assert recall(view, class_name="a").value == 0.5
    assert recall(view, class_name="b").value == 1.0
    assert subset_accuracy(view).n == 1


def test_rows_never_fully_known_have_no_subset_accuracy():
    found = subset_accuracy(labels_of({"a": [1], "b": [None]}, {"a": [1], "b": [1]}))
    assert isinstance(found, Undefined)
    assert found.detail == "no row has label and prediction of every class"


def test_errors_that_come_together_widen_the_mean():
    together = labels_of({"a": [1, 0] * 50, "b": [1, 0] * 50}, {"a": [0, 0] * 50, "b": [0, 0] * 50})
    assert going_together(together, 2)[0, 1] == pytest.approx(1.0)


def test_micro_belongs_to_several_labels():
    view = labels_of({"a": [1, 0]}, {"a": [1, 0]})
    assert f1(view, average="micro").value == 1.0
    with pytest.raises(AddressError, match="expected 'macro', 'weighted' or 'micro'"):
        f1(view, average="mean")


def test_a_class_that_is_not_there_is_named():
    with pytest.raises(AddressError, match="no class 'sprot'; did you mean 'sport'"):
        recall(labels_of({"sport": [1, 0]}, {"sport": [1, 0]}), class_name="sprot")


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (Column(name="p", role="prediction"), "prediction column 'p' of a multilabel task says no class"),
        (
            Column(name="p", role="score", class_name="aa"),
            "score column 'p' is about class 'aa', which has no label",
        ),
        (Column(name="p", role="label", class_name="a"), "class 'a' has two label columns, 'y' and 'p'"),
    ],
)
def test_a_schema_that_cannot_be_judged_is_refused(column, told):
    with pytest.raises(SchemaError, match=told):
        Schema(columns=(Column(name="y", role="label", class_name="a"), column), task="multilabel")


def test_the_report_shows_each_class():
    profile = bg.profile(ROWS, Schema.infer(ROWS, **TOLD))
    told = bg.compare(profile, profile).to_dict()
    assert {'f1(class="a")', 'f1(average="micro")', "hamming_loss"} <= set(told["performance"])
    assert set(told["diagnostics"]["curves"]) == {"a", "b"}


def test_a_class_without_a_score_has_no_loss_and_neither_have_all_classes():
    view = labels_of({"a": [1, 0], "b": [0, 1]}, scores={"a": [0.5, 0.5]})
    assert brier(view, class_name="a").value == 0.25
    assert log_loss(view, class_name="b").detail == "there is no score of class 'b'"
    assert log_loss(view).detail == "there is no score of every class"


def test_the_loss_of_a_class_rests_on_the_rows_that_have_its_label_and_score():
    scores = {"a": [0.5, None, 0.5], "b": [0.0, 0.0, 1.0]}
    view = labels_of({"a": [1, 1, None], "b": [0, 0, 0]}, scores=scores)
    assert (log_loss(view, class_name="a").n, brier(view, class_name="b").n, brier(view).n) == (1, 3, 1)


def test_losses_of_very_many_classes_are_kept_for_all_of_them_together():
    classes = [f"c{i}" for i in range(MOST_SCORED + 1)]
    view = labels_of({c: [1, 0] for c in classes}, scores={c: [0.5, 0.5] for c in classes})
    assert brier(view).value == 0.25
    assert "kept of at most 100 classes with scores" in brier(view, class_name="c0").detail
