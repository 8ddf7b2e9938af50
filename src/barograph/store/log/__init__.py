"""The log: batches in the order they were acknowledged, until they are in the lake."""

from barograph.store.log.committer import GroupCommit
from barograph.store.log.entry import Entry, EntryKind, Logged, Stored, Waiting
from barograph.store.log.log import Log, open_log
from barograph.store.log.sql import SqlLog

__all__ = ["Entry", "EntryKind", "GroupCommit", "Log", "Logged", "SqlLog", "Stored", "Waiting", "open_log"]
