import sys
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from barograph.errors import DataError, MissingExtra
from barograph.explain.one.shapley import shap_values
from barograph.schema.model import Schema

REGRESSION = {"schema": Schema(columns=(), task="regression"), "classes": ()}
ROW = pl.DataFrame({"x": [2.0], "on": ["true"], "code": ["7"]})
OTHERS = pl.DataFrame({"x": [0.0, 1.0], "on": ["false", "true"], "code": ["1", None]})


class Linear:
    """Weights 1, 10 and 0; takes a matrix."""

    coef = np.array([1.0, 10.0, 0.0])

    def predict(self, x):
        return np.nan_to_num(x) @ self.coef


def explaining(kinds=(), seen=None):
    """A shap whose explainer knows models of some kinds and functions, and is right about linear ones."""

    class Explainer:
        def __init__(self, model, others, seed):
            np.random.seed(seed)  # as shap does
            if not callable(model) and not isinstance(model, kinds):
                raise TypeError("The passed model is not callable")
            self.others = np.nan_to_num(np.asarray(others, float))

        def __call__(self, own):
            if seen is not None:
                seen.append(own)
            away = np.nan_to_num(np.asarray(own, float)) - self.others.mean(axis=0)
            return SimpleNamespace(
                values=away * Linear.coef, base_values=self.others.mean(axis=0) @ Linear.coef
            )

    return SimpleNamespace(Explainer=Explainer)


def test_without_shap_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", None)
    with pytest.raises(MissingExtra, match=r"pip install 'barograph\[shap\]', or pass predict="):
        shap_values(Linear(), ROW, OTHERS, **REGRESSION)


def test_effects_add_the_base_up_to_the_answer(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", explaining((Linear,)))
    found = shap_values(Linear(), ROW, OTHERS, **REGRESSION)
    assert found.base + sum(e.change.value for e in found.effects) == pytest.approx(found.answer)
    assert [e.columns for e in found.effects] == [("on",), ("x",), ("code",)]
    assert found.effects[0].sentence == "Its on makes the prediction higher by 5."


def test_model_shap_does_not_know_is_called(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", explaining())
    assert shap_values(Linear(), ROW, OTHERS, **REGRESSION).answer == pytest.approx(12.0)


def test_caller_s_generator_is_put_back(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", explaining())
    np.random.seed(7)
    expected = np.random.random()
    np.random.seed(7)
    shap_values(Linear(), ROW, OTHERS, **REGRESSION)
    assert np.random.random() == expected


def test_model_with_column_names_gets_them_in_its_order(monkeypatch):
    pytest.importorskip(
        "pandas", reason="a model with column names is given a pandas frame: pip install pandas"
    )
    seen = []
    monkeypatch.setitem(sys.modules, "shap", explaining((Linear,), seen))
    model = Linear()
    model.feature_names_in_ = np.array(["code", "x", "on"])
    shap_values(model, ROW, OTHERS, **REGRESSION)
    assert seen[0].to_dict("list") == {"code": [7.0], "x": [2.0], "on": [1.0]}


def test_column_the_model_was_fitted_with_must_be_there(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", explaining())
    model = Linear()
    model.feature_names_in_ = np.array(["x", "age"])
    with pytest.raises(DataError, match="fitted with a column 'age'"):
        shap_values(model, ROW, OTHERS, **REGRESSION)


def test_text_is_not_given_to_a_model_without_column_names(monkeypatch):
    monkeypatch.setitem(sys.modules, "shap", explaining())
    with pytest.raises(DataError, match="'on' holds text"):
        shap_values(Linear(), ROW.with_columns(on=pl.lit("often")), OTHERS, **REGRESSION)


def test_figures_of_classes_are_read_for_the_positive_one(monkeypatch):
    both = SimpleNamespace(values=np.array([[[-0.3, 0.3], [0.1, -0.1]]]), base_values=np.array([[0.6, 0.4]]))
    fake = SimpleNamespace(Explainer=lambda model, others, seed: lambda own: both)
    monkeypatch.setitem(sys.modules, "shap", fake)
    told = {"schema": Schema(columns=(), task="binary", positive="yes"), "classes": ("no", "yes")}
    found = shap_values(Linear(), ROW.select("x", "code"), OTHERS.select("x", "code"), **told)
    assert (found.of, found.base) == ("figure for 'yes'", 0.4)
    assert found.answer == pytest.approx(0.6)


def test_real_shap_adds_up_for_a_forest():
    pytest.importorskip("shap", reason="SHAP needs shap: pip install 'barograph[shap]'")
    from sklearn.ensemble import RandomForestRegressor

    x = np.random.default_rng(0).normal(size=(200, 2))
    model = RandomForestRegressor(10, random_state=0).fit(x, 3.0 * x[:, 0])
    frame = pl.DataFrame({"a": x[:, 0], "b": x[:, 1]})
    found = shap_values(model, frame[:1], frame[1:101], **REGRESSION)
    assert found.answer == pytest.approx(model.predict(x[:1])[0], rel=1e-3)
    assert found.effects[0].columns == ("a",)
