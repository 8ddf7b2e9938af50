"""Tells every Alertmanager of the projects, on its own beat: a daily monitor's alert would end after minutes else."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Final

import sqlalchemy as sa

from barograph.config.settings import Settings
from barograph.monitors.monitor import SEVERITIES
from barograph.server.alertmanager.ledger import (
    ENDED_SECONDS,
    PATIENCE,
    Identity,
    Ledger,
    documents,
    told_next,
)
from barograph.server.alertmanager.post import Post, batches, post_of, watchdog_post
from barograph.server.alertmanager.sending import send_alerts
from barograph.server.clock import Clock
from barograph.server.notify.addresses import Reach
from barograph.server.notify.links import incident_address
from barograph.server.notify.outcome import Failed, Outcome, Refused, Sent
from barograph.server.unforeseen import UNFORESEEN
from barograph.store.alerts import StoredAlert, ended_alerts, open_alerts
from barograph.store.channels import Seal, StoredChannel, channel_seal, channels_of_kind, note_attempt
from barograph.store.database import Database
from barograph.store.errors import Damaged
from barograph.store.leases import claim
from barograph.store.tables.alerts import alert_events
from barograph.store.tables.catalog import projects
from barograph.store.tallies import tally

_logger = logging.getLogger(__name__)
KIND: Final = "alertmanager"
_SECOND_US: Final = 1_000_000
#: A peer that did not take it is tried again so soon.
_AGAIN_SECONDS: Final = 5.0
#: New channels are seen within this time, where nothing happens.
_LOOK_SECONDS: Final = 10.0
_LEASE: Final = "alertmanager"
_GRAVITY: Final[dict[str, int]] = {severity: place for place, severity in enumerate(SEVERITIES)}
#: A worker that tells no more is replaced after so many of the shortest intervals, before what it told is overdue.
_LEASE_INTERVALS: Final = PATIENCE / 2
_LONGEST_LEASE_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the loop works with.

    Attributes
    ----------
    owner : names this worker among all.
    public_url : how the server is reached; empty where it does not know.
    wall_us : the machine's time, microseconds UTC: Alertmanager goes by it.
    """

    database: Database
    seal: Seal
    reach: Reach
    owner: str
    public_url: str = ""
    wall_us: Callable[[], int] = lambda: time.time_ns() // 1_000


@dataclass(slots=True)
class _Peer:
    """One channel: what it was told, and when it is told again."""

    ledger: Ledger = field(default_factory=Ledger)
    next_at: int = 0
    since: int = 0


class Resending:
    """Keeps the Alertmanagers of all projects told.

    Parameters
    ----------
    means : what it works with.
    clock : the server's time.
    """

    def __init__(self, means: Means, clock: Clock) -> None:
        self.means, self.clock = means, clock
        self._peers: dict[int, _Peer] = {}
        self._last_event = -1
        self._look_at = 0

    def step(self) -> bool:
        """Tell what is due; returns whether anybody was told anything.

        Notes
        -----
        Cost: one look at the last event where nothing is due.
        """
        now = self.means.wall_us()
        with self.means.database.reading() as conn:
            last = conn.scalar(sa.select(sa.func.max(alert_events.c.id))) or 0
            due = [channel for channel, peer in self._peers.items() if peer.next_at <= now]
            if last == self._last_event and not due and now < self._look_at:
                return False
            channels = channels_of_kind(conn, KIND)
        changed, self._last_event = last != self._last_event, last
        self._look_at = now + round(_LOOK_SECONDS * _SECOND_US)
        self._peers = {channel.id: self._peers.get(channel.id, _Peer(since=now)) for channel in channels}
        wanted = [channel for channel in channels if changed or self._peers[channel.id].next_at <= now]
        if not wanted or not self._is_mine(now, _LEASE_INTERVALS * self._shortest_seconds(channels)):
            return False
        for channel in wanted:
            self._tell(channel, self._peers[channel.id], now)
        return True

    def _is_mine(self, now: int, lease_seconds: float) -> bool:
        with self.means.database.writing() as conn:
            return claim(conn, _LEASE, self.means.owner, now, min(lease_seconds, _LONGEST_LEASE_SECONDS))

    def _shortest_seconds(self, channels: Sequence[StoredChannel]) -> float:
        """The shortest interval of those channels that can be read."""
        found = []
        for channel in channels:
            with suppress(Damaged):
                found.append(float(channel.opened(self.means.seal).config["interval_seconds"]))
        return min(found, default=_LOOK_SECONDS)

    def _tell(self, channel: StoredChannel, peer: _Peer, now: int) -> None:
        try:
            held = channel.opened(self.means.seal)
        except Damaged as error:
            peer.next_at = now + round(_LOOK_SECONDS * _SECOND_US)
            self._note(channel, [Refused(why=str(error))])
            return
        with self.means.database.reading() as conn:
            asked = sa.select(projects.c.name).where(projects.c.id == channel.project_id)
            project = str(conn.execute(asked).scalar_one())
            found = open_alerts(conn, project_id=channel.project_id)
            since = self.clock.now() - ENDED_SECONDS * _SECOND_US
            found += ended_alerts(conn, channel.project_id, since=since)
        # Loaded when there is something to say: workers start without.
        from barograph.locale.language import language

        config, speak = held.config, language(held.language).said
        told = _Told(public_url=self.means.public_url, shift_us=now - self.clock.now(), speak=speak)
        firing, over, why = _parted(found, told, least=str(config["least"]))
        if config["watchdog"]:
            firing.append(watchdog_post(project, speak=speak, since=peer.since))
        peer.ledger = told_next(peer.ledger, firing, over, why=why, now=now)
        interval = float(config["interval_seconds"])
        sent = documents(peer.ledger, now=now, interval_seconds=interval)
        outcomes = [self._send(url, sent, config["headers"]) for url in config["peers"]]
        all_taken = all(isinstance(outcome, Sent) for outcome in outcomes)
        peer.next_at = now + round((interval if all_taken else min(interval, _AGAIN_SECONDS)) * _SECOND_US)
        self._note(channel, outcomes)

    def _send(self, url: str, sent: Sequence[Mapping[str, Any]], headers: Mapping[str, str]) -> Outcome:
        """Tell one peer everything; each is told, for they need not know of each other."""
        for some in batches(sent):
            outcome = send_alerts(url, some, headers, reach=self.means.reach)
            if isinstance(outcome, Failed):
                return outcome
            if isinstance(outcome, Refused):
                # Those beside the one that is not taken are kept all the same.
                _logger.warning(
                    "Alertmanager at %s refuses some of %d alerts: %s", url, len(some), outcome.why
                )
        return Sent()

    def _note(self, channel: StoredChannel, outcomes: Sequence[Outcome]) -> None:
        wrong = "; ".join(outcome.why for outcome in outcomes if not isinstance(outcome, Sent))
        counts = Counter((KIND, "sent" if isinstance(outcome, Sent) else "failed") for outcome in outcomes)
        if wrong:
            _logger.warning("channel %s: %s", channel.name, wrong)
        now = self.clock.now()
        with self.means.database.writing() as conn:
            note_attempt(conn, channel.id, error=wrong or None, now=now)
            tally(conn, "notifications", channel.project_id, counts, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """How the alerts of a project are told."""

    public_url: str
    shift_us: int
    speak: Callable[[str], str]

    def post(self, alert: StoredAlert) -> Post:
        link = None
        if alert.incident_id is not None:
            link = incident_address(self.public_url, alert.incident_id)
        return post_of(alert, speak=self.speak, link=link or "", shift_us=self.shift_us)


def resending_of(settings: Settings, database: Database, clock: Clock, *, owner: str) -> Resending:
    """What tells a server's Alertmanagers, as its settings say."""
    means = Means(
        database=database, seal=channel_seal(settings.data_path), owner=owner, public_url=settings.public_url,
        reach=Reach(private=settings.notify_private_addresses),
    )  # fmt: skip
    return Resending(means, clock)


def keep_resending(resending: Resending, stop: Event, *, pause_seconds: float = 1.0) -> None:
    """Tell Alertmanagers until `stop` is set: in a thread of its own, since they take as long as they take."""
    while not stop.is_set():
        try:
            resending.step()
        except UNFORESEEN:
            # A peer's failure is noted beside its channel; this is of all: no database.
            _logger.exception("Alertmanager cannot be told now; it is tried again")
        stop.wait(pause_seconds)


def _parted(
    found: Sequence[StoredAlert], told: _Told, *, least: str
) -> tuple[list[Post], list[tuple[Post, int]], dict[Identity, str]]:
    """What fires, the gravest first; what ended, with when; and what goes on suppressed, with by what."""
    firing: list[StoredAlert] = []
    over: list[tuple[Post, int]] = []
    why: dict[Identity, str] = {}
    for alert in found:
        if alert.backfilled or _gravity(alert.severity) < _gravity(least):
            continue
        if alert.resolved_at is not None:
            over.append((told.post(alert), alert.resolved_at + told.shift_us))
        elif alert.suppressed:
            why[told.post(alert).identity] = told.speak(alert.suppressed[0].get("sentence") or "suppressed")
        else:
            firing.append(alert)
    firing.sort(key=lambda alert: (-_gravity(alert.severity), alert.id))
    return [told.post(alert) for alert in firing], over, why


def _gravity(severity: str) -> int:
    return _GRAVITY[severity]
