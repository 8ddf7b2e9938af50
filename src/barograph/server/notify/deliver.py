"""What is due is sent, each row by a thread of its own: a receiver that is slow holds up its own channel alone.

Where more channels than there are threads hang at once, the others wait for the first that gives up, and come before
those that have failed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from threading import Event
from typing import Final

import numpy as np

from barograph.server.clock import Clock
from barograph.server.notify.kinds import Making, make_channel
from barograph.server.notify.letter import Letter, read_letter, said_in
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent
from barograph.server.unforeseen import UNFORESEEN
from barograph.store import outbox
from barograph.store.channels import Seal, channel_by_id
from barograph.store.database import Database
from barograph.store.errors import Damaged, NotFound
from barograph.store.notifications import Notification
from barograph.store.tallies import tally

_logger = logging.getLogger(__name__)
_SECOND_US: Final = 1_000_000
#: A row whose worker has not been heard of for so long is another's. Those that are being sent are held on to.
HOLD_SECONDS: Final = 45.0
_WORKERS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorting:
    """What letters are made of and sent with.

    Attributes
    ----------
    seal : opens what channels are reached with.
    making : what channels are made with.
    compose : makes the letter of a row that has none yet, as things are now.
    wall_us : the machine's time, µs UTC: claims go by it.
    pace_seconds : least time between two messages of a channel.
    """

    database: Database
    seal: Seal
    making: Making
    compose: Callable[[Notification], Letter]
    wall_us: Callable[[], int] = lambda: time.time_ns() // 1_000
    pace_seconds: float = 1.0


class Deliveries:
    """Sends what is due.

    Parameters
    ----------
    sorting : what letters are made of and sent with.
    clock : the server's time.
    rng : draws the pauses before further attempts.
    """

    def __init__(self, sorting: Sorting, clock: Clock, *, rng: np.random.Generator) -> None:
        self.sorting, self.clock, self._rng = sorting, clock, rng
        self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="deliver")
        self._running: dict[Future[None], Notification] = {}
        self._held_at = 0
        self._resting: dict[int, int] = {}

    def step(self) -> bool:
        """Begin to send what is due and can be sent now; returns whether there was any."""
        now, wall_now = self.clock.now(), self.sorting.wall_us()
        self._running = {each: row for each, row in self._running.items() if not each.done()}
        self._hold(wall_now)
        self._resting = {channel: until for channel, until in self._resting.items() if until > wall_now}
        free = _WORKERS - len(self._running)
        if not free:
            return False
        with self.sorting.database.reading() as conn:
            if not outbox.is_due(conn, now=now):
                return False
        with self.sorting.database.writing() as conn:
            rows = outbox.claim(
                conn, now=now, wall_now=wall_now, hold_seconds=HOLD_SECONDS, limit=free, not_to=list(self._resting)
            )  # fmt: skip
        rest_us = round(self.sorting.pace_seconds * _SECOND_US)
        for row in rows:
            if rest_us:
                self._resting[row.channel_id] = wall_now + rest_us
            self._running[self._pool.submit(self._deliver, row)] = row
        return bool(rows)

    def _hold(self, wall_now: int) -> None:
        """Hold on to what is being sent, well before the claim is over."""
        if not self._running:
            self._held_at = wall_now
        elif wall_now - self._held_at >= HOLD_SECONDS * _SECOND_US / 3:
            self._held_at = wall_now
            ids = [row.id for row in self._running.values()]
            with self.sorting.database.writing() as conn:
                outbox.hold(conn, ids, wall_now=wall_now, hold_seconds=HOLD_SECONDS)

    def settle(self, seconds: float | None = None) -> None:
        """Wait until what was begun has ended, or for so long."""
        wait(self._running, timeout=seconds)

    def close(self) -> None:
        """Let what was begun end, and begin nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _deliver(self, row: Notification) -> None:
        try:
            letter, outcome = self._attempt(row)
            self._note(row, letter, outcome)
        except UNFORESEEN:
            # Its claim ends by itself, and the row is sent again with the same key.
            _logger.exception("notification %s cannot be marked; it is sent again", row.id)

    def _attempt(self, row: Notification) -> tuple[Letter | None, Outcome]:
        letter: Letter | None = None
        try:
            with self.sorting.database.reading() as conn:
                channel = channel_by_id(conn, row.channel_id)
            if channel is None:
                return None, Refused(why="the channel was deleted")
            held = channel.opened(self.sorting.seal)
            letter = replace(self._letter(row), language=held.language)
            made = make_channel(channel.kind, held.config, self.sorting.making)
            return letter, made.send(said_in(letter, held.language), row.key)
        except (Damaged, NotFound) as error:
            return letter, Refused(why=str(error))
        except UNFORESEEN as error:
            _logger.exception("notification %s to channel %s failed", row.id, row.channel)
            return letter, Failed(why=f"{type(error).__name__}: {error}")

    def _letter(self, row: Notification) -> Letter:
        """What the row tells: made at the first attempt, and the same at every other."""
        if row.body is not None:
            return read_letter(row.body)
        made = self.sorting.compose(row)
        with self.sorting.database.writing() as conn:
            return read_letter(outbox.freeze(conn, row, made.written()))

    def _note(self, row: Notification, letter: Letter | None, outcome: Outcome) -> None:
        now = self.clock.now()
        with self.sorting.database.writing() as conn:
            if isinstance(outcome, Sent):
                body = None if letter is None else letter.written()
                outbox.done(conn, row, now=now, note=outcome.note, body=body)
                told = "sent"
            elif isinstance(outcome, Refused):
                outbox.failed(conn, row, error=outcome.why, now=now, rng=self._rng, for_good=True)
                told = "refused"
            else:
                state = outbox.failed(
                    conn, row, error=outcome.why, now=now, rng=self._rng, after_seconds=outcome.after_seconds,
                    body=_with_arrived(letter, outcome),
                )  # fmt: skip
                told = "dead" if state == "dead" else "failed"
            tally(conn, "notifications", row.project_id, {(row.kind, told): 1}, now=now)


def keep_delivering(deliveries: Deliveries, stop: Event, *, pause_seconds: float = 1.0) -> None:
    """Send what is due until `stop` is set: in a thread of its own, since receivers take as long as they take."""
    while not stop.is_set():
        try:
            deliveries.step()
        except UNFORESEEN:
            # One message's failure is noted beside it; this is of all: no database.
            _logger.exception("messages cannot be sent now; it is tried again")
        stop.wait(pause_seconds)
    deliveries.close()


def _with_arrived(letter: Letter | None, outcome: Failed) -> dict[str, object] | None:
    """The letter, with those who need not be sent it again; None where nobody new has it."""
    if letter is None or not outcome.arrived:
        return None
    return {**letter.written(), "arrived": sorted({*letter.arrived, *outcome.arrived})}
