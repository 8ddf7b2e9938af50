"""The tables, one file a subject; importing this package registers all of them with `metadata`."""

from barograph.store.tables import access, catalog, log
from barograph.store.tables.metadata import log_metadata, metadata

__all__ = ["access", "catalog", "log", "log_metadata", "metadata"]
