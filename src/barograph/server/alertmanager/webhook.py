"""What Alertmanager posts to a webhook (version 4), as events on the models' timelines."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

import sqlalchemy as sa
from pydantic import BaseModel, Field

from barograph.server.errors import RequestRefused
from barograph.server.operations.forms import read_time
from barograph.store import catalog
from barograph.store.errors import NotFound
from barograph.store.events import record

KIND: Final = "infrastructure"
_Text = Annotated[str, Field(max_length=4_000, pattern=r"^[^\x00]*$")]
_Labels = Annotated[dict[_Text, _Text], Field(max_length=100)]
#: What alerts of this server's own have: they come back where Alertmanager routes them here.
_OWN: Final = ({"monitor", "series", "kind"}, {"BarographWatchdog", "BarographTest"})
_LONGEST_NAME: Final = 200
_MOST_AHEAD_US: Final = 600_000_000


class WebhookAlert(BaseModel):
    """One alert; fields of later versions are passed over."""

    status: Literal["firing", "resolved"]
    labels: _Labels
    annotations: _Labels = Field(default_factory=dict)
    startsAt: _Text  # noqa: N815 - as it is sent
    endsAt: _Text = ""  # noqa: N815
    generatorURL: _Text = ""  # noqa: N815
    fingerprint: Annotated[str, Field(max_length=100)] = ""


class Webhook(BaseModel):
    """A group of alerts, as Alertmanager 0.16 and later post it."""

    version: Literal["4"]
    alerts: list[WebhookAlert] = Field(max_length=10_000)
    externalURL: _Text = ""  # noqa: N815
    truncatedAlerts: int = 0  # noqa: N815


class WebhookAnswer(BaseModel):
    """What became of the alerts."""

    written: int = Field(description="Events that are new.")
    known: int = Field(description="Alerts told before, in the same state.")
    own: int = Field(description="Alerts this server raised itself, which are left out.")


def take_webhook(conn: sa.Connection, project: str, told: Webhook, *, source: str, now: int) -> WebhookAnswer:
    """Write an event for each alert that began or ended, in the caller's transaction.

    An alert with a label `model` is of that model, where the project has it; others are of the project as a whole.

    Parameters
    ----------
    source : name of the key it came with.
    now : microseconds UTC.

    Raises
    ------
    RequestRefused
        422 where a time cannot be read.
    """
    project_id = catalog.project(conn, project).id
    models: dict[str, int | None] = {}
    written = own = 0
    for place, alert in enumerate(told.alerts):
        if _is_own(alert.labels):
            own += 1
            continue
        at = min(_time(alert, place), now + _MOST_AHEAD_US)
        name = alert.labels.get("model", "")
        if name not in models:
            models[name] = _model_id(conn, project, name)
        begun = record(
            conn, model_id=models[name], project_id=project_id, kind=KIND, at=at, received_at=now, source=source,
            name=_name(alert), details=_details(alert, told.externalURL), once=_once(project_id, alert),
        )  # fmt: skip
        written += begun is not None
    return WebhookAnswer(written=written, known=len(told.alerts) - written - own, own=own)


def _is_own(labels: Mapping[str, str]) -> bool:
    every, names = _OWN
    return every <= labels.keys() or labels.get("alertname") in names


def _time(alert: WebhookAlert, place: int) -> int:
    """When it began, or when it ended where that is over."""
    field = "startsAt" if alert.status == "firing" else "endsAt"
    try:
        return read_time(getattr(alert, field))
    except ValueError as error:
        raise RequestRefused(422, f"alerts.{place}.{field}: {error}.") from None


def _model_id(conn: sa.Connection, project: str, name: str) -> int | None:
    try:
        return catalog.model(conn, project, name).id if name else None
    except NotFound:
        return None


def _name(alert: WebhookAlert) -> str:
    told = alert.labels.get("alertname") or alert.annotations.get("summary") or "an alert"
    return f"{told[: _LONGEST_NAME - 10]} {'fires' if alert.status == 'firing' else 'is over'}"


def _details(alert: WebhookAlert, address: str) -> dict[str, Any]:
    told = {
        "status": alert.status,
        "labels": alert.labels,
        "summary": alert.annotations.get("summary", ""),
        "link": alert.generatorURL or address,
    }
    return {name: value for name, value in told.items() if value}


def _once(project_id: int, alert: WebhookAlert) -> str:
    """The same for every repetition of an alert in one state."""
    which = alert.fingerprint or repr(sorted(alert.labels.items()))
    said = f"{project_id} {which} {alert.startsAt} {alert.status}"
    return hashlib.sha256(said.encode()).hexdigest()
