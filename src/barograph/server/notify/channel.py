"""What every kind of channel does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent
from barograph.server.notify.written import Written


class Channel(Protocol):
    """Sends letters to where it was made for."""

    def send(self, letter: Letter, key: str) -> Outcome:
        """Try once; what the receiver does is an outcome and no error.

        Parameters
        ----------
        key : the same for every attempt, so that a receiver knows the message again.
        """
        ...

    def written(self, letter: Letter, key: str) -> Written:
        """What `send` writes of a letter."""
        ...


def of_recipients(found: Mapping[str, Outcome]) -> Outcome:
    """What became of a message to several recipients: it fails where one of them may still get it later.

    Examples
    --------
    >>> of_recipients({"a": Sent(), "b": Failed(why="busy")})
    Failed(why='b: busy', after_seconds=None, arrived=('a',))
    >>> of_recipients({"a": Sent(), "b": Refused(why="unknown")})
    Sent(note='b: unknown')
    """
    told = "; ".join(f"{who}: {each.why}" for who, each in found.items() if not isinstance(each, Sent))
    waiting = [each for each in found.values() if isinstance(each, Failed)]
    if waiting:
        settled = tuple(who for who, each in found.items() if not isinstance(each, Failed))
        longest = max((each.after_seconds or 0.0 for each in waiting), default=0.0)
        return Failed(why=told, after_seconds=longest or None, arrived=settled)
    if any(isinstance(each, Sent) for each in found.values()):
        return Sent(note=told)
    return Refused(why=told)
