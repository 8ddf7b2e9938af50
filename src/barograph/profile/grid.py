"""The grid: fixed bins that belong to a model, so that profiles on it can be added and compared.

A column's rows are counted under small integer codes. Numeric, datetime and text columns: the bins
in order, then `above`, `below`, `null`, `nan`, `neg_inf`, `pos_inf`, `mismatched`. Categorical
columns: the named categories, 64 hash buckets for all others, then `null` and `mismatched`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.profile.binning import Binner, binner
from barograph.profile.custom_grid import CustomGrid
from barograph.profile.hashing import Words, hash_null, hash_numbers, hash_texts, salt_of
from barograph.profile.naming import Naming, naming
from barograph.profile.nested_groups import nested_groups
from barograph.schema.model import Kind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_BINS = 256
MOST_CATEGORIES = 1024
BUCKETS = 64
CROSS_GROUPS = 32
#: Cells of a cross table: 32 groups of bins, then these.
CROSS_EXTRA = ("below", "above", "null", "invalid")
CROSS_CELLS = CROSS_GROUPS + len(CROSS_EXTRA)
NUMERIC_EXTRA = ("above", "below", "null", "nan", "neg_inf", "pos_inf", "mismatched")
CATEGORICAL_EXTRA = ("null", "mismatched")


@dataclass(frozen=True, kw_only=True)
class NumericGrid:
    """Bins of a numeric column, and of what is read as a number from datetimes and texts.

    Attributes
    ----------
    edges : rising; bin i is [edges[i], edges[i+1]). Empty where the reference had no finite value.
    mass : rows of the learning sample per bin.
    unit : power of two, the resolution of bins beyond the range.
    centre : subtracted before moments are taken.
    steps : power-of-two steps of the sums of (x - centre) and its square.
    """

    name: str
    kind: Kind
    edges: Floats
    mass: Ints
    unit: float
    centre: float
    steps: tuple[float, float]

    @property
    def bins(self) -> int:
        """Number of bins inside the range."""
        return max(len(self.edges) - 1, 0)

    @property
    def codes(self) -> int:
        """Number of codes a row can have."""
        return self.bins + len(NUMERIC_EXTRA)

    def code(self, extra: str) -> int:
        """Code of one of `NUMERIC_EXTRA`."""
        return self.bins + NUMERIC_EXTRA.index(extra)

    @cached_property
    def binner(self) -> Binner:
        """The prepared look-up."""
        return binner(self.edges)

    @cached_property
    def salt(self) -> int:
        """Salt of the column's value hashes."""
        return salt_of(self.name)

    @cached_property
    def exact(self) -> NDArray[np.bool_]:
        """Codes that tell a row's value: bins of one value, and null."""
        bins = np.nextafter(self.edges[:-1], np.inf) == self.edges[1:] if self.bins else np.empty(0, bool)
        return np.concatenate((bins, [extra == "null" for extra in NUMERIC_EXTRA]))

    @cached_property
    def exact_words(self) -> Words:
        """Hash of the value that each exact code stands for."""
        values = np.concatenate((self.edges[: self.bins], np.zeros(len(NUMERIC_EXTRA))))
        words = hash_numbers(values, self.salt)
        words[self.code("null")] = hash_null(self.salt)
        return words

    @cached_property
    def valued(self) -> NDArray[np.bool_]:
        """Codes of rows that hold a finite value."""
        return np.arange(self.codes) < self.bins + NUMERIC_EXTRA.index("null")

    @cached_property
    def exact_values(self) -> Floats:
        """The value that each exact code stands for; NaN where it stands for none."""
        values: Floats = np.append(self.edges[: self.bins], np.full(len(NUMERIC_EXTRA), np.nan))
        return values

    @cached_property
    def integer_codes(self) -> tuple[int, NDArray[np.int64]] | None:
        """Smallest integer, and the code of each from one below it to one above the largest; None if too many."""
        if not self.bins or self.exact[: self.bins].sum() * 2 < self.bins:
            return None
        table = self.binner.of_integers()
        if table is not None:
            table[1][table[1] < 0] = self.code("below")
        return table

    def groups(self, most: int) -> NDArray[np.int64]:
        """`nested_groups` of the bins, found once."""
        if most not in self._groups:
            self._groups[most] = nested_groups(self.mass, most)
        return self._groups[most]

    @cached_property
    def _groups(self) -> dict[int, NDArray[np.int64]]:
        return {}

    @cached_property
    def cross(self) -> NDArray[np.int64]:
        """Cross-table cell of each code."""
        inner = self.groups(CROSS_GROUPS)
        after = [CROSS_GROUPS + i for i in (1, 0, 2, 3, 3, 3, 3)]
        return np.concatenate((inner, after)).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class CategoricalGrid:
    """Named categories of a column; all other values fall in 64 buckets by their hash.

    Attributes
    ----------
    categories : the most frequent of the reference, most frequent first.
    mass : rows of the learning sample per category.
    complete : the reference had no further category, so a value in a bucket is unseen.
    """

    name: str
    kind: Kind
    categories: tuple[str, ...]
    mass: Ints
    complete: bool

    @property
    def codes(self) -> int:
        """Number of codes a row can have."""
        return len(self.categories) + BUCKETS + len(CATEGORICAL_EXTRA)

    def code(self, extra: str) -> int:
        """Code of one of `CATEGORICAL_EXTRA`."""
        return len(self.categories) + BUCKETS + CATEGORICAL_EXTRA.index(extra)

    @cached_property
    def salt(self) -> int:
        """Salt of the column's value hashes."""
        return salt_of(self.name)

    @cached_property
    def exact_words(self) -> Words:
        """Hash of each named category; of null at the codes after them."""
        named = hash_texts(pl.Series(self.categories, dtype=pl.String), self.salt)
        return np.concatenate((named, np.full(self.codes - len(named), hash_null(self.salt))))

    @cached_property
    def exact(self) -> NDArray[np.bool_]:
        """Codes that tell a row's value: named categories, and null."""
        codes = np.arange(self.codes)
        told: NDArray[np.bool_] = (codes < len(self.categories)) | (codes == self.code("null"))
        return told

    @cached_property
    def valued(self) -> NDArray[np.bool_]:
        """Codes of rows that hold a value."""
        return np.arange(self.codes) < self.code("null")

    @cached_property
    def look_up(self) -> Naming | None:
        """From a text's 64-bit hash in this process to its code; None where there are too many categories."""
        return naming(pl.Series(self.categories, dtype=pl.String).hash().to_numpy())

    @cached_property
    def position(self) -> Mapping[str, int]:
        """Code of each named category."""
        return {c: i for i, c in enumerate(self.categories)}

    @cached_property
    def cross(self) -> NDArray[np.int64]:
        """Cross-table cell of each code: 31 categories, the rest together, then unseen, null, invalid."""
        named = np.minimum(np.arange(len(self.categories)), CROSS_GROUPS - 1)
        other = CROSS_GROUPS if self.complete else CROSS_GROUPS - 1
        after = [CROSS_GROUPS + 2, CROSS_GROUPS + 3]
        return np.concatenate((named, np.full(BUCKETS, other), after)).astype(np.int64)


ColumnGrid = NumericGrid | CategoricalGrid


@dataclass(frozen=True, kw_only=True)
class OutcomeGrid:
    """What is fixed before labelled rows are summed.

    Attributes
    ----------
    classes : class labels in sorted order; empty for regression.
    centre : subtracted from label and prediction of a regression.
    steps : power-of-two step of each row measure.
    residual : bins of prediction - label; None for classification.
    score_edges : per score column, the union of reference quantiles and uniform logit bins.
    """

    classes: tuple[str, ...] = ()
    centre: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)
    residual: NumericGrid | None = None
    score_edges: Mapping[str, Floats] = field(default_factory=dict)

    @cached_property
    def score_binners(self) -> Mapping[str, Binner]:
        """The prepared look-up of each score column."""
        return {name: binner(edges) for name, edges in self.score_edges.items()}


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The fixed bins of every column and of the outcome.

    Attributes
    ----------
    every : length of windows, or None where rows have no time.
    by : expressions that divide rows into segments; like `every` no part of the hash.
    weighted : rows carry weights, so weighted counts are kept beside counts.
    weight_unit : power of two near the reference's mean weight; weights are summed in it, so that neither
        tiny nor huge ones are lost.
    custom : None where the schema declares neither metric nor rule that is summed.
    """

    columns: Mapping[str, ColumnGrid]
    outcome: OutcomeGrid | None = None
    every: str | None = None
    by: tuple[tuple[str, ...], ...] = ()
    timezone: str = "UTC"
    weighted: bool = False
    weight_unit: float = 1.0
    custom: CustomGrid | None = None

    @cached_property
    def hash(self) -> str:
        """SHA-256 over all that the grid fixes, in hexadecimal."""
        digest = hashlib.sha256(repr((self.timezone, self.weighted, self.weight_unit)).encode())
        for name in sorted(self.columns):
            _digest_column(digest, self.columns[name])
        if self.outcome is not None:
            o = self.outcome
            digest.update(repr((o.classes, o.centre, sorted(o.steps.items()))).encode())
            for name in sorted(o.score_edges):
                digest.update(name.encode() + o.score_edges[name].astype("<f8").tobytes())
            if o.residual is not None:
                _digest_column(digest, o.residual)
        if self.custom is not None:
            own = (self.custom.terms, self.custom.rules)
            digest.update(repr(tuple(sorted(named.items()) for named in own)).encode())
        return digest.hexdigest()

    def in_windows(self, every: str | None, *, by: tuple[tuple[str, ...], ...]) -> Grid:
        """The same bins for windows of another length and other segments; the hash need not be found anew."""
        other = replace(self, every=every, by=by)
        vars(other)["hash"] = self.hash
        return other


def _digest_column(digest: hashlib._Hash, grid: ColumnGrid) -> None:
    digest.update(repr((grid.name, grid.kind)).encode())
    if isinstance(grid, NumericGrid):
        digest.update(grid.edges.astype("<f8").tobytes())
        digest.update(repr((grid.unit, grid.centre, grid.steps)).encode())
    else:
        digest.update(repr((grid.categories, grid.complete)).encode())
