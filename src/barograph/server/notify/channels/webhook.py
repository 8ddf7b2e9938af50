"""JSON posted to an address, signed so that its receiver can tell whom it is from.

The signature is the scheme of the Standard Webhooks specification, which MLflow's webhooks use too.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from barograph.server.notify.addresses import Reach
from barograph.server.notify.errors import ForbiddenAddress, Unreachable
from barograph.server.notify.http import post
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Failed, Outcome, Refused, of_status
from barograph.server.notify.written import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """Posts to one address.

    Attributes
    ----------
    wall_seconds : the machine's time, seconds since 1970: a receiver refuses what was signed long ago.
    """

    url: str
    secret_key: str = field(repr=False)
    reach: Reach
    wall_seconds: Callable[[], float]

    def send(self, letter: Letter, key: str) -> Outcome:
        """Post the letter's document with what it is about."""
        body = json.dumps(posted(letter, key), ensure_ascii=False).encode()
        stamp = str(int(self.wall_seconds()))
        headers = {
            "Content-Type": "application/json", "Idempotency-Key": key, "X-Barograph-Delivery": key,
            "X-Barograph-Timestamp": stamp, "X-Barograph-Signature": signature(self.secret_key, key, stamp, body),
        }  # fmt: skip
        try:
            answer = post(self.url, body, headers, reach=self.reach)
        except ForbiddenAddress as error:
            return Refused(why=str(error))
        except Unreachable as error:
            return Failed(why=str(error))
        return of_status(
            answer.status, answer.text, who="the webhook", retry_after=answer.headers.get("retry-after")
        )

    def written(self, letter: Letter, key: str) -> Written:
        """The JSON, in lines."""
        return Written(title="", text=json.dumps(posted(letter, key), ensure_ascii=False, indent=1))


def posted(letter: Letter, key: str) -> dict[str, Any]:
    """The letter's document with what it is about."""
    about = {"kind": letter.kind, "project": letter.project, "reason": letter.reason}
    if letter.incident_id is not None:
        about["incident"] = str(letter.incident_id)
    return {"id": key, **about, "message": letter.document}


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """The signature of a body: HMAC-SHA-256 of ``key.stamp.body`` in base64, after its version.

    Examples
    --------
    >>> signature("s" * 16, "k1", "1700000000", b"{}")
    'v1,2W+b9957qdVBHcEVE50T4uUUwCYQjcqZh0LnW0XvP1c='
    """
    signed = hmac.digest(secret.encode(), f"{key}.{stamp}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(signed).decode()}"
