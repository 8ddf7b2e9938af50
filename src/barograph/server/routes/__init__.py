"""The routes, one file a resource; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.routes import (
    audit,
    events,
    explanations,
    health,
    ingest,
    keys,
    metrics,
    models,
    projects,
    readings,
    references,
    rows,
    series,
    sources,
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
    sources.router,
    keys.router,
    audit.router,
)
