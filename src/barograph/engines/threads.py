"""Run blocks on threads of this process; NumPy and Polars release the interpreter lock."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

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
    with ThreadPoolExecutor(count) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
