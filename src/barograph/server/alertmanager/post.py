"""An alert as Alertmanager's API v2 takes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from barograph.locale.said import say
from barograph.store.alerts import StoredAlert

#: Alerts in one request, and told of at the most: the gravest.
MOST_TOGETHER: Final = 256
MOST_TOLD: Final = 10_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_A_NAME: Final = re.compile(r"[^a-zA-Z0-9_]")
_LONGEST: Final = 1_000
#: The alert that always fires: its absence is the alarm.
WATCHDOG: Final = "BarographWatchdog"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One alert.

    Attributes
    ----------
    labels : say which alert it is, its severity among them.
    starts_at : microseconds UTC of the machine's time.
    generator : address of the page it is shown on; empty where the server does not know how it is reached.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at: int
    generator: str = ""

    @property
    def identity(self) -> frozenset[tuple[str, str]]:
        """What Alertmanager knows it by: all of its labels."""
        return frozenset(self.labels.items())

    def document(self, *, ends_at: int) -> dict[str, Any]:
        """As it is sent.

        Parameters
        ----------
        ends_at : until when it fires unless it is sent again, or when it ended; microseconds UTC.

        Examples
        --------
        >>> post = Post(labels={"alertname": "late"}, annotations={}, starts_at=0)
        >>> post.document(ends_at=1_500_000)["endsAt"]
        '1970-01-01T00:00:01.500000Z'
        """
        # An alert that ends before it starts is refused, and with it all that were sent beside it.
        starts_at = min(self.starts_at, ends_at)
        link = {"generatorURL": self.generator} if self.generator else {}
        return {
            "labels": dict(self.labels), "annotations": dict(self.annotations), "startsAt": _written(starts_at),
            "endsAt": _written(ends_at), **link,
        }  # fmt: skip


def post_of(alert: StoredAlert, *, speak: Callable[[str], str], link: str = "", shift_us: int = 0) -> Post:
    """A stored alert as it is told.

    Parameters
    ----------
    speak : says its sentences in a language.
    link : address of its incident's page.
    shift_us : the machine's time less the server's, where that was set.
    """
    verdict = alert.details.get("verdict", {})
    value, runbook = verdict.get("value"), str(alert.details.get("runbook") or "")
    annotations = {
        "summary": speak(alert.summary),
        "description": speak(verdict.get("detail") or ""),
        "value": "" if value is None else f"{value:g}",
        "incident": "" if alert.incident_id is None else str(alert.incident_id),
        "dashboard_url": link,
        ("runbook_url" if is_address(runbook) else "runbook"): runbook,
    }
    labels = {**alert.labels, "alertname": alert.monitor, "severity": alert.severity}
    return Post(
        labels=checked_labels(labels),
        annotations={name: text for name, text in annotations.items() if text},
        starts_at=alert.fired_at + shift_us,
        generator=link if is_address(link) else "",
    )


def watchdog_post(project: str, *, speak: Callable[[str], str], since: int) -> Post:
    """The alert that fires for as long as Alertmanager is told anything."""
    says = speak(say("Fires while Barograph tells Alertmanager of this project: its absence is the alarm."))
    labels = {"alertname": WATCHDOG, "project": project, "severity": "none"}
    return Post(labels=checked_labels(labels), annotations={"summary": says}, starts_at=since)


def checked_labels(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels Alertmanager takes: names of letters, digits and _; none is empty, and none is long.

    Examples
    --------
    >>> checked_labels({"alertname": "late", "cost-centre": "7", "team": ""})
    {'alertname': 'late', 'cost_centre': '7'}
    """
    found: dict[str, str] = {}
    for name, value in labels.items():
        plain = _NOT_A_NAME.sub("_", name)
        plain = f"_{plain}" if plain[:1].isdigit() else plain
        if plain and value:
            found.setdefault(plain, value[:_LONGEST])
    return found


def batches(documents: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    """What is sent in one request each."""
    for first in range(0, len(documents), MOST_TOGETHER):
        yield documents[first : first + MOST_TOGETHER]


def is_address(text: str) -> bool:
    """Whether it is an http or https address: Alertmanager refuses other links."""
    try:
        found = urlsplit(text)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.netloc)


def _written(time_us: int) -> str:
    return (
        (_EPOCH + timedelta(microseconds=time_us)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    )
