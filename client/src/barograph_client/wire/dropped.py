"""The client's report of what it did not send, as a header: `overflow=120, sampling=0.25`.

It belongs to a batch and is the same on every try, so that a server that has seen the batch has seen the report.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from barograph_client.buffer.buffer import Missing


@dataclass(slots=True)
class Report:
    """What is missing of one stream since it was last said."""

    missing: Missing = field(default_factory=Missing)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, missing: Missing) -> None:
        """Rows dropped for a reason."""
        if missing.rows == 0:
            return
        self.reasons[reason] += missing.rows
        self._widen(missing)

    def header(self, sampling: float, values: int) -> str:
        """The header's text; empty where nothing is missing.

        Parameters
        ----------
        sampling : share of the rows logged from which this batch's rows were drawn; 1: all.
        values : single values left out of this batch.

        Examples
        --------
        >>> report = Report()
        >>> report.add("overflow", Missing(rows=30, first_us=1, last_us=9))
        >>> report.header(0.25, 0)
        'overflow=30, sampling=0.25, from=1, to=9'
        """
        parts = [f"{reason}={rows}" for reason, rows in sorted(self.reasons.items())]
        if sampling < 1.0:
            parts.append(f"sampling={min(max(sampling, 1e-6), 0.999999):.6f}".rstrip("0"))
        if values:
            parts.append(f"values={values}")
        if self.missing.rows:
            parts += [f"from={self.missing.first_us}", f"to={self.missing.last_us}"]
        return ", ".join(parts)

    def _widen(self, missing: Missing) -> None:
        self.missing.add(missing.rows, missing.first_us)
        self.missing.add(0, missing.last_us)
