"""A model that is asked once for each row: the headline and the advice score the same repaired rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.actions.answers import Predict


def remembered(predict: Predict) -> Predict:
    """The same model, asked only for rows it was not asked for before.

    Answers of another shape or length than before are handed on as they are: whoever reads them refuses them.

    Examples
    --------
    >>> asked = []
    >>> def double(rows):
    ...     asked.append(rows.height)
    ...     return rows["x"].to_numpy() * 2.0
    >>> model = remembered(double)
    >>> model(pl.DataFrame({"x": [1.0, 2.0]})).tolist(), model(pl.DataFrame({"x": [2.0, 3.0]})).tolist(), asked
    ([2.0, 4.0], [4.0, 6.0], [2, 1])
    """
    known: dict[object, dict[int, NDArray[Any]]] = {}

    def answers(rows: pl.DataFrame) -> NDArray[Any]:
        if not rows.width:
            return np.asarray(predict(rows))
        held = known.setdefault(tuple(rows.schema.items()), {})
        # Rows of one frame only: the hash need not be the same on another day.
        keys = rows.hash_rows().to_list()
        places = {key: i for i, key in enumerate(keys) if key not in held}
        if places:
            fresh = np.sort(np.fromiter(places.values(), np.int64))
            said = np.asarray(predict(rows[fresh]))
            if said.ndim not in (1, 2) or len(said) != len(fresh):
                return said
            held.update({keys[i]: said[j] for j, i in enumerate(fresh.tolist())})
        return np.stack([held[key] for key in keys])

    return answers
