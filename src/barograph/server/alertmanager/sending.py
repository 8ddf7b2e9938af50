"""Alerts posted to one Alertmanager."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from barograph.server.notify.addresses import Reach
from barograph.server.notify.errors import ForbiddenAddress, Unreachable
from barograph.server.notify.http import post
from barograph.server.notify.outcome import Failed, Outcome, Refused, of_status

_PATH: Final = "/api/v2/alerts"


def send_alerts(
    url: str, alerts: Sequence[Mapping[str, Any]], headers: Mapping[str, str], *, reach: Reach
) -> Outcome:
    """Post some alerts; `url` is Alertmanager's own, with its prefix where it has one."""
    body = json.dumps(list(alerts), ensure_ascii=False).encode()
    try:
        answer = post(
            url.rstrip("/") + _PATH, body, {**headers, "Content-Type": "application/json"}, reach=reach
        )
    except ForbiddenAddress as error:
        return Refused(why=str(error))
    except Unreachable as error:
        return Failed(why=str(error))
    return of_status(answer.status, answer.text, who="Alertmanager")
