"""One broken upstream column that feeds 40 models: incidents, messages and cost; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/noise.py [--models 40 --features 100 --rows 400 --broken 1 --dry]

All features of all models come from one source (lineage). From a day on it sends nothing but nulls, in all of them or
in the first `--broken`; rows fall into 8 segments. Each model has the monitors that are suggested for it, untouched,
and one of nulls in every column and segment. The store is a real one, judged by the evaluator, watched and delivered
from as a worker does it, on a clock set by hand. Rows of one model are drawn; the others hold copies of its stored
parts.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import siblings  # noqa: F401
import sqlalchemy as sa

import barograph as bg
import results
from barograph.frames.typed import typed
from barograph.metrics.address import parse_address
from barograph.monitors.condition import Limit
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.suggest import suggest_monitors
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.explain import Explaining
from barograph.server.alerting.file import put_file
from barograph.server.alerting.tick import Watching
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.channels import put_channel
from barograph.store.lineage import set_lineage
from barograph.store.profiles.add import add_rows
from barograph.store.tables.alerts import alerts, incidents, outbox
from barograph.store.tables.monitors import monitor_series
from barograph.store.tables.profiles import profiles
from monitors.tick import DAY_US, FIRST_DAY, opened

REFERENCE_DAYS, QUIET_DAYS, BROKEN_DAYS, SEGMENTS = 28, 1, 2, 8
HOUR_US = 3_600_000_000
SOURCE = "warehouse.customers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What is measured.

    Attributes
    ----------
    features : of each model.
    rows : a day.
    broken : features that become null, the first ones.
    """

    models: int
    features: int
    rows: int
    broken: int

    @property
    def schema(self) -> Schema:
        names = [f"x{k:02}" for k in range(self.features)]
        return Schema(
            task="regression",
            columns=(
                Column(name="t", role="timestamp", kind="datetime"),
                Column(name="land", role="segment", kind="categorical"),
                *(Column(name=name, kind="numeric") for name in names),
                Column(name="p", role="prediction"),
                Column(name="y", role="label"),
            ),
        )

    def drawn(self, day: int, *, broken: bool) -> pl.DataFrame:
        """Rows of a day; the model takes what is null for 0."""
        rng = np.random.default_rng([7, day])
        x = rng.normal(size=(self.features, self.rows))
        truth, nulls = x[0] + x[1], self.broken if broken else 0
        start = (FIRST_DAY + day) * DAY_US
        return pl.DataFrame(
            {
                "t": pl.Series(start + np.sort(rng.integers(0, DAY_US, self.rows))).cast(
                    pl.Datetime("us", "UTC")
                ),
                "land": [f"l{n}" for n in rng.integers(0, SEGMENTS, self.rows)],
                **{
                    f"x{k:02}": pl.Series([None] * self.rows, dtype=pl.Float64) if k < nulls else x[k]
                    for k in range(self.features)
                },
                "p": x[nulls:2].sum(axis=0),
                "y": truth + rng.normal(0.0, 0.5, self.rows),
            }
        )


def made(store: Store, fleet: Fleet) -> int:
    """Models `m0`, `m1`, … with their rows, monitors, lineage and a channel; returns the project's id."""
    days = [
        fleet.drawn(day, broken=day >= REFERENCE_DAYS + QUIET_DAYS)
        for day in range(REFERENCE_DAYS + QUIET_DAYS + BROKEN_DAYS)
    ]
    reference = bg.profile(pl.concat(days[:REFERENCE_DAYS]), fleet.schema, every="1d", by="land", name="good")
    start = (FIRST_DAY + REFERENCE_DAYS) * DAY_US
    with store.database.writing() as conn:
        catalog.create_project(conn, "fleet", now=start)
        project = catalog.project(conn, "fleet").id
        models = [_model(conn, f"m{n}", fleet, reference, start) for n in range(fleet.models)]
    first, version = models[0]
    for day in days[REFERENCE_DAYS:]:
        with store.database.writing() as conn:
            add_rows(conn, first, version, typed(day, fleet.schema), received_at=start)
    with store.database.writing() as conn:
        for model, own in models[1:]:
            changed = {"model_id": sa.literal(model.id), "version_id": sa.literal(own)}
            columns = [changed.get(c.name, c).label(c.name) for c in profiles.c]
            parts = sa.select(*columns).where(profiles.c.model_id == first.id)
            conn.execute(sa.insert(profiles).from_select([c.name for c in profiles.c], parts))
        put_channel(conn, project_id=project, name="ops", kind="browser", sealed=b"x", now=start)
        put_file(conn, project, watched(reference), now=start + HOUR_US, actor="benchmark")
    return project


def _model(conn: sa.Connection, name: str, fleet: Fleet, reference: Profile, at: int) -> tuple[Model, int]:
    created = catalog.create_model(conn, "fleet", name, fleet.schema, every="1d", by=(("land",),), now=at)
    catalog.add_reference(conn, created.id, "good", reference, now=at)
    set_lineage(conn, created.id, {f"x{k:02}": [SOURCE] for k in range(fleet.features)}, at=at)
    return catalog.model_by_id(conn, created.id), catalog.version_id(conn, created.id, "1", now=at)[0]


def watched(reference: Profile) -> MonitorFile:
    """Suggested monitors, and one of nulls by column and segment."""
    file = suggest_monitors(reference, operations=False)
    by_segment = Monitor(
        name="nulls in a segment", metric=parse_address("quality.null_share(column=*, segment=*)"),
        when=Limit(above=0.5), severity="info", window="1d",
    )  # fmt: skip
    return replace(file, monitors=(*file.monitors, by_segment))


def lived(store: Store) -> tuple[float, float]:
    """Judge day after day, watch and put out what is to be told; seconds of the processor: in all, of the worst day."""
    evaluator, explaining, watching = Evaluator(store), Explaining(store), Watching(store.database)
    spent = []
    for day in range(REFERENCE_DAYS, REFERENCE_DAYS + QUIET_DAYS + BROKEN_DAYS + 1):
        began = time.process_time()
        for hour in range(0, 24, 6):
            now = (FIRST_DAY + day) * DAY_US + (hour + 1) * HOUR_US
            while evaluator.step(now=now) or explaining.step(now=now):
                pass
            watching.step(now=now)
        spent.append(time.process_time() - began)
        print(day, f"{spent[-1]:.1f} CPU s", file=sys.stderr, flush=True)
    return sum(spent), max(spent)


def main() -> None:
    """Measure and keep the table."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--models", type=int, default=40)
    asked.add_argument("--features", type=int, default=100)
    asked.add_argument("--rows", type=int, default=400)
    asked.add_argument("--broken", type=int, help="features that become null; all where left out")
    given = asked.parse_args()
    broken = given.features if given.broken is None else given.broken
    fleet = Fleet(models=given.models, features=given.features, rows=given.rows, broken=broken)
    with opened() as (store, _):
        made(store, fleet)
        seconds, worst = lived(store)
        told = figures(store)
    pages = [one for one in told["incidents"] if one["peak_severity"] != "info"]
    rows = [
        ["series watched", told["series"]],
        ["alerts", told["alerts"]],
        ["incidents", len(told["incidents"])],
        ["of these more than info", len(pages)],
        ["messages", "; ".join(f"{n} {reason}" for reason, n in told["messages"].items())],
        ["title of the largest", max(told["incidents"], key=lambda one: one["many"])["title"]],
        ["its alerts", max(one["many"] for one in told["incidents"])],
        ["CPU s of all days, of the worst", f"{seconds:.0f}, {worst:.0f}"],
    ]
    met = len(told["incidents"]) == 1 and told["messages"].get("new", 0) == 1
    said = (
        f"{fleet.models} models of {fleet.features} features in {SEGMENTS} segments, all fed by one source that sends "
        f"nulls in {broken} of the features from day {QUIET_DAYS + 1} on; {fleet.rows} rows a day and model. SQLite, "
        "one process."
    )
    title = "one broken column upstream" if broken == 1 else "a broken table upstream"
    body = "\n\n".join(
        [
            f"## Monitors: {title}",
            results.machine(results.versions("barograph", "sqlalchemy"), date=given.date),
            said,
            results.table(("", ""), rows),
            results.verdict("one incident, one message that says it is new", met=met),
        ]
    )  # fmt: skip
    results.keep(f"monitors: noise, {title}", body, dry=given.dry)


def figures(store: Store) -> dict[str, Any]:
    """What the store holds in the end."""
    with store.database.reading() as conn:
        many = sa.select(sa.func.count()).where(alerts.c.incident_id == incidents.c.id).scalar_subquery()
        # Absorbed incidents have no alert left and were told to nobody.
        of = sa.select(incidents.c.title, incidents.c.peak_severity, many.label("many")).where(many > 0)
        reasons = sa.select(outbox.c.reason, sa.func.count().label("many")).where(
            outbox.c.state != "withdrawn"
        )
        return {
            "series": conn.scalar(sa.select(sa.func.count()).select_from(monitor_series)),
            "alerts": conn.scalar(sa.select(sa.func.count()).select_from(alerts)),
            "incidents": [dict(row) for row in conn.execute(of).mappings()],
            "messages": {row.reason: row.many for row in conn.execute(reasons.group_by(outbox.c.reason))},
        }


if __name__ == "__main__":
    main()
