"""Run blocks on threads of this process; NumPy and Polars release the interpreter lock."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

#: A thread back from NumPy waits at most this long for one that interprets. Kernels leave and retake the
#: interpreter thousands of times a second; at Python's 5 ms two threads were no faster than one, at 0.5 ms 1.4 times.
_TURN_SECONDS = 0.0005

T = TypeVar("T")
U = TypeVar("U")


def run_on_threads(
    function: Callable[[T], U], items: Iterable[T], *, threads: int | None = None
) -> Iterator[U]:
    """Apply `function` to every item, in order, with at most ``threads + 1`` items held at once.

    Parameters
    ----------
    threads : default: the processors this process may use.
    """
    count = threads or (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    if count == 1:
        yield from map(function, items)
        return
    waiting: deque[Future[U]] = deque()
    with _short_turns(), ThreadPoolExecutor(count) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, _TURN_SECONDS))
    try:
        yield
    finally:
        sys.setswitchinterval(before)
