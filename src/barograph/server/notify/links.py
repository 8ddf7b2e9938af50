"""Addresses of pages, as messages have them: of a server that knows how it is reached."""

from __future__ import annotations

from urllib.parse import urlencode


def incident_address(public_url: str, incident_id: int) -> str | None:
    """The page of an incident; None where the server does not know how it is reached.

    Examples
    --------
    >>> incident_address("https://baro.example.org/", 7)
    'https://baro.example.org/incidents/7'
    """
    return f"{public_url.rstrip('/')}/incidents/{incident_id}" if public_url else None


def incidents_address(public_url: str, project: str) -> str | None:
    """The inbox of a project, as `incident_address`.

    Examples
    --------
    >>> incidents_address("https://baro.example.org", "risk & co")
    'https://baro.example.org/?project=risk+%26+co'
    """
    return f"{public_url.rstrip('/')}/?{urlencode({'project': project})}" if public_url else None
