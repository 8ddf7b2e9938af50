"""When a project's digest and weekly summary are told, and through which time they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from barograph.store.tables.alerts import digests
from barograph.store.upsert import insert_missing

DigestKind = Literal["digest", "summary"]
DIGEST_KINDS: Final[tuple[DigestKind, ...]] = ("digest", "summary")
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDigest:
    """When one of the two is told.

    Attributes
    ----------
    kind : `digest` every day, `summary` every week.
    hour, weekday : local; Monday is 0, and of the digest it means nothing.
    channels : names of those that are told; None: those of the routes that say so.
    told_through : up to when it was told, µs UTC.
    """

    project_id: int
    kind: DigestKind
    enabled: bool = True
    hour: int = 8
    weekday: int = 0
    timezone: str = "UTC"
    channels: tuple[str, ...] | None = None
    told_through: int


def kept_digests(conn: sa.Connection) -> dict[tuple[int, DigestKind], StoredDigest]:
    """Those of all projects, by project and kind."""
    found = conn.execute(sa.select(digests)).mappings()
    return {(row["project_id"], row["kind"]): _digest(row) for row in found}


def digest_of(conn: sa.Connection, project_id: int, kind: DigestKind, *, now: int) -> StoredDigest:
    """When it is told: as was said, or else at 8 in UTC, on Mondays, from `now` (µs UTC) on."""
    asked = sa.select(digests).where(digests.c.project_id == project_id, digests.c.kind == kind)
    row = conn.execute(asked).mappings().one_or_none()
    return StoredDigest(project_id=project_id, kind=kind, told_through=now) if row is None else _digest(row)


def keep_digest(conn: sa.Connection, digest: StoredDigest) -> None:
    """Keep when it is told; through which time it was told stays as it is where it was kept before."""
    row = _row(digest)
    if not insert_missing(conn, digests, row, ["project_id", "kind"]):
        del row["told_through"]
        mine = (digests.c.project_id == digest.project_id) & (digests.c.kind == digest.kind)
        conn.execute(sa.update(digests).where(mine).values(**row))


def move_on(conn: sa.Connection, digest: StoredDigest, *, through: int) -> bool:
    """Note that it is told through a time; False where another process has done so meanwhile."""
    mine = (digests.c.project_id == digest.project_id) & (digests.c.kind == digest.kind)
    still = mine & (digests.c.told_through == digest.told_through)
    return conn.execute(sa.update(digests).where(still).values(told_through=through)).rowcount == 1


def latest_moment(digest: StoredDigest, now: int) -> int:
    """The latest time at or before `now` at which it was to be told (µs UTC).

    Where clocks were set forward over its hour, it is told when they were.

    Examples
    --------
    >>> noon = 1_700_049_600_000_000
    >>> daily = StoredDigest(project_id=1, kind="digest", hour=8, timezone="Europe/Berlin", told_through=0)
    >>> (noon - latest_moment(daily, noon)) / 3_600_000_000
    5.0
    """
    zone = ZoneInfo(digest.timezone)
    local = (_EPOCH + timedelta(microseconds=now)).astimezone(zone)
    day = local.date()
    if digest.kind == "summary":
        day -= timedelta(days=(day.weekday() - digest.weekday) % 7)
    step = timedelta(days=7 if digest.kind == "summary" else 1)
    moment = datetime(day.year, day.month, day.day, digest.hour, tzinfo=zone)
    if moment.astimezone(UTC) > local.astimezone(UTC):
        day -= step
        moment = datetime(day.year, day.month, day.day, digest.hour, tzinfo=zone)
    return (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND


def _row(digest: StoredDigest) -> dict[str, object]:
    row = {name: getattr(digest, name) for name in StoredDigest.__dataclass_fields__}
    return row | {"channels": sa.null() if digest.channels is None else list(digest.channels)}


def _digest(row: sa.RowMapping) -> StoredDigest:
    named = row["channels"]
    return StoredDigest(**{**row, "channels": None if named is None else tuple(named)})
