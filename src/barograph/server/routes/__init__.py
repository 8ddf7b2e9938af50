"""The routes, one file a resource; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.routes import (
    audit,
    channels,
    events,
    explanations,
    health,
    ingest,
    integrations,
    keys,
    metrics,
    models,
    notifications,
    projects,
    readings,
    references,
    rows,
    series,
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
    channels.router,
    notifications.router,
    stream.router,
    keys.router,
    audit.router,
)
