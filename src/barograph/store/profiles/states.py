"""What stored figures rest on, told apart by a hash of the stored parts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from barograph.store.profiles.part import Grain
from barograph.store.tables.profiles import profiles as table


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
    asked = (
        sa.select(table.c.day, table.c.grain, table.c.part, table.c.version_id, table.c.body)
        .where(
            table.c.model_id == model_id,
            table.c.grain.in_(list(grains)),
            table.c.part.in_(list(names)),
            table.c.day.between(*span),
        )
        .order_by(table.c.grain, table.c.part, table.c.version_id)
    )
    if version_id is not None:
        asked = asked.where(table.c.version_id == version_id)
    hashes: dict[int, hashlib.blake2b] = {}
    for day, grain, part, version, body in conn.execute(asked):
        held = hashes.setdefault(day, hashlib.blake2b(digest_size=12))
        held.update(f"{grain} {part} {version} {len(body)} ".encode())
        held.update(body)
    return {day: held.hexdigest() for day, held in sorted(hashes.items())}
