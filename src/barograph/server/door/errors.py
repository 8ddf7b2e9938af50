"""Bodies that are refused as a whole: nothing of them was stored."""

from __future__ import annotations

from barograph.server.errors import RequestRefused


def malformed(message: str, **place: object) -> RequestRefused:
    """Build the refusal of a body that is not what its content type says; `place` tells where.

    Examples
    --------
    >>> malformed("line 3 is no JSON.", line=3).details
    [{'line': 3}]
    """
    return RequestRefused(400, message, code="malformed", details=[place] if place else ())


def too_large(message: str, **limits: object) -> RequestRefused:
    """Build the refusal of a body beyond a limit; `limits` tells which.

    Examples
    --------
    >>> too_large("70 rows; expected at most 50.", rows=50).status
    413
    """
    return RequestRefused(413, message, details=[limits] if limits else ())


def unsupported(message: str) -> RequestRefused:
    """Build the refusal of a content type, charset or encoding.

    Examples
    --------
    >>> unsupported("text/html is not read.").status
    415
    """
    return RequestRefused(415, message)
