"""What inference found for one column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from barograph.schema.model import Kind, Reading

#: Share of the non-null rows that must fit a reading; the rest are counted as mismatches.
FITS: Final = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Kind, reading and null values of one column, and why; `kind` is None where it cannot be profiled."""

    kind: Kind | None
    reading: Reading = "plain"
    null_values: tuple[str, ...] = ()
    reason: str
