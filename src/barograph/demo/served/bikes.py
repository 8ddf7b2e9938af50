"""The bike model's year, sent by the client as it went: predictions by the hour, labels a day late."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

import barograph_client
from barograph.api import profile
from barograph.demo.bike.forest import PREDICTION, Forest, answered, train
from barograph.demo.bike.rides import FEATURES, LABEL, TIMESTAMP, TIMEZONE, TRAINING, load_rides, rows_of
from barograph.demo.served.plan import (
    DEPLOYMENTS,
    MODEL,
    PROJECT,
    WEATHER,
    WEATHER_SOURCE,
    Deployment,
    as_received,
    version_on,
)
from barograph.demo.served.running import Demo, DemoError
from barograph.profile.codec import save
from barograph.profile.value import Profile
from barograph.schema.model import Kind, Schema
from barograph.server.routes.sent import PROFILE

ID: Final = "hour_id"
_CODES: Final[dict[str, Kind]] = {
    "season": "categorical", "holiday": "categorical", "workingday": "categorical",
    "hr": "numeric", "weekday": "numeric",
}  # fmt: skip
#: What errors cost: assumed, as a real operator would say it of the own business.
_METRICS: Final[dict[str, dict[str, object]]] = {
    "error_cost": {
        "under": 1.2, "over": 0.4, "unit": "USD", "better": "lower",
        "description": "fares lost where bikes were missing, 1.20 each, and bikes moved in vain, 0.40 each",
    },
}  # fmt: skip
_AS_PROFILE: Final = {"Content-Type": PROFILE}
_REFERENCES: Final = f"/v1/projects/{PROJECT}/models/{MODEL}/references"
#: What of the client's own reports would be the demo's machine rather than a year of service.
_QUIET: Final[dict[str, Any]] = {"heartbeat_seconds": 0.0, "host_seconds": 0.0, "calls_seconds": 0.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The rides of 2011 with the time of each in UTC, and the model's versions."""

    rides: pl.DataFrame
    forests: dict[str, Forest]


def make_year() -> Year:
    """Read the rides, and train each version on what was known when it was deployed.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    """
    rides = load_rides().with_columns(
        pl.col(TIMESTAMP).dt.to_string("%Y-%m-%dT%H").alias(ID),
        pl.col(TIMESTAMP)
        .dt.replace_time_zone(TIMEZONE, ambiguous="earliest")
        .dt.convert_time_zone("UTC")
        .alias("at"),
    )
    before = pl.col(TIMESTAMP).dt.date()
    forests = {}
    for deployed in DEPLOYMENTS:
        first = deployed is DEPLOYMENTS[0]
        known = rows_of(rides, TRAINING) if first else rides.filter(before < deployed.day)
        forests[deployed.version] = train(known)
    return Year(rides=rides, forests=forests)


def references(year: Year) -> tuple[Profile, Profile]:
    """The training rows with the answers of trees that had not seen them, and with the whole forest's."""
    training, forest = rows_of(year.rides, TRAINING).drop("at"), year.forests["1"]
    unseen = answered(training, forest.out_of_bag)
    schema = Schema.infer(
        unseen, id=ID, prediction=PREDICTION, label=LABEL, timestamp=TIMESTAMP, task="regression",
        timezone=TIMEZONE, kinds=_CODES, metrics=_METRICS,
    )  # fmt: skip
    out_of_bag = profile(unseen, schema, every="1d", origin="out-of-bag", name="out-of-bag")
    seen = answered(training, forest.predict(training))
    return out_of_bag, profile(seen, like=out_of_bag, origin="training", name="in-sample")


def make_model(demo: Demo, year: Year) -> Profile:
    """Make the model from its out-of-bag reference, which is returned, and tell where its columns come from."""
    out_of_bag, in_sample = references(year)
    models = f"/v1/projects/{PROJECT}/models"
    demo.send("POST", models, params={"name": MODEL}, content=save(out_of_bag), headers=_AS_PROFILE)
    demo.send("POST", _REFERENCES, params={"name": "in-sample"}, content=save(in_sample), headers=_AS_PROFILE)
    lineage = {"model": MODEL, "features": {name: [WEATHER_SOURCE] for name in WEATHER}}
    demo.send("POST", f"/v1/projects/{PROJECT}/lineage", json={"lineage": [lineage]})
    return out_of_bag


def _compare_with(demo: Demo, year: Year, deployed: Deployment, like: Profile) -> None:
    """Compare a retrained version with the rows it was trained on, answered by trees that had not seen them."""
    known = year.rides.filter(pl.col(TIMESTAMP).dt.date() < deployed.day).drop("at")
    rows = answered(known, year.forests[deployed.version].out_of_bag)
    name = f"out-of-bag {deployed.version}"
    kept = profile(rows, like=like, every="1d", origin="out-of-bag", name=name)
    demo.send(
        "POST", _REFERENCES, params={"name": name, "default": "true"}, content=save(kept), headers=_AS_PROFILE
    )


def replay(demo: Demo, year: Year, reference: Profile) -> Iterator[date]:
    """Send the year, day by day; each day is named once it is sent.

    Every hour is logged when it comes and sent within six hours; the hours of a day get their labels at the end of
    the next. A version that is deployed is compared with its own training rows from then on.

    Parameters
    ----------
    reference : the first version's, whose bins all profiles of the model have.

    Raises
    ------
    DemoError
        Where a batch is not acknowledged.
    """
    client = barograph_client.Client(clock=demo.clock, threads=False)
    client.init(
        url=demo.address,
        api_key=demo.token,
        project=PROJECT,
        model=MODEL,
        environment=False,
        strict=True,
        **_QUIET,
    )
    first = DEPLOYMENTS[0].day
    days = as_received(year.rides).filter(pl.col(TIMESTAMP).dt.date() >= first)
    yesterday = days.clear()
    deployed = {d.day: d for d in DEPLOYMENTS}
    for (day,), rows in days.group_by(pl.col(TIMESTAMP).dt.date(), maintain_order=True):
        assert isinstance(day, date)
        if day in deployed:
            demo.clock.move(rows["at"][0])
            client.log_event("deployment", f"version {deployed[day].version}", version=deployed[day].version)
            if deployed[day] is not DEPLOYMENTS[0]:
                _compare_with(demo, year, deployed[day], reference)
        _send_day(demo, client, rows, year.forests[version_on(day)], version_on(day))
        client.log_labels(yesterday[ID].to_list(), yesterday[LABEL].to_list())
        _sent(client)
        yesterday = rows
        yield day
    _end(demo, client, yesterday)


def _send_day(
    demo: Demo, client: barograph_client.Client, rows: pl.DataFrame, forest: Forest, version: str
) -> None:
    began = time.perf_counter()
    answers = forest.predict(rows)
    seconds = (time.perf_counter() - began) / max(rows.height, 1)
    for i, (row, answer) in enumerate(zip(rows.iter_rows(named=True), answers, strict=True)):
        demo.clock.move(row["at"] + timedelta(minutes=1))
        features = {name: row[name] for name in FEATURES}
        client.log(
            features, prediction=float(answer), id=row[ID], timestamp=row["at"], version=version, model=MODEL
        )
        if i % 6 == 5:
            _sent(client)
        if i == 5:
            # The day before is over, its windows are due, and labels have come for the one before that.
            demo.work.catch_up()
    client.log_reading("latency", seconds, unit="s", model=MODEL, version=version)
    demo.clock.move(rows["at"][-1] + timedelta(minutes=50))


def _end(demo: Demo, client: barograph_client.Client, last: pl.DataFrame) -> None:
    """The last day's labels come a day later, and with them the replay is over."""
    demo.clock.move(last["at"][-1] + timedelta(days=1))
    client.log_labels(last[ID].to_list(), last[LABEL].to_list())
    _sent(client)
    client.close()
    lost = client.stats().dropped
    if lost:
        raise DemoError(f"rows of the demo were dropped: {lost}")


def _sent(client: barograph_client.Client) -> None:
    if not client.flush(60.0):
        raise DemoError(f"the demo's server did not acknowledge what was sent: {client.stats()}")


def training_hours(year: Year) -> int:
    """Hours before the replay begins."""
    return year.rides.filter(pl.col(TIMESTAMP).dt.date() < DEPLOYMENTS[0].day).height
