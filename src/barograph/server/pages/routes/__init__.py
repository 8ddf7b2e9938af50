"""The pages, one file each; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.pages.routes import (
    alerts,
    calendars,
    compare,
    compliance,
    correlations,
    embed,
    events,
    feature,
    features,
    files,
    find,
    inbox,
    incidents,
    landings,
    live,
    model,
    model_import,
    model_monitors,
    model_new,
    models,
    monitor_editor,
    monitors,
    notifications,
    performance,
    preferences,
    references,
    refused,
    series,
    settings,
    settings_audit,
    settings_channel,
    settings_channels,
    settings_keys,
    settings_people,
    sign_in,
    silences,
    system,
    versions,
)

PAGES: Final[tuple[APIRouter, ...]] = (
    files.router, sign_in.router, preferences.router, live.router, inbox.router, incidents.router, alerts.router,
    silences.router, calendars.router, events.router, model_new.router, model_import.router, models.router,
    model.router, features.router, feature.router, performance.router, series.router,
    compare.router, versions.router, monitors.router, monitor_editor.router, model_monitors.router, find.router,
    notifications.router, references.router,
    system.router, refused.router, landings.router, compliance.router, correlations.router, embed.router,
    settings.router, settings_people.router, settings_keys.router, settings_channels.router, settings_channel.router,
    settings_audit.router,
)  # fmt: skip
