"""What belongs to the call at hand: who has logged it already, and under which ids.

A wrapped model inside a monitored function inside the middleware sees the same rows three times. The innermost logs
them; the others find its note and leave it at that. A note goes with the context, so that threads and tasks started
from it see it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

#: Ids logged within the call at hand, by model; None outside any.
_NOTES: ContextVar[dict[str, list[str]] | None] = ContextVar("barograph_notes", default=None)
#: Ids the caller wants for the next rows.
_WANTED: ContextVar[Sequence[str] | None] = ContextVar("barograph_ids", default=None)
_SILENT: ContextVar[bool] = ContextVar("barograph_silent", default=False)
_LAST: ContextVar[Sequence[str]] = ContextVar("barograph_last_ids", default=())


class Call:
    """A call as seen from outside: what was logged inside it.

    Examples
    --------
    >>> with Call() as call:
    ...     note("credit", ["a1"])
    >>> call.logged("credit"), call.logged("fraud")
    (['a1'], [])
    """

    __slots__ = ("_notes", "_outer", "_token")

    def __enter__(self) -> Call:
        self._outer = _NOTES.get()
        self._notes: dict[str, list[str]] = {}
        self._token = _NOTES.set(self._notes)
        return self

    def __exit__(self, *_: object) -> None:
        _NOTES.reset(self._token)
        if self._outer is not None and self._notes:
            for model, ids in self._notes.items():
                self._outer.setdefault(model, []).extend(ids)

    def logged(self, model: str) -> list[str]:
        """Ids of this model's rows that were logged inside the call."""
        return self._notes.get(model, [])

    def all_logged(self) -> list[str]:
        """Ids of every model's rows that were logged inside the call."""
        return [i for ids in self._notes.values() for i in ids]


def note(model: str, ids: Sequence[str]) -> None:
    """Leave a note that these ids were logged."""
    notes = _NOTES.get()
    if notes is not None:
        notes.setdefault(model, []).extend(ids)


def keep_last(ids: Sequence[str]) -> None:
    """Remember ids their caller is not given, for `last_ids`."""
    _LAST.set(ids)


def last_ids() -> list[str]:
    """Ids of the rows last logged by a wrapped model or monitored function in this thread or task.

    Examples
    --------
    >>> keep_last(["a1", "a2"])
    >>> last_ids()
    ['a1', 'a2']
    """
    return list(_LAST.get())


@contextmanager
def prediction_ids(ids: Sequence[str]) -> Iterator[None]:
    """Give the rows predicted inside these ids, one a row, instead of made ones.

    Examples
    --------
    >>> with prediction_ids(["order-17"]):
    ...     wanted_ids(1)
    ['order-17']
    """
    token = _WANTED.set(ids)
    try:
        yield
    finally:
        _WANTED.reset(token)


def wanted_ids(rows: int) -> list[str] | None:
    """Ids the caller gave, where they are as many as the rows."""
    ids = _WANTED.get()
    return [str(i) for i in ids] if ids is not None and len(ids) == rows else None


@contextmanager
def silent() -> Iterator[None]:
    """Log nothing inside: for probes, warm-ups and evaluations.

    Examples
    --------
    >>> with silent():
    ...     is_silent()
    True
    """
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def is_silent() -> bool:
    """Whether nothing is to be logged here."""
    return _SILENT.get()
