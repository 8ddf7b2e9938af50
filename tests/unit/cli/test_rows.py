from __future__ import annotations

import pytest

from barograph.cli.flags import Meaning
from barograph.cli.rows import division, schema_of
from barograph.errors import SchemaError


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("country", "country"),
        ("age > 30", "age > 30"),
        ("country, device", ("country", "device")),
        ("coalesce(a, b)", "coalesce(a, b)"),
        ("country = 'a,b', device", ("country = 'a,b'", "device")),
    ],
)
def test_commas_outside_brackets_and_quotes_divide(text, parts):
    assert division(text) == parts


def test_empty_division_is_refused():
    with pytest.raises(SchemaError, match="names nothing; expected a column or an SQL expression"):
        division(" , ")


def test_score_of_each_class(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("y,p,q\n" + "a,0.9,0.1\nb,0.2,0.8\n" * 20)
    schema = schema_of(path, Meaning(label=["y"], score=["a=p", "b=q"], task="multiclass"))
    assert {c.name: c.class_name for c in schema.with_role("score")} == {"p": "a", "q": "b"}


def test_labels_predictions_and_scores_of_each_class(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("ya,yb,a,b,p\n" + "1,0,1,0,0.9\n0,1,0,0,0.2\n" * 20)
    meaning = Meaning(label=["a=ya", "b=yb"], prediction=["a=a", "b=b"], score=["a=p"])
    schema = schema_of(path, meaning)
    assert schema.task == "multilabel"
    assert [(c.role, c.class_name) for c in schema.columns] == [
        ("label", "a"), ("label", "b"), ("prediction", "a"), ("prediction", "b"), ("score", "a"),
    ]  # fmt: skip


def test_two_labels_without_a_class_are_refused(tmp_path):
    with pytest.raises(SchemaError, match="--label 'ya' is not of the form name=value"):
        schema_of(tmp_path / "rows.csv", Meaning(label=["ya", "yb"]))


def test_class_scored_twice_is_refused(tmp_path):
    with pytest.raises(SchemaError, match="--score names 'a' twice"):
        schema_of(tmp_path / "rows.csv", Meaning(score=["a=p", "a=q"]))
