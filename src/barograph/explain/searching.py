"""Segments that nobody declared and that became worse: the search of an explanation, without the rest of it."""

from __future__ import annotations

import numpy as np

from barograph.explain.evidence import evidence_of
from barograph.explain.explain import default_metric
from barograph.explain.explanation import SegmentCause
from barograph.explain.faults.find import find_faults
from barograph.explain.headline import split_of
from barograph.explain.slices.causes import found_segments
from barograph.explain.words import title
from barograph.profile.value import Profile


def worse_segments(
    reference: Profile, current: Profile, *, held_out: Profile | None = None, rng: np.random.Generator
) -> tuple[SegmentCause, ...]:
    """Search for segments whose rows lose more than the reference knows of such rows.

    Parameters
    ----------
    reference, current : profiles of judged rows, with samples, on one grid.
    held_out : the reference's performance where the model had not learned from the rows; it is searched against then.
    rng : divides the current rows into halves.

    Returns
    -------
    Surest first; by the metric that the task is explained by. Empty where none is confirmed.

    Raises
    ------
    DataError, GridMismatch
        Where the task has no such metric, or there are too few judged rows.

    Notes
    -----
    Each is found on one half of the rows and confirmed on the other, at 5 % of false ones among those returned. Rows of
    data faults count as if they were mended. Source: SliceLine (SIGMOD 2021), see `barograph.explain.slices`.
    """
    base = reference if held_out is None else held_out
    evidence = evidence_of(base, current, default_metric(reference))
    expected = split_of(evidence, find_faults(base, current), None, rescore=None).expected
    before, now = evidence.sides
    return found_segments(
        (before.sampled, now.sampled), (before.loss, now.loss), base.grid, rng=rng, expected=expected,
        worse=evidence.loss.worse, name=title(evidence.loss.metric),
    )  # fmt: skip
