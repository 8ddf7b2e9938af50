"""Rows of a source as what they add to stored profiles; they are kept nowhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from barograph.errors import did_you_mean
from barograph.frames.batch import Batch
from barograph.frames.typed import typed
from barograph.profile.value import Profile
from barograph.server.door.check import Sent, check
from barograph.server.sources.increment import SourceError
from barograph.server.sources.runs import Runs
from barograph.server.worker.learn import first_reference
from barograph.store.catalog import Model
from barograph.store.profiles.add import parts_of_rows
from barograph.store.profiles.labelled import add_places
from barograph.store.profiles.part import TABLE, Part, Place
from barograph.store.profiles.rows import complete, timed

#: Name of the reference that is made where a model has none.
FIRST_ROWS: Final = "first rows"
#: Gives a version's id by its name.
VersionOf = Callable[[str], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How rows are read.

    Attributes
    ----------
    now : when they are read, µs UTC.
    key : under which values are hashed where the schema asks for it.
    version : of rows that name none.
    run : column that names the run of a row.
    runs : times of the runs known so far; added to.
    """

    now: int
    key: bytes
    version: str = ""
    run: str | None = None
    runs: Runs = field(default_factory=Runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What rows add.

    Attributes
    ----------
    rows : taken, and by version and local day.
    refused : by reason and field.
    """

    parts: dict[Place, Part]
    rows: int
    refused: Counter[tuple[str, str | None]]

    @property
    def by_day(self) -> dict[tuple[int, int], int]:
        """Rows by version and local day."""
        found: dict[tuple[int, int], int] = {}
        for place, part in self.parts.items():
            if place.part == TABLE and place.grain == "window":
                found[place.version_id, place.day] = int(np.sum(part.record.rows))
        return found


def counted(model: Model, frames: Iterable[pl.DataFrame], rules: Rules, version_of: VersionOf) -> Counted:
    """Count raw rows.

    Parameters
    ----------
    model : its grid is known.

    Raises
    ------
    SourceError
        Where the run's column is not there.
    RequestRefused
        Where the rows have no column of the schema.
    """
    parts: dict[Place, Part] = {}
    refused: Counter[tuple[str, str | None]] = Counter()
    rows = 0
    for frame in frames:
        for at, part in _by_run(frame, rules):
            sent = Sent(batch_id="source", received_at=at, version=rules.version, key=rules.key)
            found = check(part, model.schema, "predictions", sent)
            refused.update((r.reason, r.field) for r in found.rejected)
            rows += found.frame.height
            for name in found.frame.get_column("barograph_version").unique().sort():
                mine = found.frame.filter(pl.col("barograph_version") == name)
                add_places(parts, _parts(model, mine, version_of(name), rules.now))
    return Counted(parts=parts, rows=rows, refused=refused)


def reference_of(model: Model, frame: pl.DataFrame, rules: Rules) -> Profile:
    """The first reference, and with it the bins, of a model that has none yet: the first rows of its first source."""
    sent = Sent(batch_id="source", received_at=rules.now, key=rules.key)
    rows = check(frame, model.schema, "predictions", sent).frame
    times = rows.get_column("barograph_time")
    found = first_reference(model, complete(_typed(model, rows), times, timed(model.schema)))
    return replace(found, name=FIRST_ROWS)


def _parts(model: Model, rows: pl.DataFrame, version_id: int, now: int) -> dict[Place, Part]:
    times = rows.get_column("barograph_time")
    return parts_of_rows(model, version_id, _typed(model, rows), times=times, received_at=now)


def _typed(model: Model, rows: pl.DataFrame) -> Batch:
    held = rows.select(name for name in model.schema.names if name in rows.columns)
    return typed(held if held.width else pl.DataFrame(height=rows.height), model.schema)


def _by_run(frame: pl.DataFrame, rules: Rules) -> Iterator[tuple[int, pl.DataFrame]]:
    """Rows with the time they are placed at where they have none."""
    if rules.run is None:
        yield rules.now, frame
        return
    if rules.run not in frame.columns:
        hint = did_you_mean(rules.run, frame.columns) or "."
        raise SourceError(f"the rows have no column {rules.run!r} that names their run{hint}")
    for part in frame.partition_by(rules.run, maintain_order=True):
        yield rules.runs.time_of(str(part.item(0, rules.run)), rules.now), part
