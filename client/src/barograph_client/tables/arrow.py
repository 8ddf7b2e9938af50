"""Polars' and PyArrow's frames, and whatever hands out an Arrow stream."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from barograph_client.errors import RowsError


@dataclass(frozen=True, slots=True)
class PolarsTable:
    """A Polars frame; it never changes, so nothing is copied."""

    frame: Any

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.frame.height)

    @property
    def bytes(self) -> int:
        """Size of the data."""
        return int(self.frame.estimated_size())

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self.frame.columns

    def kept(self) -> PolarsTable:
        """A frame of its own over the same data."""
        return PolarsTable(self.frame.clone())

    def piece(self, start: int, stop: int) -> PolarsTable:
        """Some rows."""
        return PolarsTable(self.frame.slice(start, stop - start))

    def columns(self) -> dict[str, Sequence[object]]:
        """Python's values by name."""
        return dict(self.frame.to_dict(as_series=False))


@dataclass(frozen=True, slots=True)
class ArrowTable:
    """A PyArrow table or record batch; it never changes, so nothing is copied."""

    table: Any

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.table.num_rows)

    @property
    def bytes(self) -> int:
        """Size of the data."""
        return int(self.table.nbytes)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self.table.schema.names

    def kept(self) -> ArrowTable:
        """The table itself."""
        return self

    def piece(self, start: int, stop: int) -> ArrowTable:
        """Some rows."""
        return ArrowTable(self.table.slice(start, stop - start))

    def columns(self) -> dict[str, Sequence[object]]:
        """Python's values by name."""
        return dict(self.table.to_pydict())


def from_stream(rows: Any) -> PolarsTable | ArrowTable:
    """A frame read from `__arrow_c_stream__`, by Polars or PyArrow, whichever is installed.

    Raises
    ------
    RowsError
        Neither is.
    """
    for name in ("polars", "pyarrow"):
        try:
            library = importlib.import_module(name)
        except ImportError:
            continue
        return PolarsTable(library.DataFrame(rows)) if name == "polars" else ArrowTable(library.table(rows))
    raise RowsError(
        f"{type(rows).__name__} is an Arrow stream, and neither polars nor pyarrow is installed to read it; "
        "install one, or give rows as dictionaries"
    )
