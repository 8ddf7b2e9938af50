"""What is known of a model's references: figures of their own windows, and of the whole, each computed once."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.own_figures import own_figures
from barograph.metrics.values import Result
from barograph.monitors.verdict import Figure
from barograph.profile.coarser import coarser
from barograph.profile.value import Profile
from barograph.server.alerting.asking import Askings
from barograph.server.alerting.bulk import failed
from barograph.server.alerting.windows import windows_between
from barograph.server.reading.references import Compared, compared_with
from barograph.server.times import as_time_us
from barograph.store.catalog import Model
from barograph.windows import parse_every

_HELD: Final = 20_000


class Known:
    """Remembers what was computed of references; a reference never changes under its hash."""

    def __init__(self) -> None:
        self.askings = Askings()
        self._own: OrderedDict[tuple[str, str, Address], tuple[Figure, ...]] = OrderedDict()
        self._alike: OrderedDict[bytes, tuple[Figure, ...]] = OrderedDict()
        self._whole: OrderedDict[tuple[str, Address], Result] = OrderedDict()
        self._in_windows: tuple[tuple[str, str], Profile | None] | None = None

    def compared(self, conn: sa.Connection, model: Model, name: str | None, *, now: int) -> Compared | None:
        """The reference of a name, or the model's default; None where it has none.

        Raises
        ------
        NotFound, RequestRefused
            Where there is none of the name (any more), or its span holds no row.
        """
        return None if model.grid is None else compared_with(conn, model, name, now=now)

    def own(self, compared: Compared, address: Address, every: str) -> tuple[Figure, ...]:
        """A metric in each of the reference's windows; none where it has no windows of this length."""
        key = (compared.hash, every, address)
        if key not in self._own:
            found = _own(self._windows(compared, every), address, every)
            # Columns without a null are all alike: their figures are kept once, and judged by once.
            mark = hashlib.blake2b(repr(found).encode(), digest_size=16).digest()
            self._own[key] = self._alike.setdefault(mark, found)
            for held in (self._own, self._alike):
                while len(held) > _HELD:
                    held.popitem(last=False)
        return self._own[key]

    def _windows(self, compared: Compared, every: str) -> Profile | None:
        """The reference in windows of a length; None where it has none. The last one is remembered."""
        key = (compared.hash, every)
        if self._in_windows is None or self._in_windows[0] != key:
            self._in_windows = key, _in_windows(compared.profile, every)
        return self._in_windows[1]

    def whole(self, compared: Compared, address: Address) -> Result:
        """A metric over all of the reference."""
        key = (compared.hash, address)
        if key not in self._whole:
            try:
                self._whole[key] = evaluate(address, compared.profile, compared.profile)
            except BarographError as error:
                self._whole[key] = failed(error)
            while len(self._whole) > _HELD:
                self._whole.popitem(last=False)
        return self._whole[key]


def _in_windows(profile: Profile, every: str) -> Profile | None:
    if profile.grid.every is None or not profile.windows:
        return None
    try:
        return profile if profile.grid.every == every else coarser(profile, every)
    except BarographError:
        return None


def _own(profile: Profile | None, address: Address, every: str) -> tuple[Figure, ...]:
    if profile is None:
        return ()
    try:
        found = own_figures(address, profile)
    except BarographError:
        return ()
    ends = _ends([as_time_us(moment) for moment, _ in found], every, profile.grid.timezone)
    return tuple(
        Figure(start=as_time_us(moment), end=ends[as_time_us(moment)], result=result)
        for moment, result in found
    )


def _ends(starts: list[int], every: str, timezone: str) -> dict[int, int]:
    if not starts:
        return {}
    # Days of 25 hours and months of 31 days end within two usual lengths.
    until = max(starts) + 2 * round(parse_every(every).approximate_seconds * 1_000_000)
    held = {w.start: w.end for w in windows_between(min(starts), until, every=every, timezone=timezone)}
    return {start: held.get(start, start) for start in starts}
