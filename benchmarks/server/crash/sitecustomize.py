"""Ends a process at a named point, as `kill -9` does; python runs this at its start where the folder is in PYTHONPATH.

`CRASH_AT="worker barograph.store.lake.lake:Lake.append after 2"`: in the process whose command line has that word,
once the second call has returned (`before`: when it begins). The server itself knows nothing of it.
"""

from __future__ import annotations

import functools
import importlib.abc
import importlib.machinery
import itertools
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any


def crashing(called: Callable[..., Any], when: str, number: int) -> Callable[..., Any]:
    """The same function, but for the call in which the process ends."""
    calls = itertools.count(1)

    @functools.wraps(called)
    def counted(*given: Any, **named: Any) -> Any:
        is_last = next(calls) == number
        if is_last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        found = called(*given, **named)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    return counted


class Finder(importlib.abc.MetaPathFinder):
    """Replaces the function as soon as its module is there."""

    def __init__(self, module: str, name: str, when: str, number: int) -> None:
        self.module, self.name, self.when, self.number = module, name, when, number

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.module:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        assert spec is not None
        assert spec.loader is not None
        run = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            *owners, last = self.name.split(".")
            owner: Any = functools.reduce(getattr, owners, module)
            setattr(owner, last, crashing(getattr(owner, last), self.when, self.number))

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def main() -> None:
    asked = os.environ.get("CRASH_AT", "")
    if not asked:
        return
    process, place, when, number = asked.split()
    if process in sys.orig_argv:
        sys.meta_path.insert(0, Finder(*place.split(":"), when, int(number)))


main()
