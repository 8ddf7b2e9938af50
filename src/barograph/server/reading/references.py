"""What figures are compared with: a kept reference, or a past span of the model itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import sqlalchemy as sa

from barograph.metrics.drift.prepared import PreparedReference, prepared_reference
from barograph.metrics.sides import part_of
from barograph.profile.codec import load
from barograph.profile.value import Profile
from barograph.server.errors import RequestRefused
from barograph.server.reading.span import read_span
from barograph.store.catalog import Model, Reference, reference, reference_file, references
from barograph.store.profiles import read

#: Decoded references that are held at a time, about 1 MB each.
_HELD: Final = 32


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A reference as figures take it.

    Attributes
    ----------
    name : as it was asked for.
    key : names it in what is kept, empty for the model's default: changes when the reference does.
    """

    name: str
    key: str
    profile: Profile

    @cached_property
    def whole(self) -> Profile:
        """All its windows added up."""
        return self.profile.total()

    def prepared(self, segment: str, every: str | None) -> PreparedReference:
        """A segment of it made ready for windows of a length, once."""
        if (segment, every) not in self._prepared:
            self._prepared[segment, every] = prepared_reference(part_of(self.profile, segment), every=every)
        return self._prepared[segment, every]

    @cached_property
    def _prepared(self) -> dict[tuple[str, str | None], PreparedReference]:
        return {}


def compared_with(conn: sa.Connection, model: Model, asked: str | None, *, now: int) -> Compared | None:
    """The reference that is asked for.

    Parameters
    ----------
    asked : name of a kept reference, or two dates or times with a slash between them, such as
        ``2011-01-01/2011-01-28``: the model's own rows of that span. None: the model's default.
    now : microseconds UTC.

    Returns
    -------
    None where the model has no reference and none is asked for.

    Raises
    ------
    NotFound
        Where there is no reference of that name.
    RequestRefused
        422 for a span that cannot be read or holds no row.
    """
    if asked is None:
        default = [each for each in references(conn, model.id) if each.id == model.reference]
        return _kept(conn, default[0]) if default else None
    if "/" not in asked:
        return _kept(conn, reference(conn, model.id, asked))
    first, _, end = asked.partition("/")
    span = read_span(first, end, timezone=model.schema.timezone, now=now)
    days = span.days
    profile = read(conn, model, first_day=days[0], last_day=days[1])
    cells = [c for c in profile.cells if c.window is not None and span.first <= c.window < span.end]
    if not cells:
        raise RequestRefused(422, f"reference={asked!r} holds no row; take a span in which rows came.")
    past = profile.at(*cells)
    return Compared(name=asked, key=past.hash[:24], profile=past)


def _kept(conn: sa.Connection, found: Reference) -> Compared:
    return _decoded(found.id, found.profile_hash) or _decode(conn, found)


def _decode(conn: sa.Connection, found: Reference) -> Compared:
    profile = load(reference_file(conn, found.id), f"reference {found.name!r}")
    return _remember(found, profile)


@lru_cache(maxsize=_HELD)
def _slot(_reference_id: int, _profile_hash: str) -> list[Compared]:
    """Where a decoded reference is held; of references not used lately it is let go."""
    return []


def _decoded(reference_id: int, profile_hash: str) -> Compared | None:
    held = _slot(reference_id, profile_hash)
    return held[0] if held else None


def _remember(found: Reference, profile: Profile) -> Compared:
    kept = Compared(name=found.name, key=found.profile_hash[:24], profile=profile)
    _slot(found.id, found.profile_hash)[:] = [kept]
    return kept
