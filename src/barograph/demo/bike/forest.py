"""The model of the story: a random forest, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.demo.bike.rides import FEATURES, LABEL
from barograph.errors import MissingExtra

PREDICTION: Final = "prediction"
TREES: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """A trained forest.

    Attributes
    ----------
    out_of_bag : for each training row the mean answer of the trees that had not seen it.
    predict : rows to answers.
    """

    out_of_bag: NDArray[np.float64]
    predict: Callable[[pl.DataFrame], NDArray[np.float64]]


def train(rides: pl.DataFrame) -> Forest:
    """Train the forest of the story on some rides; the same rows give the same forest.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    """
    try:
        from sklearn.ensemble import RandomForestRegressor
    except ImportError as error:
        raise MissingExtra(
            "the demo trains a random forest and needs scikit-learn, which is not installed. "
            "Install it: pip install 'barograph[ml]'"
        ) from error
    model = RandomForestRegressor(TREES, random_state=0, oob_score=True)
    model.fit(_matrix(rides), rides[LABEL].to_numpy())
    return Forest(out_of_bag=model.oob_prediction_, predict=lambda rows: model.predict(_matrix(rows)))


def answered(rides: pl.DataFrame, predictions: NDArray[np.float64]) -> pl.DataFrame:
    """The rides with the model's answers beside them."""
    return rides.with_columns(pl.Series(PREDICTION, predictions))


def _matrix(rides: pl.DataFrame) -> NDArray[np.float64]:
    return rides.select(pl.col(FEATURES).cast(pl.Float64)).to_numpy()
