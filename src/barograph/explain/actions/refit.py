"""A quick model of the logged features, where the caller does not say how theirs is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import MissingExtra
from barograph.explain.actions.answers import Predict
from barograph.explain.sampled import column_of
from barograph.locale.said import say

Floats = NDArray[np.float64]

#: What is said without scikit-learn.
NEEDED: Final = say(
    "retraining needs scikit-learn, which is not installed. Install it: pip install 'barograph[ml]', or pass fit= a "
    "function that makes your model"
)
#: A few thousand rows tell no finer steps of a column, and of a hundred columns these take the time.
_BINS = 63
#: Of so few rows threads wait for each other longer than they work.
_THREADS = 1
#: Answers that are 0 or 1 teach less than numbers do: smaller trees, larger leaves.
_REGRESSION = {"max_iter": 100, "min_samples_leaf": 20}
_CLASSES = {"max_iter": 50, "max_leaf_nodes": 8, "min_samples_leaf": 50}


def gradient_boosted(rows: pl.DataFrame, labels: NDArray[Any], *, task: str) -> Predict:
    """Fit gradient-boosted trees.

    Parameters
    ----------
    rows : features; categories as codes in order of name, datetimes as numbers.
    labels : numbers for a regression, 0 and 1 for a binary task with a score, else class names.

    Returns
    -------
    Function from rows to answers, in the form of the labels; of 0 and 1 to the probability of 1.

    Raises
    ------
    MissingExtra
        Without scikit-learn.

    Notes
    -----
    The same rows give the same model. Cost: about 0.2 s for 3,000 rows.
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    except ImportError as error:
        raise MissingExtra(f"{NEEDED}.") from error
    categories = {
        name: sorted(column_of(rows, name).drop_nulls().unique().to_list())
        for name, dtype in rows.schema.items()
        if dtype == pl.String
    }
    fixed = {"early_stopping": False, "random_state": 0, "max_bins": _BINS}
    if task == "regression":
        model = HistGradientBoostingRegressor(**_REGRESSION, **fixed)
    else:
        model = HistGradientBoostingClassifier(**_CLASSES, **fixed)
    learned = _matrix(rows, categories)
    # Trees cannot be cut along a column without a value.
    empty = np.isnan(learned).all(axis=0)
    learned[:, empty] = 0.0
    _on_one_thread(model.fit, learned, labels)
    scored = task != "regression" and labels.dtype.kind == "f"

    def predict(given: pl.DataFrame) -> NDArray[Any]:
        x = _matrix(given, categories)
        x[:, empty] = 0.0
        if scored:
            return np.asarray(_on_one_thread(model.predict_proba, x))[:, 1]
        return np.asarray(_on_one_thread(model.predict, x))

    return predict


def _on_one_thread(call: Callable[..., Any], *arrays: NDArray[Any]) -> Any:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no stubs

    with threadpool_limits(_THREADS):
        return call(*arrays)


def _matrix(rows: pl.DataFrame, categories: dict[str, list[str]]) -> Floats:
    columns = []
    for name, dtype in rows.schema.items():
        if name in categories:
            code = column_of(rows, name).cast(pl.Enum(categories[name]), strict=False).to_physical()
        else:
            code = column_of(rows, name).dt.timestamp("us") if dtype.is_temporal() else column_of(rows, name)
        columns.append(code.cast(pl.Float64).fill_null(np.nan).to_numpy())
    return np.column_stack(columns)
