"""Which windows of a profile are over, as far as its rows tell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final

import numpy as np

from barograph.errors import GridMismatch
from barograph.profile.coarser import coarser
from barograph.profile.value import ALL, Profile
from barograph.windows import edges_between, parse_every

#: Part of a window that may always be without rows at its end.
_MAY_BE_MISSING: Final = 0.1


def windows_over(
    profile: Profile, reference: Profile, edges: Sequence[int], *, every: str, until: int | None
) -> int:
    """How many windows are over; the last may not be.

    It is not where its rows end earlier before its end than those of any other window, here and in the reference: a
    week that has rows from Monday to Friday is over on Friday.

    Parameters
    ----------
    profile : whose windows were added up.
    reference : in its own windows.
    edges : starts of the windows and the last one's end, microseconds UTC.
    every : length of the windows.
    until : end of what the rows are of, microseconds UTC; None: of the last window.
    """
    windows, made_of = len(edges) - 1, profile.made_of
    missing = 0 if until is None else edges[-1] - until
    if until is None or made_of is None or missing <= _MAY_BE_MISSING * (edges[-1] - edges[-2]):
        return windows
    own = until - int(made_of.starts.max())
    usual = _missing_at_end(profile, every, own, before=edges[-2])
    if reference.windows:
        with suppress(GridMismatch):
            held = coarser(reference, every)
            usual = max(usual, _missing_at_end(held, every, own, before=held.windows[-1]))
    return windows if missing <= usual else windows - 1


def _missing_at_end(profile: Profile, every: str, own: int, *, before: int) -> int:
    """The longest time without rows at the end of a window that begins before a time; `own`: length of its parts."""
    made_of = profile.made_of
    if made_of is None:
        return 0
    latest = np.zeros(len(profile.cells), np.int64)
    np.maximum.at(latest, made_of.place, made_of.starts)
    cells = zip(profile.cells, latest.tolist(), strict=True)
    last = {cell.window: at for cell, at in cells if cell.segment == ALL}
    starts = profile.windows
    edges = edges_between(starts[0], starts[-1] + 1, parse_every(every), profile.grid.timezone)
    return max((end - last[at] - own for at, end in pairwise(edges) if at in last and at < before), default=0)
