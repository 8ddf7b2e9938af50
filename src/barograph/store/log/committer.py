"""What many requests log at a time goes to the disk in one transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread
from time import monotonic
from types import TracebackType

from barograph.errors import BarographError
from barograph.store.errors import QueueFull, StoreUnavailable
from barograph.store.log.entry import Entry, Logged
from barograph.store.log.log import Log

#: Entries and bytes in one transaction: so many that the sync is shared, so few that the first does not wait long.
_ENTRIES, _BYTES = 256, 16 << 20
_QUEUE_BYTES = 256 << 20

_Waiting = tuple[Entry, "Future[Logged]"]
#: Called after each transaction with its seconds and its entries.
Observe = Callable[[float, int], None]


class GroupCommit:
    """A thread that writes what is submitted, all that waits at a time in one transaction.

    Parameters
    ----------
    log : written by this thread alone in this process.
    queue_rows, queue_bytes : how much may wait; one entry may, whatever its size.
    observe : called after each transaction with its seconds and its entries.

    Examples
    --------
    >>> import tempfile
    >>> from barograph.store.log import open_log
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log = open_log(f"sqlite:///{folder}/log.db")
    ...     with GroupCommit(log) as commits:
    ...         entry = Entry(
    ...             batch_id="a", model_id=1, kind="labels", body=b"", rows=0, received_at=0
    ...         )
    ...         commits.submit(entry).result().seq
    ...     log.close()
    1
    """

    def __init__(
        self,
        log: Log,
        *,
        queue_rows: int = 1_000_000,
        queue_bytes: int = _QUEUE_BYTES,
        observe: Observe | None = None,
    ) -> None:
        self._log, self._observe = log, observe
        self._queue_rows, self._queue_bytes = queue_rows, queue_bytes
        self._waiting: deque[_Waiting] = deque()
        self._rows = self._bytes = 0
        self._closed = False
        self._failure: str | None = None
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="barograph-log", daemon=True)
        self._thread.start()

    @property
    def waiting_rows(self) -> int:
        """Rows that were submitted and are not yet being written."""
        return self._rows

    @property
    def failure(self) -> str | None:
        """Why the last transaction failed; None where it did not."""
        return self._failure

    def submit(self, entry: Entry) -> Future[Logged]:
        """Have an entry written.

        Returns
        -------
        Future
            Done once the entry is on the disk, or failed with StoreUnavailable, and then nothing of it is kept.

        Raises
        ------
        QueueFull
            Where more waits than may.
        StoreUnavailable
            After `close`.
        """
        with self._changed:
            if self._closed:
                raise StoreUnavailable(
                    self._failure or "the server is stopping; send the same to it once it is back."
                )
            rows, size = self._rows + entry.rows, self._bytes + len(entry.body)
            if self._waiting and (rows > self._queue_rows or size > self._queue_bytes):
                raise QueueFull(
                    f"{self._rows} rows wait to be written, and at most {self._queue_rows} may. Send the same batch "
                    "again in a second."
                )
            self._rows, self._bytes = rows, size
            future: Future[Logged] = Future()
            # Running futures cannot be cancelled: an entry that is being written will be written.
            future.set_running_or_notify_cancel()
            self._waiting.append((entry, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """Write what waits, then stop; nothing more is taken."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def __enter__(self) -> GroupCommit:
        """Itself; closed at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _run(self) -> None:
        while group := self._next():
            try:
                self._write(group)
            except BaseException as error:
                self._stop(group, error)
                raise

    def _next(self) -> list[_Waiting]:
        """What is to be written next, waiting for it; empty once closed and done."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            group: list[_Waiting] = []
            size = 0
            while self._waiting and len(group) < _ENTRIES and size < _BYTES:
                entry, future = self._waiting.popleft()
                size += len(entry.body)
                self._rows -= entry.rows
                self._bytes -= len(entry.body)
                group.append((entry, future))
            return group

    def _write(self, group: list[_Waiting]) -> None:
        start = monotonic()
        try:
            logged = self._log.append([entry for entry, _ in group])
        except BarographError as error:
            self._failure = str(error)
            for _, future in group:
                future.set_exception(error)
            return
        self._failure = None
        try:
            if self._observe is not None:
                self._observe(monotonic() - start, len(group))
        finally:
            # They are in the log, whatever becomes of observing it.
            for (_, future), where in zip(group, logged, strict=True):
                future.set_result(where)

    def _stop(self, group: list[_Waiting], error: BaseException) -> None:
        """No request waits for ever for a thread that has ended by a bug."""
        told = StoreUnavailable(
            f"the log's writer has stopped ({type(error).__name__}: {error}). Start the server again and report this."
        )
        with self._changed:
            self._closed, self._failure = True, str(told)
            group += self._waiting
            self._waiting.clear()
        for _, future in group:
            if not future.done():
                future.set_exception(told)
