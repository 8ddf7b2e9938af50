"""Readings of the host and the process: by psutil where it is installed, else what Python and /proc tell."""

from __future__ import annotations

import importlib
import os
import shutil
import threading
from pathlib import Path
from typing import Any

from barograph_client.clock import Clock
from barograph_client.host.cgroup import read_cgroup

Readings = dict[str, tuple[float, str]]


class HostReadings:
    """Reads the machine; rates are over the time since the last reading, so the first call has none.

    Examples
    --------
    >>> from barograph_client.clock import SystemClock
    >>> sorted(HostReadings(SystemClock()).read())[-1]
    'process_threads'
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        try:
            self._psutil: Any = importlib.import_module("psutil")
        except ImportError:
            self._psutil = None
        self._process: Any = self._psutil.Process() if self._psutil else None
        self._last: dict[str, float] = {}
        self._last_at = clock.monotonic()

    def read(self) -> Readings:
        """Values and units by name.

        `process_cpu` (processors in use), `process_memory` (B), `process_threads`, `process_files`, `host_cpu` (share
        of all, or of what the container may use), `host_memory` and `host_memory_limit` (B; the container's where it
        has a limit), `disk_used` (share), `disk_read` and `disk_written` (B since the last reading).
        """
        now = self._clock.monotonic()
        seconds, self._last_at = now - self._last_at, now
        found = self._of_process(seconds)
        found.update(self._of_host(seconds))
        found["disk_used"] = (_share_used(), "1")
        return found

    def _of_process(self, seconds: float) -> Readings:
        times = os.times()
        found: Readings = {"process_threads": (float(threading.active_count()), "1")}
        self._rate(found, "process_cpu", times.user + times.system, seconds)
        if self._process is not None:
            with self._process.oneshot():
                found["process_memory"] = (float(self._process.memory_info().rss), "B")
                found["process_threads"] = (float(self._process.num_threads()), "1")
                if hasattr(self._process, "num_fds"):
                    found["process_files"] = (float(self._process.num_fds()), "1")
            return found
        pages = _first_numbers(Path("/proc/self/statm"))
        if len(pages) > 1:
            found["process_memory"] = (float(pages[1] * os.sysconf("SC_PAGE_SIZE")), "B")
        if Path("/proc/self/fd").is_dir():
            found["process_files"] = (float(len(list(Path("/proc/self/fd").iterdir()))), "1")
        return found

    def _of_host(self, seconds: float) -> Readings:
        found: Readings = {}
        group = read_cgroup()
        if group.processors is not None and group.cpu_seconds is not None:
            self._rate(found, "host_cpu", group.cpu_seconds / group.processors, seconds)
        elif self._psutil is not None:
            times = self._psutil.cpu_times()
            busy = sum(times) - times.idle - getattr(times, "iowait", 0.0)
            self._rate(found, "host_cpu", busy / (self._psutil.cpu_count() or 1), seconds)
        if group.memory_limit_bytes is not None and group.memory_bytes is not None:
            found["host_memory"] = (float(group.memory_bytes), "B")
            found["host_memory_limit"] = (float(group.memory_limit_bytes), "B")
        elif self._psutil is not None:
            memory = self._psutil.virtual_memory()
            found["host_memory"] = (float(memory.total - memory.available), "B")
            found["host_memory_limit"] = (float(memory.total), "B")
        if self._psutil is not None:
            counters = self._psutil.disk_io_counters()
            if counters is not None:
                self._difference(found, "disk_read", counters.read_bytes)
                self._difference(found, "disk_written", counters.write_bytes)
        return found

    def _rate(self, found: Readings, name: str, total: float, seconds: float) -> None:
        last, self._last[name] = self._last.get(name), total
        if last is not None and seconds > 0.0:
            found[name] = (max(total - last, 0.0) / seconds, "1")

    def _difference(self, found: Readings, name: str, total: float) -> None:
        last, self._last[name] = self._last.get(name), total
        if last is not None:
            found[name] = (max(total - last, 0.0), "B")


def _share_used() -> float:
    usage = shutil.disk_usage(Path.cwd().anchor or "/")
    return 1.0 - usage.free / usage.total if usage.total else 0.0


def _first_numbers(path: Path) -> list[int]:
    try:
        return [int(word) for word in path.read_text("ascii").split()]
    except (OSError, ValueError):
        return []
