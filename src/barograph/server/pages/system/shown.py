"""What the page of the system shows, as values; times in µs UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from barograph.server.alerting.record import OwnRecord
from barograph.server.doctor.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold for the server to do its work."""

    name: str
    ok: bool
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LagRow:
    """Rows of a model that are acknowledged and not counted yet.

    Attributes
    ----------
    since : when the oldest of them was received.
    learning : the model has no bins yet: its first whole day is awaited.
    """

    project: str
    name: str
    address: str
    rows: int
    since: int
    learning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """A job of the workers; `ran_at`, `looked_at` and `failed_at` are of the machine's time.

    Attributes
    ----------
    runs : how often there was something to do, mean_ms and last_ms: how long that took.
    told : the last error, at `subject`.
    """

    job: str
    runs: int
    mean_ms: float | None
    last_ms: float | None
    ran_at: int | None
    looked_at: int | None
    failures: int
    failed_at: int | None
    subject: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """Rows of a model that were refused in the last 28 days.

    Attributes
    ----------
    reason, field : of most of them.
    sample : the last one, as it came; at: when.
    """

    project: str
    name: str
    address: str
    rows: int
    reason: str
    field: str | None
    sample: str
    at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """Where rows or figures are read on a schedule."""

    project: str
    name: str
    kind: str
    model: str | None
    rows: int
    ran_at: int | None
    due_at: int
    failures: int
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRow:
    """What goes through a channel: messages that wait, were sent, or were given up."""

    project: str
    name: str
    kind: str
    enabled: bool
    waiting: int
    sent: int
    dead: int
    last_sent_at: int | None
    last_error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Windows that monitors judged since the beginning, by what was said of them; `last_at`: the last one."""

    counts: Mapping[str, int]
    last_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What only those see who may see every project.

    Attributes
    ----------
    jobs : what workers have done; leases: name, holder and until when (the machine's time).
    parts : bytes by part; the lake and the tables of the database only where they were asked for.
    disk : bytes free, and in all.
    findings : of `barograph doctor`; None where they were not asked for.
    versions : of what runs.
    """

    jobs: tuple[JobRow, ...]
    leases: tuple[tuple[str, str, int], ...]
    workers: tuple[str, ...]
    parts: Mapping[str, int]
    tables: Mapping[str, int]
    disk: tuple[int, int]
    findings: tuple[Finding, ...] | None
    versions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPage:
    """What the page shows.

    Attributes
    ----------
    checks : of `/readyz`.
    lag : models whose rows wait, the longest first; waiting: how many rows in all.
    machine : None for those who may not see every project.
    machine_now : the machine's time; `now` is the server's, which a demonstration moves.
    """

    checks: tuple[Check, ...]
    lag: tuple[LagRow, ...]
    waiting: int
    judged: Judged
    refused: tuple[RefusedRow, ...]
    sources: tuple[SourceRow, ...]
    channels: tuple[ChannelRow, ...]
    record: OwnRecord
    machine: Machine | None
    now: int
    machine_now: int
    template: str = "system"
