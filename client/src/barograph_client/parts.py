"""The parts of a client, put together."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from barograph_client.buffer.buffer import Buffer
from barograph_client.calls.calls import Calls
from barograph_client.calls.schedule import Schedule
from barograph_client.clock import Clock
from barograph_client.edge import Complaints
from barograph_client.identifiers import Identifiers
from barograph_client.reporting import Reporting
from barograph_client.sending.dead_letters import DeadLetters
from barograph_client.sending.messages import Messages
from barograph_client.sending.outbox import MemoryOutbox
from barograph_client.sending.sender import Sender
from barograph_client.sending.thread import SendingThread
from barograph_client.sending.transport import HttpTransport, Transport
from barograph_client.settings import Settings
from barograph_client.spool.spool import Spool
from barograph_client.stats import Counters, Stats
from barograph_client.wire.batches import Batcher

#: A limit in half: one half waits, the other is being sent.
_HALVES = 2
#: A thread that has nothing left to do has this long to end.
_LAST_SECONDS = 0.1


@dataclass(slots=True, kw_only=True)
class Parts:
    """One process's client; the child of a fork makes its own."""

    pid: int
    settings: Settings
    ids: Identifiers
    rows: Buffer
    frames: Buffer
    messages: Messages
    calls: Calls
    sender: Sender
    thread: SendingThread
    spool: Spool | None
    transport: Transport
    counters: Counters
    complaints: Complaints
    reporting: Reporting
    started: bool = False

    def start(self) -> None:
        """Start the sending thread."""
        self.thread.start()
        self.started = self.thread.is_running

    def stats(self) -> Stats:
        """The account now."""
        found = self.counters.snapshot()
        return replace(
            found,
            queued_rows=self.rows.rows + self.frames.rows + self.sender.held_rows,
            queued_bytes=self.rows.bytes + self.frames.bytes,
            spooled_bytes=self.spool.bytes if self.spool else 0,
        )

    def flush(self, seconds: float) -> bool:
        """Send all there is, within a time."""
        self.sender.hurry()
        return self.thread.wait(lambda: self.sender.is_idle, time.monotonic() + seconds)

    def close(self, seconds: float) -> bool:
        """Flush, end the thread, let go of files and connections."""
        deadline = time.monotonic() + seconds
        done = self.flush(seconds)
        self.started = False
        if self.thread.stop(max(deadline - time.monotonic(), _LAST_SECONDS)):
            self.transport.close()
            if self.spool is not None:
                self.spool.close()
        return done

    def abandon(self) -> None:
        """Close what the child of a fork inherited, without touching what is the parent's."""
        self.transport.close()
        if self.spool is not None:
            self.spool.renew()


def assemble(
    settings: Settings,
    *,
    clock: Clock,
    transport: Transport | None,
    on_error: Callable[[str, str], object] | None,
    rng: random.Random,
) -> Parts:
    """Put a client together; nothing is opened and no thread runs yet.

    Raises
    ------
    SettingsError
        The proxy's address cannot be read.
    """
    counters = Counters()
    complaints = Complaints(counters, clock, on_error)
    ids = Identifiers()
    rows, frames = _buffer(settings, rng), _buffer(settings, rng)
    messages = Messages(settings, ids, counters, complaints)
    calls = Calls()
    spool = _spool(settings, clock, complaints)
    chosen = transport or HttpTransport(settings)
    sender = Sender(
        settings=settings,
        buffers=(rows, frames),
        messages=messages,
        batcher=Batcher(
            settings=settings, counters=counters, complaints=complaints, ids=ids, pause=_offer_the_lock
        ),
        outbox=spool or MemoryOutbox(),
        transport=chosen,
        dead_letters=DeadLetters(settings.dead_letters, settings.dead_letter_bytes),
        clock=clock,
        counters=counters,
        complaints=complaints,
        rng=rng,
    )
    schedule = Schedule(complaints)
    reporting = Reporting(
        settings=settings, clock=clock, messages=messages, calls=calls, complaints=complaints
    )
    reporting.plan(schedule)

    def step() -> float:
        calls.fold()
        until = schedule.run(clock.monotonic())
        return min(until, sender.step())

    parts = Parts(
        pid=os.getpid(),
        settings=settings,
        ids=ids,
        rows=rows,
        frames=frames,
        messages=messages,
        calls=calls,
        sender=sender,
        thread=SendingThread(step, complaints),
        spool=spool,
        transport=chosen,
        counters=counters,
        complaints=complaints,
        reporting=reporting,
    )
    reporting.account = parts.stats
    return parts


def _buffer(settings: Settings, rng: random.Random) -> Buffer:
    rows = max(settings.queue_rows // _HALVES, 1)
    return Buffer(rows=rows, bytes=settings.queue_bytes // _HALVES, rng=rng)


def _spool(settings: Settings, clock: Clock, complaints: Complaints) -> Spool | None:
    if not settings.spool:
        return None
    folder = Path(settings.spool)
    return Spool(folder, limit_bytes=settings.spool_bytes, clock=clock, complaints=complaints)


def _offer_the_lock() -> None:
    """Let a thread that waits for Python's lock have it."""
    time.sleep(0)
