"""What of a series is computed at once, and the state of what it rests on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Protocol

import polars as pl
import sqlalchemy as sa

from barograph.profile.value import ALL
from barograph.schema.readings import UTC_TIME
from barograph.server.reading.references import Compared
from barograph.server.reading.span import Span, day_of, start_of_day
from barograph.store.catalog import Model
from barograph.store.profiles.part import Grain
from barograph.store.profiles.states import StoredBody, hashed, states
from barograph.windows import parse_every, window_starts

_DAY_SECONDS: Final = 86_400


class AskedOf(Protocol):
    """What of a question says which windows it is of."""

    @property
    def model(self) -> Model:
        """Whose."""
        ...

    @property
    def span(self) -> Span:
        """The windows that begin in it."""
        ...

    @property
    def every(self) -> str:
        """Their length."""
        ...

    @property
    def version_id(self) -> int | None:
        """None: all versions."""
        ...

    @property
    def compared(self) -> Compared | None:
        """The reference."""
        ...


def groups_of(
    conn: sa.Connection,
    asked: AskedOf,
    names: list[str],
    segment: str,
    bodies: Mapping[str, Sequence[StoredBody]] | None,
) -> dict[int, str]:
    """What is computed at once, by its first moment: the windows of a day, or one window of more than a day.

    Its state is of the parts of its days and of the reference.
    """
    grains: tuple[Grain, ...] = ("window",) if segment == ALL else ("window", "day")
    first, last = asked.span.days
    if bodies is None:
        found = states(
            conn, asked.model.id, grains=grains, names=names,
            span=(first, last_day(asked, last)), version_id=asked.version_id,
        )  # fmt: skip
    else:
        # In the order in which they are read.
        mine = sorted(
            (b for n in names for b in bodies.get(n, ())), key=lambda b: (b.grain, b.part, b.version_id)
        )
        found = hashed(mine, grains=grains, names=names)
    together: dict[int, list[str]] = {}
    for day, state in found.items():
        start = group_of(start_of_day(day, asked.span.timezone), asked)
        together.setdefault(start, []).append(f"{day} {state}")
    against = asked.compared.key if asked.compared is not None else ""
    return {
        start: hashlib.blake2b(" ".join((against, *of_days)).encode(), digest_size=12).hexdigest()
        for start, of_days in together.items()
        if start_of_day(first, asked.span.timezone) <= start < asked.span.end
    }


def last_day(asked: AskedOf, last: int) -> int:
    """Last day of the last window that begins in the span."""
    days = round(parse_every(asked.every).approximate_seconds / _DAY_SECONDS)
    return last + max(days - 1, 0) + (1 if days > 1 else 0)


def group_of(time_us: int, asked: AskedOf) -> int:
    """Start of what a window is computed with."""
    return _start_of(time_us, asked.every, asked.span.timezone)


@lru_cache(maxsize=8_192)
def _start_of(time_us: int, length: str, timezone: str) -> int:
    """Start of the window of a time, or of its day where windows are shorter."""
    every = parse_every(length)
    if every.approximate_seconds <= _DAY_SECONDS:
        return start_of_day(day_of(time_us, timezone), timezone)
    times = pl.Series([time_us], dtype=pl.Int64).cast(UTC_TIME)
    return int(window_starts(times, every, timezone).to_physical()[0])
