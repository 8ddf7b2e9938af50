"""pandas' frames and series, without pandas: by `iloc`, `columns` and `to_numpy`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PandasTable:
    """A frame; NaN, NaT and NA are null in it, as in all of pandas."""

    frame: Any

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    @property
    def bytes(self) -> int:
        """Size of the data, 64 bytes for each object."""
        objects = sum(str(dtype) in ("object", "str", "string") for dtype in self.frame.dtypes)
        return len(self.frame) * (8 * (len(self.frame.columns) - objects) + 64 * objects)

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        return name in self.frame.columns

    def kept(self) -> PandasTable:
        """With a copy of the data."""
        return PandasTable(self.frame.copy())

    def piece(self, start: int, stop: int) -> PandasTable:
        """Some rows."""
        return PandasTable(self.frame.iloc[start:stop])

    def columns(self) -> dict[str, Sequence[object]]:
        """Python's values by name; a name that stands twice keeps its last column."""
        found: dict[str, Sequence[object]] = {}
        for i, name in enumerate(self.frame.columns):
            series = self.frame.iloc[:, i]
            values = series.tolist()
            if series.hasnans:
                values = [
                    None if empty else v for v, empty in zip(values, series.isna().tolist(), strict=True)
                ]
            found[_name(name)] = values
        return found


def _name(name: object) -> str:
    return "_".join(str(part) for part in name) if isinstance(name, tuple) else str(name)
