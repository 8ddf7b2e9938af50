"""Wrapped models."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import ClassifierMixin, clone, is_classifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from barograph_client.context import last_ids, prediction_ids
from barograph_client.host.model_hash import model_hash

X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0] * 5, "b": [1.0, 0.0] * 10})
Y = np.array(["no", "no", "yes", "yes"] * 5)


@pytest.fixture
def model(client):
    return client.wrap(LogisticRegression(), model="credit", version="3").fit(X, Y)


def test_predictions_are_the_models_own_and_recorded(model, client, transport, drive):
    assert model.predict(X[:2]).tolist() == ["no", "no"]
    drive(client, 1.0)
    [posted] = transport.of("predictions")
    assert (posted.columns["a"], posted.columns["prediction"]) == ([0.0, 1.0], ["no", "no"])
    assert posted.columns["prediction_id"] == last_ids()


def test_probabilities_are_recorded_by_class(model, client, transport, drive):
    probabilities = model.predict_proba(X[:1])
    drive(client, 1.0)
    assert transport.rows("scores") == [{"no": probabilities[0, 0], "yes": probabilities[0, 1]}]
    assert transport.rows("prediction") == ["no"]


def test_both_methods_on_the_same_rows_record_them_once(model, client, transport, drive):
    for _ in range(3):
        model.predict_proba(X)
        model.predict(X)
    drive(client, 1.0)
    assert len(transport.rows()) == 3 * len(X)


def test_arrays_get_the_names_of_the_fit(model, client, transport, drive):
    with pytest.warns(UserWarning, match="valid feature names"):
        model.predict(X.to_numpy()[:1])
    drive(client, 1.0)
    assert transport.rows("b") == [1.0]


def test_rows_carry_the_callers_ids(model, client, transport, drive):
    with prediction_ids(["order-1", "order-2"]):
        model.predict(X[:2])
    drive(client, 1.0)
    assert transport.rows() == ["order-1", "order-2"]


def test_parameters_are_the_models_own(model):
    assert model.get_params() == LogisticRegression().get_params()
    assert model.set_params(C=2.0) is model
    assert model.C == 2.0
    model.C = 3.0
    assert model.get_params()["C"] == 3.0


def test_it_passes_for_what_it_wraps(model):
    assert isinstance(model, LogisticRegression)
    assert isinstance(model, ClassifierMixin)
    assert is_classifier(model)
    assert check_is_fitted(model) is None
    assert not hasattr(model, "transform")
    assert not hasattr(LinearSVC(), "predict_proba")


def test_pickle_keeps_the_model_and_leaves_the_client(model):
    loaded = pickle.loads(pickle.dumps(model))
    assert repr(loaded) == "wrap(LogisticRegression())"
    assert (loaded.predict(X) == model.predict(X)).all()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_copies_are_recorded_too(model, client, transport, drive, copied):
    copied(model).predict(X[:1])
    drive(client, 1.0)
    assert len(transport.rows()) == 1


def test_clones_work_and_record_nothing(model, client, transport, drive):
    cloned = clone(model.set_params(C=0.5))
    assert cloned.C == 0.5
    assert cloned.fit(X, Y) is cloned
    cloned.predict(X)
    drive(client, 1.0)
    assert transport.posts == []


def test_grid_search_over_a_wrapped_model(model, client, transport, drive):
    search = GridSearchCV(model, {"C": [0.1, 1.0]}, cv=2).fit(X, Y)
    assert set(search.best_params_) == {"C"}
    cross_val_score(model, X, Y, cv=2)
    drive(client, 1.0)
    assert transport.posts == []
    client.wrap(search).predict(X[:1])
    drive(client, 1.0)
    assert len(transport.rows()) == 1


def test_pipeline_of_a_wrapped_model(client, transport, drive):
    pipeline = make_pipeline(StandardScaler(), client.wrap(LogisticRegression())).fit(X, Y)
    pipeline.set_params(logisticregression__C=0.5).fit(X, Y)
    pipeline.predict(X[:1])
    drive(client, 1.0)
    assert len(transport.rows()) == 1


def test_wrapped_pipeline_is_still_a_pipeline(client, transport, drive):
    pipeline = client.wrap(make_pipeline(StandardScaler(), LogisticRegression())).fit(X, Y)
    assert isinstance(pipeline, Pipeline)
    assert len(pipeline) == 2
    assert isinstance(pipeline[-1], LogisticRegression)
    pipeline.predict(X[:1])
    drive(client, 1.0)
    assert transport.rows("a") == [0.0]


def test_methods_the_model_has_not_are_not_there(client):
    wrapped = client.wrap(LinearSVC())
    assert not hasattr(wrapped, "predict_proba")
    with pytest.raises(TypeError):
        len(wrapped)


def test_regression(client, transport, drive):
    model = client.wrap(LinearRegression()).fit(X, np.arange(20.0))
    model.predict(X[:1])
    drive(client, 1.0)
    assert isinstance(transport.rows("prediction")[0], float)


def test_errors_of_the_model_pass(model, client):
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(pd.DataFrame({"other": [1.0]}))
    assert client.stats().errors == {}


def test_rows_that_cannot_be_read_do_no_harm(client):
    class Odd:
        def predict(self, rows):
            return "answer"

    assert client.wrap(Odd()).predict(object()) == "answer"
    assert sum(client.stats().errors.values()) == 1


class Booster:
    """As LightGBM's: `predict` gives probabilities, `params` what it was trained for."""

    def __init__(self, objective, answer):
        self.params = {"objective": objective}
        self._answer = answer

    def predict(self, data, raw_score=False, pred_leaf=False):
        return self._answer

    def feature_name(self):
        return ["a", "b"]


@pytest.mark.parametrize(
    ("objective", "answer", "column", "expected"),
    [
        ("binary", np.array([0.25]), "score", [0.25]),
        ("regression", np.array([0.25]), "prediction", [0.25]),
        ("multiclass", np.array([[0.25, 0.75]]), "scores", [{"0": 0.25, "1": 0.75}]),
    ],
)
def test_boosters(client, transport, drive, objective, answer, column, expected):
    client.wrap(Booster(objective, answer)).predict(np.array([[1.0, 2.0]]))
    drive(client, 1.0)
    assert transport.rows(column) == expected
    assert transport.rows("b") == [2.0]


def test_margins_and_leaves_are_no_predictions(client, transport, drive):
    model = client.wrap(Booster("binary", np.array([0.25])))
    model.predict(np.array([[1.0, 2.0]]), raw_score=True)
    model.predict(np.array([[1.0, 2.0]]), pred_leaf=True)
    drive(client, 1.0)
    assert transport.of("predictions") == []


def test_wrong_output_is_told_and_the_model_returned(client):
    model = Booster("binary", np.array([0.25]))
    assert client.wrap(model, output="scores") is model
    assert "output is 'scores'; expected 'prediction' or 'score'" in client.stats().last_error


def test_hash_is_the_same_after_loading():
    model = RandomForestClassifier(5, random_state=1).fit(X, Y)
    assert model_hash(pickle.loads(pickle.dumps(model))) == model_hash(model)


def test_hash_differs_after_another_fit():
    first, second = (RandomForestClassifier(5, random_state=s).fit(X, Y) for s in (1, 2))
    assert model_hash(first) != model_hash(second)


def test_model_that_holds_itself_has_a_hash():
    endless: list[object] = []
    endless.append(endless)
    assert len(model_hash(endless)) == 64


def test_model_that_cannot_be_pickled_is_served_and_told(make_client, transport, drive):
    client = make_client(environment=True)

    class Local:
        predict = staticmethod(lambda rows: [1])

    client.wrap(Local()).predict([{"x": 1}])
    drive(client, 3.0)
    assert transport.rows("prediction") == [1]
    assert client.stats().errors == {"model hash": 1}
