"""Whether a row as a whole is unlike the reference's rows: its distance to the nearest of them.

The reference's own rows are measured alike, each to the others. Where they have times, each is measured to the rows of
other windows alone: rows of one day are more alike than a row of another day can be, and nearly every later row would
else be called new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.one.distances import Coordinate, differences, distances
from barograph.explain.one.explained import Novelty
from barograph.explain.one.nearest import mean_to_nearest, nearest
from barograph.explain.words import number, percent
from barograph.frames.names import values_of
from barograph.locale.said import Said, listed, say
from barograph.profile.value import Profile
from barograph.windows import parse_every, window_starts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Nearest rows whose mean distance counts.
NEIGHBOURS: Final = 5
#: Reference rows measured to the others, the first in order of hash, which is chance: for p-values down to 0.001.
_MEASURED: Final = 1000
#: Distances computed at a time.
_CHUNK: Final = 1 << 20
_NAMED: Final = 3
_DAY_SECONDS: Final = 86_400


def windows_of(profile: Profile, rows: pl.DataFrame) -> Ints | None:
    """Start of the window each row of a sample's frame is in, −1 where it has no time; None where there are none.

    Windows shorter than a day are taken by day: neighbouring hours are alike too.
    """
    column, every = profile.schema.one("timestamp"), profile.grid.every
    if column is None or every is None or column.name not in rows.columns:
        return None
    length = parse_every(every if parse_every(every).approximate_seconds >= _DAY_SECONDS else "1d")
    series = values_of(rows, column.name).cast(pl.Float64)
    times = series.fill_nan(None).cast(pl.Int64).cast(pl.Datetime("us", "UTC"))
    starts = window_starts(times, length, profile.grid.timezone)
    found: Ints = starts.dt.timestamp("us").fill_null(-1).to_numpy()
    return found


def novelty_of(
    sample: Mapping[str, Coordinate],
    row: Mapping[str, Coordinate],
    count: Floats,
    *,
    windows: tuple[Ints, int | None] | None,
) -> Novelty:
    """Measure how new a row is.

    Parameters
    ----------
    count : rows each sampled row stands for, the row itself taken away.
    windows : of the sampled rows, and of the row where it has one.
    """
    held = count if windows is None or windows[1] is None else np.where(windows[0] == windows[1], 0.0, count)
    to_row = distances(row, sample)
    own = float(mean_to_nearest(to_row, held, NEIGHBOURS)[0])
    others = _leaving_out(sample, count, None if windows is None else windows[0])
    measured = np.isfinite(others)
    weight, others = count[: len(others)][measured], others[measured]
    as_far = float(weight @ (others >= own))
    found = Novelty(
        distance=own, usual=_median(others, weight), p_value=(as_far + 1.0) / (float(weight.sum()) + 1.0),
        windows_apart=windows is not None, parts=_parts(sample, row, held, to_row), rows=round(float(count.sum())),
        sentence="",
    )  # fmt: skip
    return replace(found, sentence=_sentence(found, as_far, float(weight.sum())))


def _leaving_out(sample: Mapping[str, Coordinate], count: Floats, windows: Ints | None) -> Floats:
    """Mean distance of each reference row to the nearest others, those of its own window left out."""
    n = len(count)
    out = []
    step = max(_CHUNK // max(n, 1), 1)
    for start in range(0, min(n, _MEASURED), step):
        rows = np.arange(start, min(start + step, n, _MEASURED))
        held = np.broadcast_to(count, (len(rows), n)).copy()
        if windows is not None:
            held[windows[rows][:, None] == windows[None, :]] = 0.0
        else:
            held[np.arange(len(rows)), rows] -= 1.0
        out.append(mean_to_nearest(distances(sample, sample, rows=rows), held, NEIGHBOURS))
    return np.concatenate(out) if out else np.empty(0)


def _median(values: Floats, weight: Floats) -> float:
    if not len(values):
        return 0.0
    order = np.argsort(values)
    reached = np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2.0)
    return float(values[order[min(int(reached), len(order) - 1)]])


def _parts(
    sample: Mapping[str, Coordinate], row: Mapping[str, Coordinate], count: Floats, to_row: Floats
) -> dict[str, float]:
    """Share of the distance to the nearest rows that each column makes."""
    near, taken = nearest(to_row, count, NEIGHBOURS)
    own = {
        name: float(taken[0] @ differences(column, sample[name])[0][near[0]]) for name, column in row.items()
    }
    total = sum(own.values())
    order = sorted(own, key=lambda name: -own[name])
    return {name: own[name] / total if total > 0.0 else 0.0 for name in order}


def _sentence(novelty: Novelty, as_far: float, measured: float) -> str:
    far, p_value = _far(novelty), number(novelty.p_value, digits=2)
    chance = say("none of {n} is as far (p = {p})", n=f"{measured:,.0f}", p=p_value)
    if as_far:
        chance = say("{k} of {n} are as far (p = {p})", k=f"{as_far:,.0f}", n=f"{measured:,.0f}", p=p_value)
    if not novelty.new:
        return say(
            "The row as a whole is not shown to be new: it is {far}, and {chance}.", far=far, chance=chance
        )
    named = [
        say("{what} ({detail})", what=name, detail=percent(share))
        for name, share in list(novelty.parts.items())[:_NAMED]
        if share >= 0.1
    ]
    if named:
        far = say("{far}, mostly by {columns}", far=far, columns=listed(named))
    return say("The row as a whole is new: it is {far}; {chance}.", far=far, chance=chance)


def _far(novelty: Novelty) -> Said:
    if novelty.usual <= 0.0:
        return say(
            "{distance} from its {n} nearest rows of the reference",
            distance=number(novelty.distance, digits=2), n=NEIGHBOURS,
        )  # fmt: skip
    times = number(novelty.distance / novelty.usual, digits=2)
    often = say("as far") if times == "1" else say("{times} times as far", times=times)
    to = say("those of other windows") if novelty.windows_apart else say("each other")
    return say(
        "{often} from its {n} nearest rows of the reference as the reference's own rows usually are from {others}",
        often=often, n=NEIGHBOURS, others=to,
    )  # fmt: skip
