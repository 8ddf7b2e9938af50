"""What others alert on by default, computed from the same rows: rules restated, on bins finer than matters.

Sources: Evidently 0.7, of references of more than 1,000 rows (Wasserstein distance over the reference's standard
deviation, of categories the Jensen–Shannon distance, of at least .1; a data set has drifted where half of its columns
have); NannyML 0.13 (Jensen–Shannon on the reference's Doane bins, above mean + 3 sd of the reference's chunks); the
population stability index above .1 and .2 on ten bins of equal reference share. `peers_agree.py` asks the packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from monitors.worlds import Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Edges of the fine bins, in standard deviations of the reference; the outer ones take what lies beyond.
_EDGES: Final = np.linspace(-8.0, 8.0, 641)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What the tools' statistics are of every feature in every window; shape (features, windows), more is worse.

    Attributes
    ----------
    evidently : Wasserstein or Jensen–Shannon distance.
    nannyml : standard deviations of the reference's chunks above their mean.
    psi : population stability index.
    """

    evidently: Floats
    nannyml: Floats
    psi: Floats

    def drifted(self) -> dict[str, Bools]:
        """By rule, the features that each window calls drifted."""
        return {
            "Evidently": self.evidently >= 0.1,
            "NannyML": self.nannyml > 3.0,
            "PSI > 0.1": self.psi > 0.1,
            "PSI > 0.2": self.psi > 0.2,
        }

    def largest(self) -> dict[str, Floats]:
        """By tool, the largest statistic of each window: what a moved threshold is held against."""
        half = np.sort(self.evidently, axis=0)[len(self.evidently) // 2]
        tools = {"Evidently": self.evidently, "NannyML": self.nannyml, "PSI": self.psi}
        return {**{name: held.max(axis=0) for name, held in tools.items()}, "Evidently, half": half}


def scored(rows: pl.DataFrame, features: Mapping[str, int]) -> Scored:
    """The statistics of all features.

    Parameters
    ----------
    rows : with a column `window`, whole numbers; those below 0 are the reference.
    features : name, and the number of categories, 0 of numbers.
    """
    window = rows["window"].to_numpy()
    first = int(window.min())
    before, length = -first, int(window.max()) - first + 1
    place = window - first
    parts = [
        _of_numbers(rows[name].to_numpy(), place, (before, length))
        if not categories
        else _of_categories(_codes(rows[name], categories), place, (before, length), categories)
        for name, categories in features.items()
    ]
    evidently, nannyml, index = (np.stack(part) for part in zip(*parts, strict=True))
    return Scored(evidently=evidently, nannyml=nannyml, psi=index)


def episodes(fired: Bools) -> int:
    """Runs of windows with an alert, along the last axis."""
    before = np.concatenate((np.zeros_like(fired[..., :1]), fired[..., :-1]), axis=-1)
    return int((fired & ~before).sum())


def _of_numbers(values: Floats, place: Ints, sizes: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
    before, length = sizes
    held = ~np.isnan(values)
    values, place = values[held], place[held]
    reference = values[place < before]
    mean, sd = reference.mean(), reference.std()
    fine = np.clip(np.searchsorted(_EDGES, (values - mean) / sd, side="right") - 1, 0, len(_EDGES) - 2)
    counts = _table(fine, place, length, len(_EDGES) - 1)
    whole, windows = counts[:before].sum(axis=0), counts[before:]
    edges = np.histogram_bin_edges(reference, bins="doane")
    coarse = np.searchsorted(edges[1:-1], values, side="right") + 1
    coarse[values < edges[0]], coarse[values > edges[-1]] = 0, len(edges)
    chunks = _chunks(_table(coarse, place, length, len(edges) + 1), before)
    return wasserstein(whole, windows), chunks, psi(whole, windows, bins=10)


def _of_categories(
    codes: Ints, place: Ints, sizes: tuple[int, int], categories: int
) -> tuple[Floats, Floats, Floats]:
    before, length = sizes
    counts = _table(codes, place, length, categories)
    whole, windows = counts[:before].sum(axis=0), counts[before:]
    index = _index(_shares(whole[None]), _shares(windows))
    return jensen_shannon(whole, windows), _chunks(counts, before), index


def psi(reference: Ints, windows: Ints, *, bins: int) -> Floats:
    """PSI of each window on bins of equal reference share; a share of 0 is taken as 1e-4, as is usual."""
    below = reference.cumsum() - reference
    groups = np.minimum((below * bins / reference.sum()).astype(np.int64), bins - 1)
    return _index(_shares(_joined(reference[None], groups)), _shares(_joined(windows, groups)))


def _index(p: Floats, q: Floats) -> Floats:
    p, q = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
    found: Floats = ((q - p) * np.log(q / p)).sum(axis=1)
    return found


def wasserstein(reference: Ints, windows: Ints) -> Floats:
    """Wasserstein distance over the reference's standard deviation, which the bins are measured in."""
    apart = np.abs(_shares(reference[None]).cumsum(axis=1) - _shares(windows).cumsum(axis=1))
    distance: Floats = apart.sum(axis=1) * (_EDGES[1] - _EDGES[0])
    return distance


def jensen_shannon(reference: Ints, windows: Ints) -> Floats:
    """Jensen–Shannon distance, base 2."""
    p, q = _shares(reference[None]), _shares(windows)
    m = 0.5 * (p + q)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(p > 0, p * np.log2(p / m), 0.0).sum(axis=1)
        right = np.where(q > 0, q * np.log2(q / m), 0.0).sum(axis=1)
    distance: Floats = np.sqrt(np.clip(0.5 * (left + right), 0.0, None))
    return distance


def _chunks(counts: Ints, before: int) -> Floats:
    """Jensen–Shannon distances in standard deviations of the reference's chunks above their mean."""
    distance = jensen_shannon(counts[:before].sum(axis=0), counts)
    own = distance[:before]
    found: Floats = (distance[before:] - own.mean()) / max(float(own.std()), 1e-12)
    return found


def _codes(column: pl.Series, categories: int) -> Ints:
    """Codes of categories v0, v1 …; others share the last."""
    codes = column.cast(pl.String).str.strip_chars_start("v").cast(pl.Int64, strict=False).to_numpy()
    return np.clip(np.nan_to_num(codes, nan=categories - 1), 0, categories - 1).astype(np.int64)


def _table(codes: Ints, place: Ints, length: int, cells: int) -> Ints:
    flat = place.astype(np.int64) * cells + codes
    return np.bincount(flat, minlength=length * cells).reshape(length, cells)


def _shares(counts: Ints) -> Floats:
    found: Floats = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    return found


def _joined(counts: Ints, groups: Ints) -> Ints:
    out = np.zeros((counts.shape[0], int(groups.max()) + 1), np.int64)
    np.add.at(out.T, groups, counts.T)
    return out
