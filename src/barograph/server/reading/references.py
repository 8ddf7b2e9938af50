"""What figures are compared with: a kept reference, or a past span of the model itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial

import numpy as np
import sqlalchemy as sa

from barograph.metrics.drift.prepared import PreparedReference, prepared_reference
from barograph.metrics.sides import part_of
from barograph.metrics.spec import MetricSpec
from barograph.profile.codec import load
from barograph.profile.sketch import SmallestHashes
from barograph.profile.value import ALL, Profile
from barograph.server.errors import RequestRefused
from barograph.server.reading.span import read_span
from barograph.store.catalog import Model, Reference, reference, reference_file, references
from barograph.store.profiles import read

#: References that are held added up, 0.1 MB each; segments of them made ready for windows of a length, 0.2 MB; and
#: decoded references, with all their windows: 672 of 30 columns are 40 MB.
_READY, _PREPARED, _DECODED = 512, 1_024, 16


@dataclass(frozen=True, kw_only=True)
class Ready:
    """What is held of a reference when its windows are let go.

    Attributes
    ----------
    whole : all its windows added up, without the sample of its rows.
    """

    hash: str
    segments: tuple[str, ...]
    whole: Profile


@dataclass(frozen=True, kw_only=True)
class Compared:
    """A reference as figures take it.

    Attributes
    ----------
    name : as it was asked for.
    key : names it in what is kept, empty for the model's default: changes when the reference does.
    windows : gives all of it.
    """

    name: str
    key: str
    ready: Ready
    windows: Callable[[], Profile]

    @property
    def hash(self) -> str:
        """Of the profile."""
        return self.ready.hash

    @property
    def segments(self) -> tuple[str, ...]:
        """Of the profile."""
        return self.ready.segments

    @property
    def whole(self) -> Profile:
        """All its windows added up."""
        return self.ready.whole

    @cached_property
    def profile(self) -> Profile:
        """All of it: decoded, unless it was used lately."""
        return self.windows()

    def side(self, spec: MetricSpec, segment: str) -> Profile:
        """What a metric compares a segment with, `prepared` at its side: all windows added up where they are enough."""
        return self.whole if segment == ALL and spec.scope != "comparison" else self.profile

    def prepared(self, segment: str, every: str | None) -> PreparedReference:
        """A segment of it made ready for windows of a length, once."""
        slot = _prepared_slot(self.hash, segment, every)
        if not slot:
            slot[:] = [prepared_reference(part_of(self.profile, segment), every=every)]
        return slot[0]


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
    return Compared(name=asked, key=past.hash[:24], ready=_ready(past, past.hash), windows=lambda: past)


def _kept(conn: sa.Connection, found: Reference) -> Compared:
    slot = _ready_slot(found.id, found.profile_hash)
    if not slot:
        slot[:] = [_ready(_decoded(conn, found), found.profile_hash)]
    return Compared(
        name=found.name,
        key=found.profile_hash[:24],
        ready=slot[0],
        windows=partial(_decoded, conn, found),
    )


def _ready(profile: Profile, digest: str) -> Ready:
    """What is held; to find the hash of a profile anew takes as long as to decode it."""
    none = SmallestHashes(np.empty(0, np.uint64), np.empty(0, np.int64))
    whole = replace(profile.total(), sample=None, duplicates=none)
    return Ready(hash=digest, segments=profile.segments, whole=whole)


def _decoded(conn: sa.Connection, found: Reference) -> Profile:
    slot = _decoded_slot(found.id, found.profile_hash)
    if not slot:
        slot[:] = [load(_file(conn, found), f"reference {found.name!r}")]
    return slot[0]


def _file(conn: sa.Connection, found: Reference) -> bytes:
    """Its bytes; whoever asks may have ended what it first read in."""
    if not conn.closed:
        return reference_file(conn, found.id)
    with conn.engine.connect() as again:
        return reference_file(again, found.id)


@lru_cache(maxsize=_READY)
def _ready_slot(_reference_id: int, _profile_hash: str) -> list[Ready]:
    """Where a reference is held ready; one not used lately is let go."""
    return []


@lru_cache(maxsize=_PREPARED)
def _prepared_slot(_profile_hash: str, _segment: str, _every: str | None) -> list[PreparedReference]:
    """Where a segment of a reference is held ready; one not used lately is let go."""
    return []


@lru_cache(maxsize=_DECODED)
def _decoded_slot(_reference_id: int, _profile_hash: str) -> list[Profile]:
    """Where a decoded reference is held; one not used lately is let go."""
    return []
