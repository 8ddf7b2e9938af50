"""The pages, one file each; a new one is listed here."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from barograph.server.pages.routes import files, inbox, incidents, preferences, sign_in

PAGES: Final[tuple[APIRouter, ...]] = (
    files.router, sign_in.router, preferences.router, inbox.router, incidents.router,
)  # fmt: skip
