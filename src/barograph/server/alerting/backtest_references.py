"""Which reference a model was compared with, and since when."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from barograph.server.alerting.windows import Window
from barograph.store.catalog import Model, references
from barograph.store.events import read_events


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSince:
    """A reference while windows were judged by it.

    Attributes
    ----------
    id, name : of the reference; None where the model had none.
    since : µs UTC; None of the first one.
    """

    id: int | None
    name: str | None
    since: int | None


def references_in_force(conn: sa.Connection, model: Model) -> tuple[ComparedSince, ...]:
    """The references that windows of a model were judged by, one after the other, as its timeline tells."""
    held = {each.name: each.id for each in references(conn, model.id)}
    changes = read_events(conn, model_id=model.id, kinds=("reference_changed",))
    first = (
        changes[0].details["before"]
        if changes
        else next((name for name, number in held.items() if number == model.reference), None)
    )
    named = [(None, first), *((each.at, each.details["after"]) for each in changes)]
    return tuple(ComparedSince(id=held.get(name or ""), name=name, since=since) for since, name in named)


def by_reference(
    windows: Sequence[Window], references: Sequence[ComparedSince], *, delay_us: int
) -> Iterator[tuple[ComparedSince, list[Window]]]:
    """The windows, ascending, by the reference that was in force when they were due."""
    changed = [each.since for each in references[1:] if each.since is not None]
    for place, those in groupby(windows, key=lambda window: bisect_right(changed, window.end + delay_us)):
        yield references[place], list(those)
