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
from barograph.monitors.expand import watches
from barograph.monitors.file import MonitorFile
from barograph.monitors.possible import sides_of
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
    """What a file names and is not there, such as models, references and channels: they may come, or be misspelt.

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
    return [*found, *_references(conn, projects, file), *_gone(conn, projects, file)]


def _references(
    conn: sa.Connection, projects: Mapping[int, str], file: MonitorFile
) -> Iterator[tuple[str, Said]]:
    """References that monitors compare with, by name, and that none of the models they watch has."""
    models = [model for project in projects.values() for model in catalog.models(conn, project)]
    for monitor in file.monitors:
        named = {side.name for side in sides_of(monitor) if side.kind == "reference" and side.name}
        asked = [Matcher(name="reference", how="=", value=name) for name in sorted(named) if "/" not in name]
        watched = [model for model in models if watches(monitor, model.name)]
        if asked and watched:
            there = {each.name for model in watched for each in catalog.references(conn, model.id)}
            known = KnownLabels(names=(), values={}, seen={"reference": sorted(there)})
            yield from ((f"monitor {monitor.name!r}", said) for said in unseen(asked, known))


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
