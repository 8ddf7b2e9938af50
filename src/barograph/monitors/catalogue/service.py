"""How the service around a model fares: speed, errors, resources, objectives."""

from __future__ import annotations

from typing import Final

from barograph.monitors.arrays import Course
from barograph.monitors.catalogue.kind import MonitorType, types_of, usual

_made = types_of("Operations")
_objective = types_of("Objectives")

TYPES: Final[tuple[MonitorType, ...]] = (
    _made(
        "slow answers", "Does one answer in twenty take longer than callers wait?",
        {"metric": "operations.latency(q=0.95)", "window": "5m",
         "when": {"above": 0.5, "clear": 0.4}, "for": 3},
        (0.2, 0.7, 0.8, 0.9), (0.2, 0.7, 0.8, 0.3),
    ),
    _made(
        "slower than usual at this hour", "Is an ordinary answer slower than at like hours?",
        {"metric": "operations.latency(q=0.5)", "window": "1h",
         "when": {"band": {"width": 5, "side": "above", "season": "none"}}},
        (*usual(0.05, 0.003), 0.12), (*usual(0.05, 0.003), 0.055),
    ),
    _made(
        "new version slower", "Is the latest version slower than the one before it?",
        {"metric": "operations.latency(q=0.9)", "version": "latest", "against": "version(previous)", "window": "1h",
         "when": {"change": "+50%"}, "for": 2},
        Course(values=(0.2, 0.4, 0.41), compared=0.2), Course(values=(0.2, 0.4, 0.25), compared=0.2),
    ),
    _made(
        "calls more or fewer than usual", "Do calls come as at like hours of the week?",
        {"metric": "operations.throughput", "window": "1h", "when": {"band": {"width": 6, "season": "none"}}},
        (*usual(20.0, 1.0), 3.0), (*usual(20.0, 1.0), 22.0),
    ),
    _made(
        "failed calls", "Do calls fail right now?",
        {"metric": "operations.error_rate", "window": "5m", "when": {"above": "5%"}, "for": 2},
        (0.001, 0.2, 0.3), (0.001, 0.2, 0.01),
    ),
    _made(
        "errors since a deployment", "Did calls begin to fail with a deployment?",
        {"metric": "operations.error_rate", "window": "1h", "when": {"all": [
            {"above": "1%"}, {"metric": 'operations.event_count(kind="deployment")', "above": 0}]}},
        Course(values=(0.001, 0.05), parts={'operations.event_count(kind="deployment")': Course(values=(0, 1))}),
        Course(values=(0.001, 0.05), parts={'operations.event_count(kind="deployment")': Course(values=(0, 0))}),
    ),
    _objective(
        "error budget burning", "Are calls failing so fast that the month's error budget will not last?",
        {"metric": "operations.error_rate", "window": "5m",
         "when": {"burn": {"objective": "99.9%"}}},
        (0.0005, *(0.08,) * 12), (0.0005,) * 13,
    ),
    _objective(
        "availability budget burning", "Is the service away more than was agreed for the month?",
        {"metric": "operations.availability", "window": "5m",
         "when": {"burn": {"objective": "99.5%"}}},
        (1.0, *(0.2,) * 12), (1.0,) * 13,
    ),
    _made(
        "not heard", "Is a host silent now?",
        {"metric": "operations.availability(host=*)", "window": "5m", "when": {"below": "50%"},
         "no_data": "alert"},
        (1.0, 0.2), (1.0, 0.8),
    ),
    _made(
        "processor", "Is a host's processor busy without a pause?",
        {"metric": "operations.cpu(host=*)", "window": "5m", "when": {"above": 0.95, "clear": 0.8},
         "for": 6},
        (0.4, *(0.98,) * 6), (0.4, *(0.98,) * 4, 0.5),
    ),
    _made(
        "memory", "Does a process hold more memory than it may?",
        {"metric": "operations.memory(host=*)", "window": "15m", "when": {"above": 4e9}},
        (2e9, 4.4e9), (2e9, 3.1e9),
    ),
    _made(
        "memory leak", "Does memory grow without end?",
        {"metric": "operations.memory_leak(host=*)", "window": "6h", "when": {"above": 2e7}},
        (0.0, 9e7), (0.0, 1e6),
    ),
    _made(
        "hours until memory is gone", "When will it break?",
        {"metric": "operations.hours_to_limit(host=*)", "window": "6h", "when": {"below": 12},
         "severity": "critical"},
        (400.0, 7.0), (400.0, 90.0),
    ),
    _made(
        "disk", "Is a disk nearly full?",
        {"metric": "operations.disk(host=*)", "window": "1h",
         "when": {"above": "90%", "clear": "85%"}},
        (0.7, 0.93), (0.7, 0.88),
    ),
    _made(
        "disk traffic", "Does the service suddenly read or write a multiple?",
        {"metric": "operations.io", "window": "1h", "against": "previous(24)", "when": {"change": "+300%"}},
        Course(values=(1e6, 9e6), compared=1e6), Course(values=(1e6, 2e6), compared=1e6),
    ),
)  # fmt: skip
