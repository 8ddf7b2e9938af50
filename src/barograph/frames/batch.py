"""The shape rows take on their way into a profile: typed columns, one batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Rows whose columns have the type their kind asks for.

    Attributes
    ----------
    frame : one column per schema column found in the rows. By kind: `numeric` is Float64 or an
        integer type (NaN allowed, NaN is not null); `categorical` is String, Enum or Categorical;
        `datetime` is Datetime("us", "UTC"); `text` is String. Declared null values are null.
    mismatched : per column with any, True where the raw value does not fit the kind; `frame` holds
        null there.
    missing : schema columns the rows do not have.
    """

    frame: pl.DataFrame
    mismatched: Mapping[str, NDArray[np.bool_]]
    missing: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.frame.height


class Source(Protocol):
    """Rows of any origin: an in-memory frame, a file, a folder of files."""

    @property
    def types(self) -> Mapping[str, pl.DataType]:
        """Raw type of every column, in order; text formats give String."""
        ...

    @property
    def rows(self) -> int | None:
        """Number of rows where it is known without reading them."""
        ...

    def sample(self, rows: int) -> pl.DataFrame:
        """At most about `rows` raw rows spread over the whole source, chosen deterministically."""
        ...

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All raw rows in order, at most `rows` at a time; none where there are no rows."""
        ...

    def only(self, columns: Sequence[str]) -> Source:
        """The same rows with these columns alone; files then read no others."""
        ...
