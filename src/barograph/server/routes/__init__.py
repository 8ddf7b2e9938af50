"""The routes, one file a resource; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.routes import (
    audit,
    events,
    health,
    ingest,
    keys,
    metrics,
    models,
    projects,
    readings,
    references,
    series,
    versions,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    metrics.router,
    projects.router,
    models.router,
    references.router,
    versions.router,
    ingest.router,
    series.router,
    readings.router,
    events.router,
    keys.router,
    audit.router,
)
