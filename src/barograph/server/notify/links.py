"""Addresses of pages, as messages have them: of a server that knows how it is reached."""

from __future__ import annotations

from urllib.parse import quote


def incident_address(public_url: str, project: str, incident_id: int) -> str | None:
    """The page of an incident; None where the server does not know how it is reached.

    Examples
    --------
    >>> incident_address("https://baro.example.org/", "risk & co", 7)
    'https://baro.example.org/p/risk%20%26%20co/incidents/7'
    """
    return f"{_project(public_url, project)}/incidents/{incident_id}" if public_url else None


def incidents_address(public_url: str, project: str) -> str | None:
    """The page of all incidents of a project, as `incident_address`."""
    return f"{_project(public_url, project)}/incidents" if public_url else None


def _project(public_url: str, project: str) -> str:
    return f"{public_url.rstrip('/')}/p/{quote(project, safe='')}"
