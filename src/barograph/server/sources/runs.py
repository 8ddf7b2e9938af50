"""Runs of a batch model: the time each is placed at, where its rows have none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from barograph.server.times import as_time_us

#: Runs remembered, the latest; an older one whose name is no time is taken for a new one.
MOST_RUNS: Final = 1_000


class Runs:
    """Times of runs by their name.

    Parameters
    ----------
    known : µs UTC, as an earlier `held` gave them.

    Examples
    --------
    >>> runs = Runs()
    >>> now = 1_800_000_000_000_000
    >>> runs.time_of("2024-05-01", now) == 1_714_521_600_000_000
    True
    >>> runs.time_of("nightly", now) == runs.time_of("nightly", now + 9) == now
    True
    """

    def __init__(self, known: Mapping[str, int] | None = None) -> None:
        self._known = dict(known or {})

    def time_of(self, name: str, now: int) -> int:
        """The time a run's name tells; else when it was first seen, which is `now` for a new one."""
        told = _told(name)
        if told is not None and told <= now:
            return told
        return self._known.setdefault(name, now)

    @property
    def held(self) -> dict[str, int]:
        """What is to be remembered."""
        return dict(list(self._known.items())[-MOST_RUNS:])


def _told(name: str) -> int | None:
    try:
        moment = datetime.fromisoformat(name)
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(as_time_us(aware), 0)
