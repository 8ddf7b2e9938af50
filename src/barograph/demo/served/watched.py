"""The demo's monitors: as they are suggested, untouched; and who is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from barograph.demo.served.plan import MODEL, PROJECT
from barograph.demo.served.running import Demo
from barograph.monitors.file import file_document
from barograph.monitors.suggest import suggest_monitors
from barograph.profile.value import Profile

_CHANNEL: Final = "browser"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldIncident:
    """An incident of the year.

    Attributes
    ----------
    opened, started, resolved : ISO 8601; started: of the first window that was breached.
    monitors : names of the monitors that fired, the first first.
    told : messages that were sent of it.
    """

    id: int
    title: str
    severity: str
    opened: str
    started: str
    resolved: str | None
    monitors: tuple[str, ...]
    told: int


def watch(demo: Demo, reference: Profile) -> None:
    """Watch the bike model with what is suggested for its reference, and tell whoever has a page open."""
    at = f"/v1/projects/{PROJECT}"
    demo.send("PUT", f"{at}/channels/{_CHANNEL}", json={"kind": "browser", "config": {}})
    suggested = suggest_monitors(reference, model=MODEL)
    demo.send("PUT", f"{at}/monitors", json=file_document(suggested))


def incidents(demo: Demo) -> tuple[ToldIncident, ...]:
    """Incidents of the year, in order of time; those of severity info, which nobody is told of, are left out."""
    found: Any = demo.get(f"/v1/projects/{PROJECT}/incidents", limit="200")["incidents"]
    ids = [each["id"] for each in found if each["peak_severity"] != "info"]
    return tuple(sorted((_incident(demo, each) for each in ids), key=lambda i: i.opened))


def _incident(demo: Demo, incident_id: int) -> ToldIncident:
    held: dict[str, Any] = demo.get(f"/v1/projects/{PROJECT}/incidents/{incident_id}")
    fired = sorted(held["alerts"], key=lambda alert: alert["fired_at"])
    return ToldIncident(
        id=held["id"], title=held["title"], severity=held["peak_severity"], opened=held["opened_at"],
        started=held["started_at"], resolved=held["resolved_at"],
        monitors=tuple(dict.fromkeys(alert["monitor"] for alert in fired)),
        told=sum(one["state"] == "sent" for one in held["notifications"]),
    )  # fmt: skip
