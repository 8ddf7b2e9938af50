"""Figures of every pair of some columns, from the rows of one profile's coordinated sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.locale.said import say
from barograph.metrics.association import correlation_ratio, cramers_v, midranks, pearson
from barograph.metrics.values import Undefined
from barograph.profile.grid import CategoricalGrid
from barograph.profile.sample import SIZE, Sample
from barograph.profile.value import Profile

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Categories told apart; the rest of a column counts as one.
MOST_LEVELS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationTable:
    """Figures of every pair of first and second columns; NaN where there is none.

    Attributes
    ----------
    primary : Spearman's coefficient, η or V.
    pearson : of two numbers.
    effective : of the sampled rows, the share an interval rests on.
    """

    primary: Floats
    pearson: Floats
    rows: Floats
    effective: float
    absent: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Some columns of a sample: numbers with ranks, and codes, each with its place in the order asked for.

    Attributes
    ----------
    absent : names the sample does not have.
    """

    numbers: Floats
    ranks: Floats
    codes: Ints
    number_at: Ints
    code_at: Ints
    absent: frozenset[str]


def association_table(
    profile: Profile, firsts: Sequence[str], seconds: Sequence[str]
) -> AssociationTable | Undefined:
    """Figures of every first column with every second one.

    Parameters
    ----------
    firsts, seconds : counted columns; where both are the same list, each pair is computed once.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> table = association_table(profile_of([1.0, 2.0, 3.0]), ["x"], ["x"])
    >>> table.primary.tolist(), table.rows.tolist()
    ([[1.0]], [[3.0]])
    """
    sample = profile.sample
    if sample is None:
        return Undefined(
            reason="no_sample", detail=say("the profile was made without its sample of rows; use sample=True")
        )
    weights = sample.counts.to_numpy().astype(np.float64)
    a = _read(profile, sample.rows, firsts, weights)
    b = a if seconds is firsts else _read(profile, sample.rows, seconds, weights)
    primary, plain, rows = (np.full((len(firsts), len(seconds)), np.nan) for _ in range(3))
    numbers = np.ix_(a.number_at, b.number_at)
    primary[numbers], rows[numbers] = pearson(a.ranks, b.ranks, weights)
    plain[numbers] = pearson(a.numbers, b.numbers, weights)[0]
    mixed = np.ix_(a.number_at, b.code_at)
    primary[mixed], rows[mixed] = correlation_ratio(a.numbers, b.codes, weights)
    turned = np.ix_(a.code_at, b.number_at)
    if b is a:
        primary[turned], rows[turned] = primary[mixed].T, rows[mixed].T
    else:
        eta, both = correlation_ratio(b.numbers, a.codes, weights)
        primary[turned], rows[turned] = eta.T, both.T
    for k, (codes, i) in enumerate(zip(a.codes, a.code_at, strict=True)):
        after = k + 1 if b is a else 0
        to = b.code_at[after:]
        primary[i, to], rows[i, to] = cramers_v(codes, b.codes[after:], weights)
    return AssociationTable(
        primary=primary, pearson=plain, rows=rows, effective=_effective_share(sample, weights),
        absent=a.absent | b.absent,
    )  # fmt: skip


def _effective_share(sample: Sample, weights: Floats) -> float:
    """1 where all different rows are held; else Kish's share, equal rows having been chosen together."""
    if sample.height < SIZE:
        return 1.0
    return float(weights.sum() / (weights * weights).sum())


def _read(profile: Profile, rows: pl.DataFrame, names: Sequence[str], weights: Floats) -> _Columns:
    held = [(i, name) for i, name in enumerate(names) if name in rows.columns]
    texts = [(i, n) for i, n in held if isinstance(profile.grid.columns[n], CategoricalGrid)]
    others = [(i, n) for i, n in held if not isinstance(profile.grid.columns[n], CategoricalGrid)]
    # Ranks from 1 in the order of the values, 0 for null; of all columns in one query, which costs 0.3 ms.
    places = _plain(rows, [n for _, n in texts]).select(pl.all().rank("dense").cast(pl.Int64).fill_null(0))
    codes = [_codes(place.to_numpy(), weights) for place in places]
    numbers = [number.fill_null(np.nan).to_numpy() for number in _plain(rows, [n for _, n in others])]
    table = np.array(numbers).reshape(len(numbers), rows.height)
    table[~np.isfinite(table)] = np.nan
    return _Columns(
        numbers=table, ranks=midranks(table, weights),
        codes=np.array(codes, np.int64).reshape(len(codes), rows.height),
        number_at=np.array([i for i, _ in others], np.int64), code_at=np.array([i for i, _ in texts], np.int64),
        absent=frozenset(names).difference(rows.columns),
    )  # fmt: skip


def _plain(rows: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Columns under their numbers, which Polars reads as no pattern."""
    return pl.DataFrame([rows.get_column(name).alias(str(i)) for i, name in enumerate(names)])


def _codes(place: Ints, weights: Floats) -> Ints:
    """Codes by falling frequency, then value; the least frequent share the last one, place 0 has -1."""
    rows = np.bincount(place, weights=weights, minlength=1)[1:]
    order = np.argsort(-rows, kind="stable")
    code = np.empty(len(rows) + 1, np.int64)
    code[0], code[1 + order] = -1, np.minimum(np.arange(len(rows)), MOST_LEVELS - 1)
    return code[place]
