"""The log: batches in the order they were acknowledged, until they are in the lake."""

from barograph.store.log.entry import Entry, EntryKind, Logged, Stored, Waiting
from barograph.store.log.log import Log, open_log

__all__ = ["Entry", "EntryKind", "Log", "Logged", "Stored", "Waiting", "open_log"]
