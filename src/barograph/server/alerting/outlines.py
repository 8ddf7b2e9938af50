"""What there is to watch in a model: its monitors written out, and remembered until something else decides it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from barograph.errors import BarographError
from barograph.metrics.address import Address
from barograph.monitors.expand import Watched, of_series, series_of
from barograph.monitors.monitor import Monitor
from barograph.server.alerting.watch import Wanted
from barograph.store.catalog import Model, Version
from barograph.store.monitors import StoredMonitor

_logger = logging.getLogger(__name__)
#: Of a series: its monitor, its version (0: all) and its address.
Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A monitor as it is kept and as it is read."""

    stored: StoredMonitor
    monitor: Monitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A series without where it stands; `version` is a name, empty for all."""

    key: Key
    wanted: Wanted
    configuration: int
    version: str


class Outlines:
    """Remembers what there is to watch in each model, for as long as all that decides it stays the same."""

    def __init__(self) -> None:
        self._held: dict[int, tuple[tuple[Sequence[Read], Watched, Sequence[Version]], list[Outline]]] = {}

    def of_model(
        self, model: Model, monitors: Sequence[Read], about: Watched, known: Sequence[Version]
    ) -> list[Outline]:
        """The series of a model, in one order.

        Parameters
        ----------
        monitors : that watch it; `Documents` reads them anew where one has changed.
        about, known : the model, and its versions.
        """
        held = self._held.get(model.id)
        if held is not None and held[0][0] is monitors and held[0][1:] == (about, known):
            return held[1]
        found = [
            _outline(model, each, of_series(each.monitor, address), version, known)
            for each in monitors
            for address in _addresses(each.monitor, about)
            for version in _versions(each.monitor, known)
        ]
        self._held[model.id] = (monitors, about, known), found
        return found


def _addresses(monitor: Monitor, about: Watched) -> tuple[Address, ...]:
    try:
        return series_of(monitor, about)
    except BarographError:
        _logger.exception("monitor %r cannot be written out for model %r", monitor.name, about.name)
        return ()


def _versions(monitor: Monitor, known: Sequence[Version]) -> list[Version | None]:
    if monitor.version == "all":
        return [None]
    if monitor.version == "each":
        return list(known)
    if monitor.version == "latest":
        return list(known[-1:])
    return [v for v in known if v.name == monitor.version]


def _outline(
    model: Model, read: Read, monitor: Monitor, version: Version | None, known: Sequence[Version]
) -> Outline:
    version_id = 0 if version is None else version.id
    return Outline(
        key=(read.stored.id, version_id, str(monitor.metric)),
        wanted=Wanted(
            monitor=monitor,
            version_id=version_id,
            before=_before(monitor, version, known),
            schema=model.schema,
        ),
        configuration=read.stored.revision,
        version="" if version is None else version.name,
    )


def _before(monitor: Monitor, version: Version | None, known: Sequence[Version]) -> int | None:
    """The version a comparison of versions is with."""
    against = monitor.against
    if against.kind != "version":
        return None
    if against.name not in (None, "previous"):
        return next((v.id for v in known if v.name == against.name), None)
    earlier = [v.id for v in known if version is None or v.id < version.id]
    return earlier[-1] if version is not None and earlier else (earlier[-2] if len(earlier) > 1 else None)
