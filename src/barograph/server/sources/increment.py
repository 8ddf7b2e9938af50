"""What is read of a source at once: counted, and stored with the cursor after it, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from barograph.errors import BarographError
from barograph.store.readings import Reading
from barograph.store.sources import SeenFile


class SourceError(BarographError, OSError):
    """A source cannot be read as it is described."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a source that its model's events should tell; told once for each `once`."""

    kind: str
    name: str
    details: Mapping[str, Any]
    once: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Increment:
    """Rows or readings between two places of a cursor.

    Attributes
    ----------
    frames : raw rows, read once, a frame at a time.
    cursor : the place after them.
    files : as they are once they were read; `rows` is set by who counts them.
    """

    cursor: Mapping[str, Any]
    frames: Iterable[pl.DataFrame] = ()
    readings: tuple[Reading, ...] = ()
    files: tuple[SeenFile, ...] = ()
    notices: tuple[Notice, ...] = ()


class Reader(Protocol):
    """Reads a source of one kind."""

    def increments(self, cursor: Mapping[str, Any]) -> Iterator[Increment]:
        """What there is after a place of its cursor, in order, each from where the one before ended.

        Parameters
        ----------
        cursor : empty at the beginning.

        Raises
        ------
        SourceError, DataError
            Where it cannot be read.
        """
        ...
