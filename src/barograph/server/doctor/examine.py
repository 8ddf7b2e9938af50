"""All checks, in order."""

from __future__ import annotations

from typing import Final

from barograph.config.settings import Settings
from barograph.errors import BarographError
from barograph.server.doctor import kept, machine
from barograph.server.doctor.finding import Finding

_OF_MACHINE: Final = (machine.python, machine.extras, machine.folder, machine.lock, machine.disk)
_OF_STORE: Final = (kept.clock, kept.lag, kept.worker, kept.jobs, kept.lake, kept.chain)


def examine(settings: Settings) -> list[Finding]:
    """Look at all that a server needs; nothing is changed, and a server may run meanwhile."""
    found = [check(settings) for check in _OF_MACHINE]
    try:
        with kept.opened(settings) as (store, told):
            found += told
            if store is not None:
                found += [check(store) for check in _OF_STORE]
    except BarographError as error:
        advice = "Check the database's URL and that it runs, then the disk."
        found.append(Finding(check="store", state="failed", told=str(error), advice=advice))
    return found
