"""Labels that alerts of a project can have, and the names that are there now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import sqlalchemy as sa

from barograph.alerts.inhibition import read_inhibition
from barograph.alerts.known_labels import KnownLabels, known_labels, unseen
from barograph.alerts.labels import with_severity
from barograph.alerts.matchers import Matcher, matches
from barograph.locale.said import Said, say
from barograph.monitors.file import MonitorFile
from barograph.server.alerting.standing import severity_of
from barograph.store import catalog
from barograph.store.alerts import open_in_short
from barograph.store.channels import all_channels
from barograph.store.monitors import all_monitors


def labels_of_projects(conn: sa.Connection, projects: Mapping[int, str]) -> KnownLabels:
    """Labels that alerts of some projects, by id and name, can have."""
    kept = [each for project_id in projects for each in all_monitors(conn, project_id)]
    there = [model.name for name in projects.values() for model in catalog.models(conn, name)]
    seen = {"project": list(projects.values()), "model": there, "monitor": [each.name for each in kept]}
    return known_labels([each.document.get("labels") or {} for each in kept], seen)


def names_to_come(
    conn: sa.Connection, projects: Mapping[int, str], file: MonitorFile
) -> list[tuple[str, Said]]:
    """Models, monitors and channels that a file names and that are not there: they may come, or be written otherwise.

    Returns
    -------
    By monitor or inhibition, in the order of the file, a sentence with the nearest name.
    """
    held = labels_of_projects(conn, projects)
    monitors = sorted({*held.seen["monitor"], *(monitor.name for monitor in file.monitors)})
    known = replace(held, seen={**held.seen, "monitor": monitors})
    asked = [
        (
            f"monitor {monitor.name!r}",
            [Matcher(name="model", how="=~", value=each) for each in monitor.models],
        )
        for monitor in file.monitors
    ]
    for name, document in file.inhibitions.items():
        rule = read_inhibition(name, document)
        asked.append((f"inhibition {name!r}", [*rule.source, *rule.target]))
    found = [(where, said) for where, matchers in asked for said in unseen(matchers, known)]
    return [*found, *_gone(conn, projects, file)]


def _gone(conn: sa.Connection, projects: Mapping[int, str], file: MonitorFile) -> Iterator[tuple[str, Said]]:
    """What monitors notify though it is neither a route nor a channel any more."""
    there = {*file.routes, *(each.name for project_id in projects for each in all_channels(conn, project_id))}
    for monitor in file.monitors:
        for name in monitor.notify:
            if name not in there:
                yield (
                    f"monitor {monitor.name!r}",
                    say(
                        "There is no route or channel {name} now; the default route tells in its place.",
                        name=repr(name),
                    ),
                )


def open_alerts_like(conn: sa.Connection, project_id: int, matchers: Iterable[Matcher]) -> int:
    """How many open alerts of a project conditions hold for now."""
    conditions = tuple(matchers)
    return sum(
        matches(conditions, with_severity(alert.labels, severity_of(alert.severity)))
        for alert in open_in_short(conn, project_id)
    )
