"""Alertmanager: it is told what fires by `barograph.server.alertmanager`, on a beat of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from barograph.server.alertmanager.post import Post, checked_labels
from barograph.server.alertmanager.sending import send_alerts
from barograph.server.notify.addresses import Reach
from barograph.server.notify.channel import of_recipients
from barograph.server.notify.letter import Letter
from barograph.server.notify.outcome import Outcome, Sent
from barograph.server.notify.written import Written

_TEST_SECONDS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerChannel:
    """One or several Alertmanagers, each of which is told.

    Attributes
    ----------
    interval_seconds, least, watchdog : how, and of what, it is told; see `barograph.server.alertmanager.resend`.
    wall_seconds : the machine's time, seconds since 1970.
    """

    peers: tuple[str, ...]
    interval_seconds: float
    least: str
    watchdog: bool
    headers: Mapping[str, str] = field(repr=False)
    reach: Reach
    wall_seconds: Callable[[], float]

    def send(self, letter: Letter, key: str) -> Outcome:
        """Send a test as an alert that ends after a minute; anything else is told alert by alert, without letters."""
        if letter.kind != "test":
            return Sent(note="Alertmanager is told of each alert while it fires")
        now = round(self.wall_seconds() * 1_000_000)
        labels = {"alertname": "BarographTest", "project": letter.project, "severity": "info", "key": key}
        test = Post(labels=checked_labels(labels), annotations={"summary": letter.title}, starts_at=now)
        body = [test.document(ends_at=now + _TEST_SECONDS * 1_000_000)]
        return of_recipients(
            {url: send_alerts(url, body, self.headers, reach=self.reach) for url in self.peers}
        )

    def written(self, letter: Letter, key: str) -> Written:  # noqa: ARG002 - as the protocol has them
        """The title: what it is told of each alert is sent again and again, and not kept."""
        return Written(title=letter.title, text="")
