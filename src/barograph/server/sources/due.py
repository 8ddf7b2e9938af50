"""Sources read when they are due, by whichever process comes first."""

from __future__ import annotations

import logging
from threading import Event
from typing import Final

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.server.clock import Clock
from barograph.server.sources.run import Reach, StoppedError, run_source
from barograph.server.unforeseen import UNFORESEEN
from barograph.store.errors import Conflict
from barograph.store.events import read_events, record
from barograph.store.leases import claim, release
from barograph.store.sources import StoredSource, due_sources, failing_sources, note_run

_logger = logging.getLogger(__name__)
#: A source is another's after this, should its process die; one that takes longer is stopped by its cursor.
_LEASE_SECONDS: Final = 3_600.0
_HOUR_US: Final = 3_600_000_000
_FAILED: Final = "source_failed"
#: Characters of an error that its event repeats.
_LONGEST_TOLD: Final = 900


def run_due(reach: Reach, *, now: int) -> bool:
    """Read every source that is due; returns whether one was read.

    One that cannot be read is noted with its reason, and tried again later; the others go on. As long as it cannot,
    however seldom it is tried, each hour has an event that says so: an alert on it lasts as long as the failure.

    Parameters
    ----------
    now : µs UTC.
    """
    with reach.store.database.reading() as conn:
        due = due_sources(conn, now)
    done = sum(_run(reach, source, now) for source in due) > 0
    _tell_failing(reach, now)
    return done


def keep_reading(reach: Reach, clock: Clock, stop: Event, *, pause_seconds: float = 5.0) -> None:
    """Read sources until `stop` is set: in a thread of its own, since a large file takes as long as it takes."""
    while not stop.is_set():
        done = False
        try:
            done = run_due(reach, now=clock.now())
        except UNFORESEEN:
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
    return True


def _tell_failing(reach: Reach, now: int) -> None:
    """Write the hour's event of each source that cannot be read, where it has none yet."""
    hour = now // _HOUR_US
    with reach.store.database.reading() as conn:
        failing = failing_sources(conn)
        events = read_events(conn, first=hour * _HOUR_US, kinds=(_FAILED,)) if failing else []
    told = {event.details.get("source_id") for event in events}
    untold = [source for source in failing if source.id not in told]
    if not untold:
        return
    with reach.store.database.writing() as conn:
        for source in untold:
            error = (source.error or "")[:_LONGEST_TOLD]
            record(
                conn, model_id=source.model_id, project_id=source.project_id, kind=_FAILED, at=now,
                name=say("source {source} cannot be read: {error}", source=source.name, error=error),
                details={"source": source.name, "source_id": source.id, "kind": source.kind},
                source=f"source {source.name}", once=f"{source.id}/{hour}",
            )  # fmt: skip


def _tried(reach: Reach, source: StoredSource, now: int) -> str | None:
    """Read a source; the reason where it cannot be read."""
    try:
        run_source(reach, source, now=now)
    except (Conflict, StoppedError):
        raise
    except BarographError as error:
        _logger.warning("source %s cannot be read: %s", source.name, error)
        return str(error)
    except UNFORESEEN as error:
        _logger.exception("source %s failed", source.name)
        return f"{type(error).__name__}: {error}"
    return None
