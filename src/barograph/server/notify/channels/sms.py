"""Short messages through Twilio, or a service that is called as Twilio is."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from barograph.server.notify.addresses import Reach
from barograph.server.notify.channel import of_recipients
from barograph.server.notify.errors import ForbiddenAddress, Unreachable
from barograph.server.notify.http import post
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, of_status
from barograph.server.notify.written import Written

#: Two short messages joined, in the alphabet of which a character takes seven bits.
LONGEST: Final = 320
#: The same in languages whose letters take sixteen bits.
LONGEST_OF_OTHERS: Final = 134


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsChannel:
    """An account with a service, and the numbers that are sent to."""

    account: str
    token: str = field(repr=False)
    sender: str
    to: tuple[str, ...]
    url: str
    reach: Reach

    def send(self, letter: Letter, key: str) -> Outcome:
        """Send to each number that does not have it yet."""
        text = self.written(letter, key).text
        return of_recipients(
            {number: self._to(number, text, key) for number in self.to if number not in letter.arrived}
        )

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has it
        """The text, as long as two short messages."""
        from barograph.server.notify.render.short import short_text

        limit = LONGEST if letter.language == "en" else LONGEST_OF_OTHERS
        return Written(title="", text=short_text(letter, limit))

    def _to(self, number: str, text: str, key: str) -> Outcome:
        address = f"{self.url.rstrip('/')}/2010-04-01/Accounts/{quote(self.account)}/Messages.json"
        signed = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Basic {signed}",
            "Idempotency-Key": f"{key}/{number}",
        }  # fmt: skip
        body = urlencode({"To": number, "From": self.sender, "Body": text}).encode()
        try:
            answer = post(address, body, headers, reach=self.reach)
        except ForbiddenAddress as error:
            return Refused(why=str(error))
        except Unreachable as error:
            return Failed(why=str(error))
        return of_status(
            answer.status,
            _said(answer.text),
            who="the SMS service",
            retry_after=answer.headers.get("retry-after"),
        )


def _said(text: str) -> str:
    """The service's own words for an error, where it has some."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return str(held.get("message", text)) if isinstance(held, dict) else text
