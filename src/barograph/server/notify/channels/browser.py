"""Those who have the stream of alerts open: it carries what stands in the history, so that nothing is to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Outcome, Sent
from barograph.server.notify.written import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserChannel:
    """The stream of a project's alerts."""

    def send(self, letter: Letter, key: str) -> Outcome:  # noqa: ARG002 - as the protocol has them
        """Nothing more than to be noted as sent, which the stream then tells."""
        return Sent()

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has them
        """The title, which the stream has."""
        return Written(title=letter.title, text="")
