"""All there is for Grafana and Prometheus, as files."""

from __future__ import annotations

from typing import Final

from barograph.grafana.dashboard import Dashboard, written
from barograph.grafana.fleet import FLEET
from barograph.grafana.model import MODEL
from barograph.grafana.rule import written_rules
from barograph.grafana.server import SERVER

DASHBOARDS: Final[tuple[Dashboard, ...]] = (FLEET, MODEL, SERVER)
#: Name of the file of alert rules.
RULES_FILE: Final = "barograph.rules.yml"


def files() -> dict[str, str]:
    """Text by name of file: a dashboard each, and the alert rules.

    Examples
    --------
    >>> list(files())
    ['barograph-fleet.json', 'barograph-model.json', 'barograph-server.json', 'barograph.rules.yml']
    """
    dashboards = {f"{dashboard.uid}.json": written(dashboard) for dashboard in DASHBOARDS}
    return dashboards | {RULES_FILE: written_rules()}
