"""Types of monitors, each with the question it answers: an explicit list, by group."""

from __future__ import annotations

from typing import Final

from barograph.monitors.catalogue import arrival, drift, labels, performance, quality, service, surroundings
from barograph.monitors.catalogue.kind import MonitorType
from barograph.schema.model import Column, Schema

#: In the order of the reference page.
TYPES: Final[tuple[MonitorType, ...]] = (
    *performance.TYPES,
    *labels.TYPES,
    *drift.TYPES,
    *quality.TYPES,
    *arrival.TYPES,
    *service.TYPES,
    *surroundings.TYPES,
)

#: Declares the figures of a business that the catalogue's examples watch.
SCHEMA: Final = Schema(
    task="binary",
    positive="yes",
    columns=(
        Column(name="age"),
        Column(name="amount"),
        Column(name="score", role="score"),
        Column(name="prediction", role="prediction", kind="categorical"),
        Column(name="y", role="label", kind="categorical"),
    ),
).with_metrics({"profit": {"sum": "amount * 0.03", "per": "row", "unit": "EUR", "better": "higher"}})
