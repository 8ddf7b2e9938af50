"""What can go wrong in the store."""

from __future__ import annotations

from barograph.errors import BarographError


class NotFound(BarographError, LookupError):
    """A project, model, version, reference or another named thing does not exist."""


class Conflict(BarographError, ValueError):
    """What was asked contradicts what is stored already."""


class InvalidName(BarographError, ValueError):
    """A name cannot be used for a project, model, version or reference."""


class StoreUnavailable(BarographError, OSError):
    """The store cannot be read or written now: disk full, an I/O error, no connection. Nothing was stored."""


class QueueFull(BarographError, RuntimeError):
    """More is waiting to be written than may wait; the same batch can be sent again later."""


class LaterVersion(BarographError, RuntimeError):
    """The store was written by a later version of Barograph."""


class InUse(BarographError, RuntimeError):
    """A data directory is used by another server."""


class Damaged(BarographError, ValueError):
    """Stored bytes are not those that were written."""
