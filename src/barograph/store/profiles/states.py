"""What stored figures rest on, told apart by a hash of the stored parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from barograph.store.profiles.part import Grain
from barograph.store.tables.profiles import profiles as table

#: Made once, for it is asked for every model that is judged.
_BODIES: Final = (
    sa.select(table.c.day, table.c.grain, table.c.part, table.c.version_id, table.c.body)
    .where(
        table.c.model_id == sa.bindparam("model"),
        table.c.grain.in_(sa.bindparam("grains", expanding=True)),
        table.c.part.in_(sa.bindparam("names", expanding=True)),
        table.c.day.between(sa.bindparam("first"), sa.bindparam("last")),
    )
    .order_by(table.c.grain, table.c.part, table.c.version_id)
)
_BODIES_OF_VERSION: Final = _BODIES.where(table.c.version_id == sa.bindparam("version"))


def states(
    conn: sa.Connection,
    model_id: int,
    *,
    grains: Sequence[Grain],
    names: Sequence[str],
    span: tuple[int, int],
    version_id: int | None,
) -> dict[int, str]:
    """A hash of some parts of each day, which changes when a row or a label of that day changes them.

    Parameters
    ----------
    names : of the parts.
    span : first and last local calendar day, days since 1970-01-01.
    version_id : None: of every version.

    Returns
    -------
    By day, of the days of which something is stored.

    Notes
    -----
    Cost: about 10 µs a part.
    """
    found = stored_bodies(conn, model_id, grains=grains, names=names, span=span, version_id=version_id)
    return hashed(found, grains=grains, names=names)


@dataclass(frozen=True, slots=True)
class StoredBody:
    """A stored part as it lies there."""

    day: int
    grain: str
    part: str
    version_id: int
    body: bytes


def stored_bodies(
    conn: sa.Connection,
    model_id: int,
    *,
    grains: Sequence[Grain],
    names: Sequence[str],
    span: tuple[int, int],
    version_id: int | None,
) -> list[StoredBody]:
    """What `states` hashes, for who asks for the states of many figures: read once, and hashed for each."""
    of = {"model": model_id, "grains": list(grains), "names": list(names), "first": span[0], "last": span[1]}
    if version_id is None:
        found = conn.execute(_BODIES, of)
    else:
        found = conn.execute(_BODIES_OF_VERSION, of | {"version": version_id})
    return [StoredBody(*row) for row in found]


def hashed(bodies: Iterable[StoredBody], *, grains: Sequence[Grain], names: Sequence[str]) -> dict[int, str]:
    """The states of some parts among those that were read."""
    hashes: dict[int, hashlib.blake2b] = {}
    for each in bodies:
        if each.part in names and each.grain in grains:
            held = hashes.setdefault(each.day, hashlib.blake2b(digest_size=12))
            held.update(f"{each.grain} {each.part} {each.version_id} {len(each.body)} ".encode())
            held.update(each.body)
    return {day: held.hexdigest() for day, held in sorted(hashes.items())}
