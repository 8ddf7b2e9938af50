"""Backup and restore: all that a server keeps as one file, taken while it runs."""

from barograph.store.backup.manifest import Manifest
from barograph.store.backup.restore import restore
from barograph.store.backup.take import backup

__all__ = ["Manifest", "backup", "restore"]
