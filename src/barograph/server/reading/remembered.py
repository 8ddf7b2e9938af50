"""What pages work out of stored parts of a span: held while the parts stay what they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar, cast

import sqlalchemy as sa

from barograph.server.reading.edges import edges_of
from barograph.server.reading.series import Asked
from barograph.store.profiles.part import CUSTOM, OUTCOME, TABLE, Grain
from barograph.store.profiles.states import stored_bodies

T = TypeVar("T")

#: Values that are held, of up to 100 kB: figures, drawn pictures, sums of a whole span.
_HELD: Final = 512


def remembered(
    conn: sa.Connection,
    asked: Asked,
    what: tuple[Hashable, ...],
    make: Callable[[], T],
    *,
    parts: Sequence[str] = (TABLE, OUTCOME, CUSTOM),
    grains: Sequence[Grain] = ("window",),
) -> T:
    """What `make` finds out, from before where it was found of the same parts.

    Parameters
    ----------
    conn : the snapshot in which `make` reads.
    asked : of all rows, as they are known now.
    what : says what is made, and all that it depends on beside the windows, the parts and the reference, such as the
        language of a picture. Never who asks: a value is shown to whoever may see the model.
    make : its value must not change, and be small; it may look at windows that begin in the span and no others.
    parts, grains : of the stored parts that it reads.

    Notes
    -----
    Cost: 15 µs a part and day, to see that nothing has changed.
    """
    first, last = asked.span.days
    found = stored_bodies(
        conn, asked.model.id, grains=grains, names=parts, span=(first, last), version_id=asked.version_id
    )
    state = hashlib.blake2b(digest_size=16)
    for each in sorted(found, key=lambda body: (body.grain, body.part, body.day, body.version_id)):
        state.update(f"{each.grain} {each.part} {each.day} {each.version_id} {len(each.body)} ".encode())
        state.update(each.body)
    edges = edges_of(asked.span, asked.every)
    against = "" if asked.compared is None else asked.compared.hash
    grid = "" if asked.model.grid is None else asked.model.grid.hash
    windows = (asked.every, first, last, edges[0], edges[-1])
    slot = _slot((*what, *parts), asked.model.id, windows, (against, grid, state.digest()))
    held = tuple(slot)
    # A schema changes without its grid.
    if not held or held[0] is not asked.model.schema:
        slot[:] = held = asked.model.schema, make()
    return cast("T", held[1])


@lru_cache(maxsize=_HELD)
def _slot(
    _what: tuple[Hashable, ...], _model: int, _windows: tuple[Hashable, ...], _rest: tuple[Hashable, ...]
) -> list[Any]:
    """Where a value is held; one not used lately is let go."""
    return []
