"""The pages, one file each; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.pages.routes import (
    compare,
    events,
    feature,
    features,
    files,
    inbox,
    incidents,
    live,
    model,
    models,
    performance,
    preferences,
    series,
    sign_in,
    silences,
    versions,
)

PAGES: Final[tuple[APIRouter, ...]] = (
    files.router, sign_in.router, preferences.router, live.router, inbox.router, incidents.router, silences.router,
    events.router, models.router, model.router, features.router, feature.router, performance.router, series.router,
    compare.router, versions.router,
)  # fmt: skip
