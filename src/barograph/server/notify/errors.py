"""What keeps a message from being sent."""

from __future__ import annotations

from barograph.errors import BarographError


class ForbiddenAddress(BarographError, PermissionError):
    """A message would go to an address that messages may not be sent to."""


class Unreachable(BarographError, OSError):
    """A receiver gave no answer."""


class ChannelError(BarographError, ValueError):
    """What is said of a channel is not what its kind needs."""
