"""Neighbouring bins joined into fewer, of about equal mass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nested_groups(mass: NDArray[np.int64], groups: int) -> NDArray[np.int64]:
    """Join neighbouring bins into at most `groups` of about equal mass; returns the group of each bin.

    A bin that holds a full share or more stays alone. The result depends on `mass` and `groups` only.

    Examples
    --------
    >>> nested_groups(np.array([1, 1, 9, 1, 1]), 3).tolist()
    [0, 0, 1, 2, 2]
    """
    if len(mass) <= groups:
        return np.arange(len(mass))
    out = np.zeros(len(mass), np.int64)
    group, held, ahead = 0, 0.0, float(mass.sum())
    share = ahead / groups
    for i, m in enumerate(mass.tolist()):
        left = groups - 1 - group
        # Close the group when this bin would carry it further past its share than it now lacks.
        overshoots = held + m - share > share - held
        if left and held > 0 and (overshoots or m >= share):
            group, held, share = group + 1, 0.0, ahead / left
        held += m
        ahead -= m
        out[i] = group
    return out
