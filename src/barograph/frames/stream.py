"""Streams of batches: cut anew, or thinned to a sample in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl


def rebatched(frames: Iterable[pl.DataFrame], rows: int) -> Iterator[pl.DataFrame]:
    """Join small frames of equal types into batches of at most `rows` rows.

    Many small files otherwise cost more in calls than in rows.

    Examples
    --------
    >>> parts = (pl.DataFrame({"x": [i]}) for i in range(5))
    >>> [frame.height for frame in rebatched(parts, 2)]
    [2, 2, 1]
    """
    held: list[pl.DataFrame] = []
    height = 0
    for frame in frames:
        if held and (height + frame.height > rows or frame.schema != held[0].schema):
            yield pl.concat(held)
            held, height = [], 0
        held.append(frame)
        height += frame.height
    if held:
        yield pl.concat(held)


def thinned(frames: Iterable[pl.DataFrame], rows: int) -> pl.DataFrame:
    """Keep every n-th row of a stream of unknown length, n the smallest power of two that leaves `rows`.

    Examples
    --------
    >>> parts = (pl.DataFrame({"x": [i]}) for i in range(9))
    >>> thinned(parts, 3)["x"].to_list()
    [0, 4, 8]
    """
    held: list[pl.DataFrame] = []
    step, seen, height = 1, 0, 0
    for frame in frames:
        kept = frame.gather_every(step, offset=-seen % step) if -seen % step < frame.height else frame.clear()
        seen += frame.height
        held.append(kept)
        height += kept.height
        while height > rows:
            held = [pl.concat(held, how="diagonal_relaxed").gather_every(2)]
            height, step = held[0].height, 2 * step
    return pl.concat(held, how="diagonal_relaxed") if held else pl.DataFrame()
