"""PagerDuty's Events API v2: an incident here is one there, triggered, acknowledged and resolved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from barograph.server.notify.addresses import Reach
from barograph.server.notify.errors import ForbiddenAddress, Unreachable
from barograph.server.notify.forms import MASK
from barograph.server.notify.http import post
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent, of_status
from barograph.server.notify.written import Written

_SEVERITY: Final = {"info": "info", "warning": "warning", "critical": "error", "emergency": "critical"}
_LONGEST_SUMMARY: Final = 1_024
_LONGEST_KEY: Final = 255
_LONGEST_DETAIL: Final = 4_000
_ENDPOINT: Final = "/v2/enqueue"


@dataclass(frozen=True, slots=True, kw_only=True)
class PagerDutyChannel:
    """One integration of a PagerDuty service.

    Attributes
    ----------
    url : base address; PagerDuty's own pages show it with the path behind it.
    """

    routing_key: str = field(repr=False)
    url: str
    reach: Reach

    def send(self, letter: Letter, key: str) -> Outcome:  # noqa: ARG002 - as the protocol has it
        """Tell PagerDuty of the incident; a test is resolved at once, so that nobody is woken for long."""
        if letter.kind in ("digest", "summary"):
            return Refused(why=f"a {letter.kind} is no incident; send it to another channel")
        outcome: Outcome = Sent()
        for each in actions(letter):
            outcome = self._post(event(letter, each, self.routing_key))
            if not isinstance(outcome, Sent):
                break
        return outcome

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has it
        """The JSON of each event, in lines."""
        if letter.kind in ("digest", "summary"):
            return Written(title="", text="")
        told = [event(letter, each, MASK) for each in actions(letter)]
        return Written(
            title="", text="\n".join(json.dumps(each, ensure_ascii=False, indent=1) for each in told)
        )

    def _post(self, body: dict[str, Any]) -> Outcome:
        headers = {"Content-Type": "application/json"}
        url = self.url.rstrip("/").removesuffix(_ENDPOINT) + _ENDPOINT
        try:
            answer = post(url, json.dumps(body).encode(), headers, reach=self.reach)
        except ForbiddenAddress as error:
            return Refused(why=str(error))
        except Unreachable as error:
            return Failed(why=str(error))
        return of_status(
            answer.status, answer.text, who="PagerDuty", retry_after=answer.headers.get("retry-after")
        )


def actions(letter: Letter) -> tuple[str, ...]:
    """What PagerDuty is to do: trigger, acknowledge or resolve; of a test, first the one, then the other.

    Examples
    --------
    >>> actions(Letter(kind="incident", document={"title": ""}, project="p", reason="resolved"))
    ('resolve',)
    """
    if letter.kind == "test":
        return ("trigger", "resolve")
    if letter.has_ended:
        return ("resolve",)
    return ("acknowledge",) if letter.reason == "acknowledged" else ("trigger",)


def event(letter: Letter, what: str, routing_key: str) -> dict[str, Any]:
    """The event of a letter; PagerDuty knows its incident again by the dedup_key."""
    # A longer key is told apart by its hash.
    thread = letter.thread
    if len(thread) > _LONGEST_KEY:
        thread = hashlib.sha256(thread.encode()).hexdigest()
    told: dict[str, Any] = {"routing_key": routing_key, "event_action": what, "dedup_key": thread}
    if what != "trigger":
        return told
    document = letter.document
    details = {
        name: str(document[name])[:_LONGEST_DETAIL]
        for name in ("what", "since_when", "how_bad", "why", "what_to_do")
        if document.get(name)
    }
    told["payload"] = {
        "summary": letter.title[:_LONGEST_SUMMARY], "source": letter.project,
        "severity": _SEVERITY.get(letter.severity, "warning"), "component": "barograph",
        "group": letter.project, "class": letter.kind, "custom_details": details,
    }  # fmt: skip
    if letter.link is not None:
        told |= {"client": "Barograph", "client_url": letter.link}
        told["links"] = [{"href": letter.link, "text": "Barograph"}]
    return told
