"""What the client says by itself: heartbeats, readings, the environment, probes."""

from __future__ import annotations

import os
from collections.abc import Callable

from barograph_client.calls.calls import Calls
from barograph_client.calls.schedule import Schedule
from barograph_client.clock import Clock
from barograph_client.edge import Complaints
from barograph_client.host.environment import environment
from barograph_client.host.model_hash import model_hash
from barograph_client.host.readings import HostReadings
from barograph_client.probe import Probe
from barograph_client.sending.messages import Messages
from barograph_client.settings import Settings
from barograph_client.stats import Stats

#: Probes are looked at this often.
_PROBES_SECONDS = 1.0
#: The environment is told again after this time, with what was loaded meanwhile.
_ENVIRONMENT_SECONDS = 6 * 3600.0
#: More models than this have no heartbeat of their own.
_MODELS = 1000


class Reporting:
    """Jobs of the sending thread that say how the client and its machine are.

    Attributes
    ----------
    account : the client's own account, told as readings; None: none.
    """

    def __init__(
        self, *, settings: Settings, clock: Clock, messages: Messages, calls: Calls, complaints: Complaints
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._messages = messages
        self._calls = calls
        self._complaints = complaints
        self._host: HostReadings | None = None
        self._models: dict[tuple[str, str], None] = {}
        self._wrapped: dict[tuple[str, str], object] = {}
        self._probes: list[Probe] = []
        self.account: Callable[[], Stats] | None = None

    def plan(self, schedule: Schedule) -> None:
        """Enter the jobs; the first heartbeat comes at once."""
        now = self._clock.monotonic()
        settings = self._settings
        schedule.every(settings.heartbeat_seconds, "heartbeat", self.heartbeat, first=now)
        schedule.every(settings.host_seconds, "host", self.host, first=now)
        schedule.every(settings.calls_seconds, "calls", self.calls, first=now + settings.calls_seconds)
        schedule.every(_PROBES_SECONDS, "probe", self.probes, first=now)
        if settings.environment:
            schedule.every(_ENVIRONMENT_SECONDS, "environment", self.environment, first=now)

    def served(self, model: str, version: str) -> None:
        """A model is served here: it has heartbeats from now on, and its environment is told, soon."""
        if (model, version) not in self._models and len(self._models) < _MODELS:
            self._models[(model, version)] = None
            if self._settings.environment:
                self._wrapped.setdefault((model, version), None)

    def wrapped(self, model: str, version: str, estimator: object) -> None:
        """A model object is served here: its hash is told with the environment, soon."""
        # Before it is served, so that its environment is not told without the hash first.
        if self._settings.environment:
            self._wrapped[(model, version)] = estimator
        self.served(model, version)

    def probe(self, probe: Probe) -> None:
        """Score fixed rows on schedule."""
        self._probes.append(probe)

    def heartbeat(self) -> None:
        """Say that this process lives, and which models it serves."""
        now_us = self._clock.now_us()
        for model, version in list(self._models) or [("", "")]:
            beat: dict[str, object] = {
                "host": self._settings.host,
                "process": os.getpid(),
                "time": now_us,
                "every_seconds": self._settings.heartbeat_seconds,
            }
            self._messages.add("heartbeats", beat | _about(model, version))

    def host(self) -> None:
        """Read the machine and the client's own account."""
        self._host = self._host or HostReadings(self._clock)
        found = self._host.read()
        if self.account is not None:
            stats = self.account()
            found["client_queued"] = (float(stats.queued_rows), "1")
            found["client_dropped"] = (float(sum(stats.dropped.values())), "1")
            found["client_spool"] = (float(stats.spooled_bytes), "B")
        for name, (value, unit) in found.items():
            self._reading({"name": name, "value": value, "unit": unit})

    def calls(self) -> None:
        """Latency, requests, errors and rows of each model since the last time."""
        self._calls.fold()
        for reading in self._calls.readings():
            self._reading(reading)

    def environment(self) -> None:
        """Say what this process runs on."""
        self._environment("", "", None)

    def probes(self) -> None:
        """Hash newly wrapped models, and run the probes that are due."""
        while self._wrapped:
            (model, version), estimator = self._wrapped.popitem()
            self._environment(model, version, estimator)
        for probe in self._probes:
            probe.run(self._clock, self._messages, self._complaints)

    def _environment(self, model: str, version: str, estimator: object) -> None:
        told = environment() | _about(model, version)
        told |= {"host": self._settings.host, "time": self._clock.now_us()}
        if estimator is not None:
            with self._complaints.caught("model hash"):
                told["model_hash"] = model_hash(estimator)
        self._messages.add("environments", told)

    def _reading(self, reading: dict[str, object]) -> None:
        self._messages.add("readings", {"host": self._settings.host, "time": self._clock.now_us(), **reading})


def _about(model: str, version: str) -> dict[str, object]:
    return {k: v for k, v in (("model", model), ("version", version)) if v}
