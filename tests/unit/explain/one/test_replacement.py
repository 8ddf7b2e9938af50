import numpy as np
import pytest

from barograph.errors import DataError
from barograph.explain.one.answer import answer_of
from barograph.schema.model import Schema

from .conftest import explained


def linear(frame):
    return 2.0 * frame["x"].to_numpy() - 3.0 * frame["z"].to_numpy()


def by_columns(found):
    return {effect.columns: effect for effect in found.attributions[0].effects}


def test_effect_is_the_answer_less_that_with_other_rows_values(reference, explain):
    found = explain(predict=linear)
    others = reference.sample.rows[:100]
    effect = by_columns(found)[("z",)].change
    assert effect.value == pytest.approx(-3.0 * (-0.2 - others["z"].mean()))
    assert effect.interval[0] < effect.value < effect.interval[1]
    assert found.attributions[0].answer == pytest.approx(0.8)
    assert found.attributions[0].base == pytest.approx(linear(others).mean())


def test_columns_that_move_together_are_replaced_together(explain):
    found = by_columns(explain(x=3.0, twin=3.0, predict=lambda f: np.maximum(f["x"], f["twin"]).to_numpy()))
    together = next(columns for columns in found if "x" in columns)
    assert set(together) == {"x", "twin"}
    assert found[together].change.value > 2.0
    assert "make the prediction higher by" in found[together].sentence


def test_column_the_model_does_not_use_does_not_move_it(explain):
    effect = by_columns(explain(predict=linear))[("g",)]
    assert (effect.change.value, effect.sentence) == (0.0, "Its g does not move the prediction.")


def test_model_is_asked_once(explain):
    asked = []

    def predict(frame):
        asked.append(frame.height)
        return linear(frame)

    explain(predict=predict)
    assert asked == [1 + 100 * 4]


def test_model_gets_the_features_in_the_schema_s_order(explain):
    def predict(frame):
        assert frame.columns == ["x", "z", "twin", "g"]
        return linear(frame)

    explain(predict=predict)


def test_another_model_than_the_one_logged_is_noted(explain):
    assert "another model answered" in explain(predict=linear, p=55.0).notes[0]
    assert explain(predict=linear, p=0.8).notes == ()


def test_wrong_number_of_answers_is_refused(explain):
    with pytest.raises(DataError, match=r"the model answered 401 rows with an array of shape \(3,\)"):
        explain(predict=lambda frame: np.zeros(3))


def test_answers_that_are_no_number_are_refused(explain):
    with pytest.raises(DataError, match="401 of 401 times with no finite number"):
        explain(predict=lambda frame: np.full(frame.height, np.nan))


def test_row_without_a_feature_cannot_be_put_to_the_model(reference):
    with pytest.raises(DataError, match=r"the row has no 'twin'; give every feature \(x, z, twin, g\)"):
        explained(reference, {"x": 1.0, "z": 1.0, "g": "a"}, predict=linear)


def test_probabilities_are_read_for_the_positive_class():
    schema = Schema(columns=(), task="binary", positive="yes")
    answer = answer_of(np.array([[0.2, 0.8]]), schema, ("no", "yes"))
    assert (answer.of, answer.numbers(np.array([[0.2, 0.8]])).tolist()) == ("probability of 'yes'", [0.8])


def test_probabilities_of_several_classes_are_read_for_the_most_probable():
    said = np.array([[0.2, 0.7, 0.1]])
    assert answer_of(said, Schema(columns=(), task="multiclass"), ("a", "b", "c")).of == "probability of 'b'"


def test_probabilities_of_other_classes_are_refused():
    with pytest.raises(DataError, match="3 probabilities a row, and the reference has 2 classes: a, b"):
        answer_of(np.ones((1, 3)), Schema(columns=(), task="multiclass"), ("a", "b"))
