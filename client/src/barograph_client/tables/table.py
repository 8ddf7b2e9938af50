"""What all frames can do once read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Table(Protocol):
    """Rows in columns. Making one copies no more than it must; taking it apart is for the sending thread."""

    @property
    def rows(self) -> int:
        """Number of rows."""
        ...

    @property
    def bytes(self) -> int:
        """Size in memory, about."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a column of a name."""
        ...

    def kept(self) -> Table:
        """The same rows, safe from what the caller does to his own."""
        ...

    def piece(self, start: int, stop: int) -> Table:
        """Rows from `start` to before `stop`."""
        ...

    def columns(self) -> dict[str, Sequence[object]]:
        """Values by name, as JSON or `plain` can take them; null is None."""
        ...
