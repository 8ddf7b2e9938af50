"""The routes, one file a resource; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.routes import (
    alerts,
    audit,
    causes,
    channels,
    events,
    explanations,
    health,
    incidents,
    ingest,
    integrations,
    keys,
    metrics,
    models,
    monitors,
    notifications,
    projects,
    readings,
    references,
    rows,
    series,
    silences,
    sources,
    stream,
    versions,
    windows,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    # First, for a request is held against one after the other, and most bring rows.
    ingest.router,
    health.router,
    metrics.router,
    projects.router,
    models.router,
    references.router,
    versions.router,
    series.router,
    windows.router,
    rows.router,
    explanations.router,
    readings.router,
    events.router,
    integrations.router,
    sources.router,
    monitors.router,
    alerts.router,
    incidents.router,
    causes.router,
    silences.router,
    channels.router,
    notifications.router,
    stream.router,
    keys.router,
    audit.router,
)
