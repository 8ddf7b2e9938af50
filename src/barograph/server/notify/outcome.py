"""What became of an attempt to send a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The receiver has it; `note` says which of several recipients would not take it."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The receiver will not take it, however often it is sent."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """It may arrive later.

    Attributes
    ----------
    after_seconds : where the receiver said when.
    arrived : those of several recipients who need not be sent it again.
    """

    why: str
    after_seconds: float | None = None
    arrived: tuple[str, ...] = ()


Outcome = Sent | Refused | Failed

_WORTH_ANOTHER_TRY: Final = (408, 409, 423, 425, 429)
_LONGEST_WAIT_SECONDS: Final = 3_600.0
_LONGEST_SHOWN: Final = 200


def of_status(status: int, text: str, *, who: str, retry_after: str | None = None) -> Outcome:
    """What an HTTP status says of a message that was posted.

    Parameters
    ----------
    text : the answer's, of which the beginning is shown.
    who : answered, such as ``"PagerDuty"``.
    retry_after : the header of that name, in seconds.

    Examples
    --------
    >>> of_status(202, "", who="PagerDuty")
    Sent(note='')
    >>> of_status(404, "no such hook", who="the webhook")
    Refused(why='the webhook answered 404: no such hook')
    >>> of_status(429, "", who="the webhook", retry_after="7").after_seconds
    7.0
    """
    if 200 <= status < 300:
        return Sent()
    shown = " ".join(text.split())[:_LONGEST_SHOWN]
    why = f"{who} answered {status}" + (f": {shown}" if shown else "")
    if 300 <= status < 400:
        return Refused(
            why=f"{why}; it leads elsewhere, and redirects are not followed: set the final address"
        )
    if 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY:
        return Refused(why=why)
    seconds = float(retry_after) if retry_after is not None and retry_after.strip().isdecimal() else None
    return Failed(why=why, after_seconds=None if seconds is None else min(seconds, _LONGEST_WAIT_SECONDS))
