"""Pins: a profile that something cites is kept as it was, through retention and roll-up.

Deletion by id overrides a pin: the profile of days that held the id is emptied, and whoever replays what cites it is
told so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from typing import Any

import sqlalchemy as sa

from barograph.profile.codec import content, in_file, load
from barograph.profile.value import Profile
from barograph.store.errors import NotFound
from barograph.store.tables.pins import pinned_profiles, pins
from barograph.store.upsert import insert_all_missing, insert_missing


def pin(
    conn: sa.Connection,
    model_id: int,
    profile: Profile,
    *,
    cited_by: Collection[str],
    now: int,
    days: tuple[int, int] | None = None,
    configuration: Mapping[str, Any] | None = None,
    body: Callable[[], bytes] | None = None,
) -> str:
    """Keep a profile for all that cites it; returns the profile's hash.

    Parameters
    ----------
    cited_by : names such as ``"alert/17"``, each of which may cite several profiles.
    days : first and last local day of its rows (since 1970-01-01); None for a profile that was given, such as a
        reference, whose rows the server never had.
    configuration : what it was judged with.
    body : gives the profile as `barograph.save_profile` writes it, where that is at hand.
    now : microseconds UTC.
    """
    first, last = (None, None) if days is None else days
    # What is pinned but once is encoded but once.
    encoded = content(profile) if body is None else b""
    profile_hash = profile.hash if body is not None else hashlib.sha256(encoded).hexdigest()
    key = {"model_id": model_id, "profile_hash": profile_hash}
    if not _is_pinned(conn, model_id, profile_hash):
        written = in_file(encoded) if body is None else body()
        held = {"first_day": first, "last_day": last, "body": written, "emptied_at": None}
        insert_missing(conn, pinned_profiles, key | held, list(key))
    row = key | {"configuration": dict(configuration or {}), "created_at": now}
    rows = [row | {"cited_by": name} for name in cited_by]
    insert_all_missing(conn, pins, rows, ["model_id", "profile_hash", "cited_by"])
    return profile_hash


def _is_pinned(conn: sa.Connection, model_id: int, profile_hash: str) -> bool:
    """Whether something cites the profile already: many alerts cite one reference."""
    key = (pinned_profiles.c.model_id == model_id) & (pinned_profiles.c.profile_hash == profile_hash)
    return conn.execute(sa.select(pinned_profiles.c.model_id).where(key)).first() is not None


def pinned(conn: sa.Connection, model_id: int, profile_hash: str) -> Profile:
    """The profile of a hash, as it was when it was cited.

    Raises
    ------
    NotFound
        Where nothing cites such a profile, or it was emptied since rows in it were deleted by their id.
    """
    where = (pinned_profiles.c.model_id == model_id) & (pinned_profiles.c.profile_hash == profile_hash)
    row = conn.execute(sa.select(pinned_profiles).where(where)).one_or_none()
    if row is None:
        raise NotFound(f"no profile {profile_hash[:12]} is pinned for this model; nothing cites it any more.")
    if row.body is None:
        raise NotFound(
            f"profile {profile_hash[:12]} cannot be replayed: rows in it were deleted by their id, and with them the "
            "profile as it was. The days' profiles as they are now can be read."
        )
    return load(row.body, f"the pinned profile {profile_hash[:12]}")


def pins_of(conn: sa.Connection, model_id: int, cited_by: str) -> dict[str, Mapping[str, Any]]:
    """What something cites: by a profile's hash, the configuration it was judged with."""
    where = (pins.c.model_id == model_id) & (pins.c.cited_by == cited_by)
    asked = sa.select(pins.c.profile_hash, pins.c.configuration).where(where).order_by(pins.c.id)
    return {row.profile_hash: row.configuration for row in conn.execute(asked)}


def unpin(conn: sa.Connection, model_id: int, cited_by: str) -> None:
    """Forget what something cites, and the profiles nothing else cites."""
    conn.execute(sa.delete(pins).where(pins.c.model_id == model_id, pins.c.cited_by == cited_by))
    cited = sa.select(pins.c.profile_hash).where(pins.c.model_id == model_id)
    free = pinned_profiles.c.profile_hash.not_in(cited)
    conn.execute(sa.delete(pinned_profiles).where(pinned_profiles.c.model_id == model_id, free))


def empty_pins(conn: sa.Connection, model_id: int, days: tuple[int, int], *, now: int) -> int:
    """Empty the pinned profiles with rows of some days, first to last; returns how many.

    What cites them keeps its hashes and figures, and cannot be replayed.
    """
    first, last = days
    touched = (
        (pinned_profiles.c.model_id == model_id)
        & pinned_profiles.c.body.is_not(None)
        & (pinned_profiles.c.first_day <= last)
        & (pinned_profiles.c.last_day >= first)
    )
    emptied = sa.update(pinned_profiles).where(touched).values(body=None, emptied_at=now)
    return conn.execute(emptied).rowcount
