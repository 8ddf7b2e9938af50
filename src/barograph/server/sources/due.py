"""Sources read when they are due, by whichever process comes first."""

from __future__ import annotations

import logging
from threading import Event
from typing import Final

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.server.clock import Clock
from barograph.server.sources.run import Reach, StoppedError, run_source
from barograph.store.errors import Conflict
from barograph.store.events import record
from barograph.store.leases import claim, release
from barograph.store.sources import StoredSource, due_sources, note_run

_logger = logging.getLogger(__name__)
#: A source is another's after this, should its process die; one that takes longer is stopped by its cursor.
_LEASE_SECONDS: Final = 3_600.0
#: Characters of an error that its event repeats.
_LONGEST_TOLD: Final = 900


def run_due(reach: Reach, *, now: int) -> bool:
    """Read every source that is due; returns whether one was read.

    One that cannot be read is noted with its reason, and tried again later; the others go on.

    Parameters
    ----------
    now : µs UTC.
    """
    with reach.store.database.reading() as conn:
        due = due_sources(conn, now)
    return sum(_run(reach, source, now) for source in due) > 0


def keep_reading(reach: Reach, clock: Clock, stop: Event, *, pause_seconds: float = 5.0) -> None:
    """Read sources until `stop` is set: in a thread of its own, since a large file takes as long as it takes."""
    while not stop.is_set():
        done = False
        try:
            done = run_due(reach, now=clock.now())
        except Exception:
            # One source's failure is noted beside it; this is of all: no database, no lease.
            _logger.exception("sources cannot be read now; they are tried again")
        if not done:
            stop.wait(pause_seconds)


def _run(reach: Reach, source: StoredSource, now: int) -> bool:
    lease = f"source/{source.id}"
    with reach.store.database.writing() as conn:
        # Leases go by the machine's time, however fast the server's clock runs.
        if not claim(conn, lease, reach.owner, reach.wall_ns() // 1_000, _LEASE_SECONDS):
            return False
        # Another process may have read it since it was found to be due.
        still_due = [each for each in due_sources(conn, now) if each.id == source.id]
        if not still_due:
            release(conn, lease, reach.owner)
            return False
    source = still_due[0]
    try:
        error = _tried(reach, source, now)
    except (Conflict, StoppedError):
        return False
    finally:
        with reach.store.database.writing() as conn:
            release(conn, lease, reach.owner)
    with reach.store.database.writing() as conn:
        note_run(conn, source, now=now, error=error)
        if error is not None and source.failures == 0:
            record(
                conn, model_id=source.model_id, project_id=source.project_id, kind="source_failed", at=now,
                name=say("source {source} cannot be read: {error}", source=source.name, error=error[:_LONGEST_TOLD]),
                details={"source": source.name, "kind": source.kind}, source=f"source {source.name}",
            )  # fmt: skip
    return True


def _tried(reach: Reach, source: StoredSource, now: int) -> str | None:
    """Read a source; the reason where it cannot be read."""
    try:
        run_source(reach, source, now=now)
    except (Conflict, StoppedError):
        raise
    except BarographError as error:
        _logger.warning("source %s cannot be read: %s", source.name, error)
        return str(error)
    except Exception as error:
        _logger.exception("source %s failed", source.name)
        return f"{type(error).__name__}: {error}"
    return None
