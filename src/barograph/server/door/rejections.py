"""Rows that are refused one by one, with the reason, while the others are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

#: Why a row is refused: the word in the reply, and what it means.
REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing_id": "labels and feedback need the id of their prediction",
        "bad_id": "an id is text of at most 1,024 bytes, or a whole number below 2^53",
        "bad_row": "a row is a whole number from 0 to 2,147,483,647",
        "bad_version": "a version is text of at most 200 characters, on one line",
        "unreadable_time": "the time cannot be read as the schema says",
        "future_timestamp": "the time is more than 10 minutes ahead of the server's",
        "text_too_long": "a text is longer than the setting text_length",
        "nul_character": "a text holds the character NUL",
        "no_label": "none of the label columns has a value",
        "bad_kind": "feedback has a kind: a text of at most 100 characters",
        "bad_value": "the value of feedback is a text of at most 1,000 characters",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Rows with one fault: where `rows` is true, by the column they have it in."""

    rows: Mask
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One refused row: its place in the batch, the column, the reason by its word."""

    index: int
    field: str
    reason: str


def rejections(faults: Sequence[Fault], height: int) -> tuple[Mask, tuple[Rejected, ...]]:
    """Which rows are kept, and the first fault of each of the others, in the order of the rows.

    Examples
    --------
    >>> kept, rejected = rejections([Fault(np.array([False, True]), "id", "bad_id")], 2)
    >>> kept.tolist(), rejected[0].index
    ([True, False], 1)
    """
    kept = np.ones(height, bool)
    found: list[Rejected] = []
    for fault in faults:
        new = np.flatnonzero(fault.rows & kept)
        found += [Rejected(index=int(i), field=fault.field, reason=fault.reason) for i in new]
        kept[new] = False
    return kept, tuple(sorted(found, key=lambda r: r.index))


def fault(rows: pl.Series | Mask | None, field: str, reason: str) -> list[Fault]:
    """A fault where some row has it; none where none has.

    Examples
    --------
    >>> fault(pl.Series([False, None]), "id", "bad_id")
    []
    """
    if rows is None:
        return []
    mask = rows.fill_null(False).to_numpy() if isinstance(rows, pl.Series) else rows
    return [Fault(mask, field, reason)] if mask.any() else []
