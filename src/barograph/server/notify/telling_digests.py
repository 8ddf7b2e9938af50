"""Digests and weekly summaries put into the outbox when they are due, once, by whichever process comes first."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from barograph.server.notify.digest import Span, digest_document, first_of, summary_document
from barograph.server.notify.kinds import KINDS
from barograph.server.notify.letter import Letter
from barograph.store import catalog, outbox
from barograph.store.catalog import Project
from barograph.store.channels import all_channels
from barograph.store.database import Database
from barograph.store.digests import (
    DIGEST_KINDS,
    StoredDigest,
    keep_digest,
    kept_digests,
    latest_moment,
    move_on,
)

#: Names of a project's channels that its routes send digests to.
Routed = Callable[[sa.Connection, int], tuple[str, ...]]


def tell_digests(database: Database, *, now: int, routed: Routed, public_url: str = "") -> bool:
    """Put what is due into the outbox; returns whether anything was.

    Parameters
    ----------
    now : of the server's clock, µs UTC.
    routed : which channels routes send digests to, where a project says nothing else.
    public_url : how the server is reached, for links.
    """
    with database.reading() as conn:
        projects, kept = catalog.projects(conn), kept_digests(conn)
    done = False
    for project in projects:
        for kind in DIGEST_KINDS:
            digest = kept.get((project.id, kind))
            if digest is None:
                # Seen for the first time: it is told of what comes from now on.
                _begin(database, StoredDigest(project_id=project.id, kind=kind, told_through=now))
            elif digest.enabled and digest.told_through < latest_moment(digest, now):
                done |= _tell(database, project, digest, now=now, routed=routed, public_url=public_url)
    return done


def _begin(database: Database, digest: StoredDigest) -> None:
    with database.writing() as conn:
        keep_digest(conn, digest)


def _tell(
    database: Database, project: Project, digest: StoredDigest, *, now: int, routed: Routed, public_url: str
) -> bool:
    due = latest_moment(digest, now)
    with database.writing() as conn:
        if not move_on(conn, digest, through=due):
            return False
        span = Span(
            project_id=project.id,
            project=project.name,
            first=first_of(digest, due),
            end=due,
            timezone=digest.timezone,
            public_url=public_url,
        )
        document = digest_document(conn, span) if digest.kind == "digest" else summary_document(conn, span)
        if document is None:
            return False
        letter = Letter(kind=digest.kind, document=document, project=project.name, reason=digest.kind)
        names = routed(conn, project.id) if digest.channels is None else digest.channels
        kinds = {channel.name: channel.kind for channel in all_channels(conn, project.id)}
        for name in names:
            if name in kinds and KINDS[kinds[name]].takes_digests:
                outbox.put(
                    conn, project_id=project.id, channel=name, reason=digest.kind, now=now, body=letter.written(),
                    key=f"{digest.kind}/{project.id}/{due}/{name}",
                )  # fmt: skip
    return True
