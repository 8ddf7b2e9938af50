"""The outbox on disk."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from barograph_client.clock import Clock
from barograph_client.edge import Complaints
from barograph_client.spool.folders import QUARANTINE, Owned, bytes_of_others, left_behind, own_folder
from barograph_client.spool.frames import Found
from barograph_client.spool.segment import Segment
from barograph_client.wire.batch import Batch, read_batch

#: A segment is closed at this size and deleted when all of it is acknowledged.
SEGMENT_BYTES = 4 * 2**20
#: Other processes' folders are looked at this often: for their size, and whether they were left behind.
_LOOK_SECONDS = 15.0
#: So many damaged stretches are kept to be looked at.
_QUARANTINED = 100


class Spool:
    """Batches in segments of 4 MiB, each on disk before the next is made, deleted after acknowledgement only.

    A batch acknowledged shortly before a crash may be sent again; its key is the same, so the server counts it once.
    Segments that a killed process left are taken over, oldest first. What is damaged goes to `quarantine/`.

    Parameters
    ----------
    folder : the spool, shared by the processes of an application; on a disk of this machine.
    limit_bytes : the whole folder grows to this.
    """

    def __init__(self, folder: Path, *, limit_bytes: int, clock: Clock, complaints: Complaints) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._clock = clock
        self._complaints = complaints
        self._owned: list[Owned] = []
        self._others_bytes = 0
        self._looked_at: float | None = None
        self._forget()

    def _forget(self) -> None:
        self._own: Owned | None = None
        self._number = 0
        self._current: tuple[Owned, Segment, Found, Batch] | None = None
        self._ahead: deque[Batch] = deque()

    @property
    def bytes(self) -> int:
        """Size of what this process holds."""
        return sum(segment.size for owned in self._owned for segment in owned.segments)

    def has_room(self) -> bool:
        """Whether the folder is below its limit."""
        self._look()
        return self.bytes + self._others_bytes < self._limit_bytes

    def put(self, batch: Batch) -> None:
        """Write a batch; it is on disk when this returns.

        Raises
        ------
        OSError
            It could not be written.
        """
        if self._own is None:
            self._own = own_folder(self._folder)
            self._owned.append(self._own)
        segments = self._own.segments
        if segments and segments[-1].size >= SEGMENT_BYTES:
            segments[-1].close()
        if not segments or segments[-1].size >= SEGMENT_BYTES:
            self._number += 1
            segments.append(Segment.create(self._own.path / f"{self._number:08}.seg"))
        segments[-1].append(batch.to_bytes())

    def oldest(self) -> Batch | None:
        """The oldest batch; what a dead process left comes first."""
        if self._ahead:
            return self._ahead[0]
        if self._current is None:
            self._look()
            self._current = self._read()
        return self._current[3] if self._current else None

    def done(self, instead: list[Batch]) -> None:
        """The oldest batch is settled. Its halves wait in memory; the file keeps the whole until both are settled."""
        if self._ahead:
            self._ahead.popleft()
        self._ahead.extendleft(reversed(instead))
        if not self._ahead and self._current is not None:
            _, segment, found, _ = self._current
            self._current = None
            segment.advance(found.end)

    def close(self) -> None:
        """Let go of what is held; folders with unsent batches stay for the next process."""
        if self._current is None:
            self._current = self._read()
        for owned in self._owned:
            if any(segment.size for segment in owned.segments):
                owned.abandon()
                continue
            for segment in owned.segments:
                segment.remove()
            owned.remove()
        self._owned.clear()
        self._forget()

    def renew(self) -> None:
        """Forget what is the parent's: for the child of a fork."""
        for owned in self._owned:
            owned.abandon()
        self._owned.clear()
        self._forget()

    def _read(self) -> tuple[Owned, Segment, Found, Batch] | None:
        """The next whole batch; empty segments and folders are removed on the way, damage is set aside."""
        for owned in list(self._owned):
            while owned.segments:
                segment = owned.segments[0]
                found = segment.read()
                if found is None:
                    if owned is self._own and len(owned.segments) == 1:
                        break
                    owned.segments.pop(0).remove()
                    continue
                batch = self._batch(segment, found)
                if batch is not None:
                    return owned, segment, found, batch
                segment.advance(found.end)
            if not owned.segments and owned is not self._own:
                self._owned.remove(owned)
                owned.remove()
        return None

    def _batch(self, segment: Segment, found: Found) -> Batch | None:
        if found.payload is not None:
            try:
                return read_batch(found.payload)
            except ValueError as error:
                self._complaints.failed("spool", f"{segment.path}: {error}")
        self._quarantine(segment, found)
        return None

    def _quarantine(self, segment: Segment, found: Found) -> None:
        damaged = segment.damaged(found)
        folder = self._folder / QUARANTINE
        with self._complaints.caught("quarantine"):
            folder.mkdir(mode=0o700, exist_ok=True)
            if sum(1 for _ in folder.iterdir()) < _QUARANTINED:
                name = f"{segment.path.parent.name}-{segment.path.stem}-{found.end}"
                (folder / name).write_bytes(damaged)
        self._complaints.failed(
            "spool", f"{len(damaged)} bytes of {segment.path} are damaged; set aside in {folder}"
        )

    def _look(self) -> None:
        """Now and then, take over what was left behind, and see what others hold."""
        now = self._clock.monotonic()
        if self._looked_at is not None and now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        with self._complaints.caught("spool"):
            held = {owned.path for owned in self._owned}
            adopted = left_behind(self._folder, held)
            self._owned[:0] = adopted
            held |= {owned.path for owned in adopted}
            self._others_bytes = bytes_of_others(self._folder, held)
