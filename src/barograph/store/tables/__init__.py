"""The tables, one file a subject; importing this package registers all of them with `metadata`."""

from barograph.store.tables import (
    access,
    audit,
    catalog,
    columns,
    dead_letters,
    deletions,
    events,
    ids,
    leases,
    log,
    losers,
    pins,
    profiles,
    readings,
    sources,
    worker,
)
from barograph.store.tables.metadata import log_metadata, metadata

__all__ = [
    "access",
    "audit",
    "catalog",
    "columns",
    "dead_letters",
    "deletions",
    "events",
    "ids",
    "leases",
    "log",
    "log_metadata",
    "losers",
    "metadata",
    "pins",
    "profiles",
    "readings",
    "sources",
    "worker",
]
