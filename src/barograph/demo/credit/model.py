"""The model of the story: a logistic regression on what it is given, age left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.demo.credit.applicants import SHARES
from barograph.demo.credit.received import CATEGORICAL, NUMERIC
from barograph.errors import DataError, MissingExtra

Score = Callable[[pl.DataFrame], NDArray[np.float64]]
#: Columns whose logarithm the model sees.
_LOGARITHMS: Final = frozenset({"income", "amount"})
#: Scores are logged to six decimals, which hides in what order a machine adds up.
_DECIMALS: Final = 6


def train(rows: pl.DataFrame, defaulted: NDArray[np.bool_]) -> Score:
    """Train the model on applications whose outcome is known; the same rows give the same model.

    Parameters
    ----------
    rows : at least one default and one repayment.
    defaulted : outcome of each row.

    Returns
    -------
    Function from rows to probabilities of default. A null is read as the median of training.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    DataError
        Where there is nothing to tell apart.
    """
    try:
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError as error:
        raise MissingExtra(
            "the credit story trains a logistic regression and needs scikit-learn, which is not installed. "
            "Install it: pip install 'barograph[ml]'"
        ) from error
    if len(np.unique(defaulted)) < 2:
        raise DataError(
            f"the {rows.height} labelled applications of training hold no default, or nothing else; expected both "
            "outcomes. Give the scenario more training_days or applications_a_day."
        )
    medians = {name: float(np.median(rows[name].drop_nulls().to_numpy())) for name in NUMERIC}
    model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky"))
    model.fit(_matrix(rows, medians), defaulted)

    def score(given: pl.DataFrame) -> NDArray[np.float64]:
        held: NDArray[np.float64] = model.predict_proba(_matrix(given, medians))[:, 1]
        return np.round(held, _DECIMALS)

    return score


def _matrix(rows: pl.DataFrame, medians: dict[str, float]) -> NDArray[np.float64]:
    numbers = (pl.col(n).cast(pl.Float64).fill_null(medians[n]) for n in NUMERIC)
    columns = [c.log() if n in _LOGARITHMS else c for n, c in zip(NUMERIC, numbers, strict=True)]
    # The first value of each category is the one the others are measured against.
    columns += [
        (pl.col(n) == value).cast(pl.Float64).alias(f"{n}={value}")
        for n in CATEGORICAL
        for value in list(SHARES[n])[1:]
    ]
    return rows.select(columns).to_numpy()
