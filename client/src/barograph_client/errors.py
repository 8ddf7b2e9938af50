"""Errors: one root, each saying what is wrong, what was expected and what to do.

They reach a caller only where one asks for it (`strict=True`); everywhere else they are counted and logged.
"""

from __future__ import annotations


class ClientError(Exception):
    """Root of every error raised on purpose by this package."""


class SettingsError(ClientError, ValueError):
    """A setting cannot be read."""


class RowsError(ClientError, ValueError):
    """What was given as rows cannot be read as rows."""


class UnreachableError(ClientError, OSError):
    """The server could not be reached, or did not answer in time."""


class SpoolError(ClientError, OSError):
    """The spool cannot be used."""
