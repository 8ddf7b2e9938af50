"""Rows → batches → server, one step at a time. It knows neither threads nor the machine's clock."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterator, Sequence

from barograph_client.buffer.buffer import Buffer, Missing, Taken
from barograph_client.buffer.items import Stream
from barograph_client.clock import Clock
from barograph_client.edge import Complaints
from barograph_client.errors import UnreachableError
from barograph_client.sending.dead_letters import DeadLetters
from barograph_client.sending.messages import Messages
from barograph_client.sending.outbox import MemoryOutbox, Outbox
from barograph_client.sending.transport import Transport
from barograph_client.sending.verdict import Verdict, judge, pause_seconds
from barograph_client.settings import Settings
from barograph_client.stats import Counters
from barograph_client.wire.batch import Batch
from barograph_client.wire.batches import Batcher

#: A batch the server fails on (500) this often is set aside, so that it does not hold up all others.
_FAILURES_OF_A_BATCH = 10
_INTERNAL_ERROR = 500


class Sender:
    """Takes what waits, keeps it in the outbox, posts the oldest, and settles what the reply says.

    Parameters
    ----------
    buffers : where rows wait.
    messages : readings, heartbeats and the like, sent as they are.
    outbox : where batches stay until acknowledged; a second in memory stands in where that one fails.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        buffers: Sequence[Buffer],
        messages: Messages,
        batcher: Batcher,
        outbox: Outbox,
        transport: Transport,
        dead_letters: DeadLetters,
        clock: Clock,
        counters: Counters,
        complaints: Complaints,
        rng: random.Random,
    ) -> None:
        self._settings = settings
        self._buffers = buffers
        self._messages = messages
        self._batcher = batcher
        self._outboxes: tuple[Outbox, MemoryOutbox] = (outbox, MemoryOutbox())
        self._transport = transport
        self._dead_letters = dead_letters
        self._clock = clock
        self._counters = counters
        self._complaints = complaints
        self._rng = rng
        self._making: deque[Iterator[Batch]] = deque()
        self._ready: Batch | None = None
        self._taken_at = clock.monotonic()
        self._next_try = 0.0
        self._asked_until = 0.0
        self._failures = 0
        self._hurried = False
        # What a spool holds is seen at the first step.
        self._settled = not settings.spool
        self._failed_batch: Counter[str] = Counter()
        self.held_rows = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is left to be sent; safe to ask from any thread.

        What waits is looked at first: a step says that something is in hand before it takes it from there.
        """
        return self._nothing_waits() and self._settled

    def hurry(self) -> None:
        """Send all there is without waiting for batches to fill, and try now; a pause the server asked for is kept."""
        self._hurried = True
        self._next_try = self._asked_until

    def step(self) -> float:
        """Do what is due, at most one request.

        Returns
        -------
        Seconds until there is something to do; 0: at once.
        """
        now = self._clock.monotonic()
        self._take(now)
        self._fill()
        waiting = self._oldest()
        if waiting is None:
            self._settled = not self._is_taken
            self._hurried = self._hurried and not self._nothing_waits()
            return 0.0 if self._hurried else self._until_taking(now)
        if now < self._next_try:
            until = self._next_try - now
            return until if self._is_taken else min(until, self._until_taking(now))
        self._try(*waiting)
        return 0.0

    @property
    def _is_taken(self) -> bool:
        """Whether something is in hand; what waits is then left where it is."""
        return bool(self._making) or self._ready is not None

    def _nothing_waits(self) -> bool:
        return all(buffer.rows == 0 for buffer in self._buffers) and self._messages.is_empty

    def _take(self, now: float) -> None:
        """Take what waits where a batch is full or has waited long enough, and nothing is in hand."""
        if self._is_taken:
            return
        full = any(buffer.rows >= self._settings.batch_rows for buffer in self._buffers)
        if not (full or self._hurried or now - self._taken_at >= self._settings.interval_seconds):
            return
        self._taken_at = now
        self._settled = False
        self._making.append(self._messages.batches())
        for buffer in self._buffers:
            taken = buffer.take()
            self.held_rows += sum(item.rows for item in taken.items)
            if taken.items or taken.missing:
                self._making.append(self._counted(taken))

    def _counted(self, taken: Taken) -> Iterator[Batch]:
        """Batches of what was taken; what they hold leaves the count of rows in hand as the last is made."""
        rows = sum(item.rows for item in taken.items)
        for batch in self._batcher.batches(taken):
            yield batch
            made = min(rows, batch.rows)
            rows -= made
            self.held_rows -= made
        self.held_rows -= rows

    def _fill(self) -> None:
        """Put batches into the outbox while it has room."""
        while self._making or self._ready is not None:
            if self._ready is None:
                self._ready = next(self._making[0], None)
                if self._ready is None:
                    self._making.popleft()
                    continue
            if not self._put(self._ready):
                return
            self._ready = None

    def _put(self, batch: Batch) -> bool:
        first, second = self._outboxes
        if first.has_room():
            try:
                first.put(batch)
                return True
            except OSError as error:
                self._complaints.failed("spool", f"{error}; rows stay in memory")
        elif first.oldest() is not None:
            return False
        if second.has_room():
            second.put(batch)
            return True
        return False

    def _oldest(self) -> tuple[Outbox, Batch] | None:
        for outbox in self._outboxes:
            batch = outbox.oldest()
            if batch is not None:
                return outbox, batch
        return None

    def _try(self, outbox: Outbox, batch: Batch) -> None:
        headers = batch.headers(self._clock.now_us())
        try:
            reply = self._transport.post(batch.path, headers, batch.body)
        except UnreachableError as error:
            self._again(str(error), None)
            return
        verdict = judge(reply, now_us=self._clock.now_us())
        if reply.status == _INTERNAL_ERROR and self._fails_by_itself(batch):
            verdict = Verdict(outcome="refused", why=f"{verdict.why} ({_FAILURES_OF_A_BATCH} times)")
        if verdict.outcome == "again":
            self._again(verdict.why, verdict.after_seconds)
            return
        self._failures = 0
        self._next_try = 0.0
        self._failed_batch.clear()
        self._settle(outbox, batch, verdict)

    def _settle(self, outbox: Outbox, batch: Batch, verdict: Verdict) -> None:
        parts = batch.split() if verdict.outcome == "split" else []
        if verdict.outcome == "done":
            self._counters.sent(batch.rows if batch.model else 0, self._clock.now_us())
            for reason, rows in verdict.rejected.items():
                self._counters.count(self._counters.rejected, reason, rows)
                self._complaints.failed("rejected", f"{rows} rows of {batch.path}: {reason}")
        elif not parts:
            self._refuse(batch, verdict.why)
        outbox.done(parts)

    def _refuse(self, batch: Batch, why: str) -> None:
        kept = False
        with self._complaints.caught("dead letters"):
            kept = self._dead_letters.keep(batch, why, self._clock.now_us())
        where = "kept in the dead-letter file" if kept else "lost"
        self._complaints.failed("refused", f"{batch.rows} rows of {batch.path}: {why}; they are {where}")
        if batch.model:
            missing = Missing()
            missing.add(batch.rows, self._clock.now_us())
            self._batcher.dropped(Stream(batch.kind, batch.model, batch.version), "refused", missing)

    def _fails_by_itself(self, batch: Batch) -> bool:
        self._failed_batch[batch.key] += 1
        return self._failed_batch[batch.key] >= _FAILURES_OF_A_BATCH

    def _again(self, why: str, asked_seconds: float | None) -> None:
        self._failures += 1
        now = self._clock.monotonic()
        seconds = pause_seconds(self._failures, self._settings.retry_seconds, self._rng)
        if asked_seconds is not None:
            # Everyone was asked for the same pause; a tenth more by lot keeps them from coming back as one.
            seconds = asked_seconds * (1.0 + 0.1 * self._rng.random())
            self._asked_until = now + seconds
        self._next_try = now + seconds
        self._counters.retried(why)
        self._complaints.told("retry", why)

    def _until_taking(self, now: float) -> float:
        return max(0.0, self._taken_at + self._settings.interval_seconds - now)
