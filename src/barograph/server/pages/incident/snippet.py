"""Python that fetches what an incident rests on into a notebook."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from barograph.server.times import as_datetime
from barograph.store.alerts import StoredAlert
from barograph.store.incidents import StoredIncident

_SNIPPET: Final = """import os

import barograph
import httpx

server = httpx.Client(
    base_url={base!r},
    headers={{"Authorization": f"Bearer {{os.environ['BAROGRAPH_API_KEY']}}"}},
    timeout=60,
)
model = {model!r}
incident = server.get({incident!r}).json()
span = {{"from": {first!r}, "to": {end!r}}}

with open("current.profile", "wb") as file:
    file.write(server.get(f"{{model}}/profiles", params=span | {{"sample": "true"}}).content)
with open("reference.profile", "wb") as file:
    file.write(server.get(f"{{model}}/references/{reference}").content)

reference = barograph.load_profile("reference.profile")
current = barograph.load_profile("current.profile")
barograph.compare(reference, current)
"""


def snippet_of(base: str, project: str, incident: StoredIncident, lead: StoredAlert) -> str:
    """The snippet, with the windows of the incident.

    Parameters
    ----------
    base : address of the server.
    lead : of whose windows.
    """
    first, end = (as_datetime(time).isoformat() for time in (lead.started_at, lead.window_end))
    at = f"/v1/projects/{quote(project, safe='')}"
    return _SNIPPET.format(
        base=base, model=f"{at}/models/{quote(lead.labels.get('model', ''), safe='')}",
        incident=f"{at}/incidents/{incident.id}", first=first, end=end,
        reference=quote(str(lead.details.get("reference") or "reference"), safe=""),
    )  # fmt: skip
