"""A rule test as a value: what happens, and what is expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from barograph.alerts.silences import Silence
from barograph.metrics.address import Address
from barograph.monitors.arrays import START, Course
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import Monitor

#: What a window can be expected to do to a series: a phase of the machine, or that it was resolved with it.
Expected = Literal["ok", "pending", "firing", "recovering", "resolved", "flapping"]
EXPECTED: tuple[str, ...] = get_args(Expected)

Deed = Literal["acknowledge", "snooze"]
DEEDS: tuple[str, ...] = get_args(Deed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """One series of a scene.

    Attributes
    ----------
    monitor : of this one series.
    sources, hosts, deployments : what the alert is about, see `alerts.facts`.
    expect, blind : of each window, for both states; empty: anything.
    """

    monitor: Monitor
    model: str
    version: str
    course: Course
    sources: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    expect: tuple[Expected, ...] = ()
    blind: tuple[Expected, ...] = ()

    @property
    def address(self) -> Address:
        """Of the metric."""
        return self.monitor.metric

    @property
    def name(self) -> str:
        """Monitor, model and metric, for people."""
        return f"{self.monitor.name}, {self.model}: {self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody does; times in µs after the start.

    Attributes
    ----------
    incident : its number in the scene, from 1.
    until : of a snooze.
    """

    at: int
    deed: Deed
    incident: int
    until: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One rule test.

    Attributes
    ----------
    start : of the first window, µs UTC.
    until : how long the clock runs, µs after the start; at least until every window was judged.
    incidents, notifications : what is expected, in order: only what is named is compared. None: anything.
    """

    name: str
    series: tuple[Played, ...]
    start: int = START
    until: int = 0
    silences: tuple[Silence, ...] = ()
    acts: tuple[Act, ...] = ()
    incidents: tuple[Mapping[str, Any], ...] | None = None
    notifications: tuple[Mapping[str, Any], ...] | None = None
    line: int = 0

    @property
    def can_fail(self) -> bool:
        """Whether anything is expected; what is done to an incident expects that it is there."""
        told = self.incidents is not None or self.notifications is not None
        return told or bool(self.acts) or any(one.expect or one.blind for one in self.series)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """A file of rule tests.

    Attributes
    ----------
    origin : name of the file.
    file : monitors, routes, calendars and inhibitions.
    channels : names of channels that are switched on.
    """

    origin: str
    file: MonitorFile
    scenes: tuple[Scene, ...]
    channels: tuple[str, ...] = ("mail",)
