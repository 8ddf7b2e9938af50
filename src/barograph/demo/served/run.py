"""The demo from beginning to end: a server, a year of rides, simulated models, and what came of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from barograph.demo.bike.rides import TIMEZONE
from barograph.demo.served import bikes
from barograph.demo.served.bikes import Year
from barograph.demo.served.plan import DEPLOYMENTS, FAULT, FIRST_DAY, LAST_DAY, MODEL, PROJECT, truth
from barograph.demo.served.running import Demo, DemoError
from barograph.demo.served.simulated import DAYS, Simulated, send
from barograph.demo.served.watched import ToldIncident, incidents, watch
from barograph.profile.value import Profile

FILE: Final = "demo.json"
_AT: Final = f"/v1/projects/{PROJECT}/models/{MODEL}"
_WAIT_SECONDS: Final = 300.0
_PAUSE_SECONDS: Final = 0.2

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What happened, as the server answers it.

    Attributes
    ----------
    rows, labelled : of the bike model.
    by_version : mean absolute error and labelled rows of each version.
    in_fault, before_fault : mean absolute error on the fault's days, and in the four weeks before.
    as_known : what was known of the fault's last day at its end, and what is known now: labelled rows.
    why : the explanation's sentences.
    incidents : of severity warning and above.
    """

    rows: int
    labelled: int
    by_version: dict[str, tuple[float, int]]
    in_fault: float
    before_fault: float
    as_known: tuple[int, int]
    why: tuple[str, ...]
    incidents: tuple[ToldIncident, ...]


def begin(demo: Demo, year: Year) -> Profile:
    """Make the project and the bike model, watched; returns its reference."""
    demo.send("POST", "/v1/projects", json={"name": PROJECT})
    reference = bikes.make_model(demo, year)
    watch(demo, reference)
    return reference


def replay_year(demo: Demo, year: Year, reference: Profile, progress: Progress) -> None:
    """Send the year; `progress` is told of the days sent."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    for done, _ in enumerate(bikes.replay(demo, year, reference), 1):
        progress(done, days)


def send_simulated(demo: Demo, models: tuple[Simulated, ...], progress: Progress) -> None:
    """Send the simulated models, whose days end when the year does."""
    start = simulated_start()
    for done, model in enumerate(models, 1):
        send(demo, model, start)
        progress(done, len(models))


def simulated_start() -> datetime:
    """First moment of the simulated models' rows."""
    return datetime(2012, 1, 1, tzinfo=UTC) - timedelta(days=DAYS)


def settled(demo: Demo, year: Year, models: tuple[Simulated, ...]) -> None:
    """Wait until all that was sent is counted.

    Raises
    ------
    DemoError
        Where that takes minutes.
    """
    expected = year.rides.height - bikes.training_hours(year)
    last = time.monotonic() + _WAIT_SECONDS
    while True:
        demo.work.catch_up()
        windows = _windows(demo, MODEL)
        counted = (sum(w["rows"] for w in windows), sum(w["labelled"] for w in windows))
        if counted == (expected, expected) and all(_windows(demo, m.name) for m in models):
            return
        if time.monotonic() > last:
            raise DemoError(
                f"of {expected} hours sent {counted[0]} are counted, {counted[1]} with their label."
            )
        time.sleep(_PAUSE_SECONDS)


def _windows(demo: Demo, model: str) -> list[dict[str, Any]]:
    asked = {"from": FIRST_DAY.isoformat(), "window": "1d"}
    found: Any = demo.get(f"/v1/projects/{PROJECT}/models/{model}/windows", **asked)["windows"]
    return list(found)


def ask(demo: Demo) -> Told:
    """Ask the server what happened."""
    windows = _windows(demo, MODEL)
    last = FAULT.last.isoformat()
    before = (FAULT.first - timedelta(days=28)).isoformat(), (FAULT.first - timedelta(days=1)).isoformat()
    fault_days = {"from": FAULT.first.isoformat(), "to": last}
    why: Any = demo.get(f"{_AT}/explanations", **fault_days, reference="/".join(before))["summary"]
    then: Any = demo.get(f"{_AT}/windows", **{"from": last, "to": last}, as_of=last)["windows"]
    now: Any = demo.get(f"{_AT}/windows", **{"from": last, "to": last})["windows"]
    return Told(
        rows=sum(w["rows"] for w in windows),
        labelled=sum(w["labelled"] for w in windows),
        by_version={d.version: _error(demo, version=d.version) for d in DEPLOYMENTS},
        in_fault=_error(demo, **fault_days)[0],
        before_fault=_error(demo, **{"from": before[0], "to": before[1]})[0],
        as_known=(sum(w["labelled"] for w in then), sum(w["labelled"] for w in now)),
        why=tuple(why),
        incidents=incidents(demo),
    )


def _error(demo: Demo, **asked: str) -> tuple[float, int]:
    """Mean absolute error over the days of a span, and the rows it rests on."""
    span = {"from": FIRST_DAY.isoformat(), "to": LAST_DAY.isoformat()} | asked
    series: Any = demo.get(f"{_AT}/series", address="performance.mae", window="1d", **span)["series"]
    points = [(p["value"], p["n"]) for p in series[0]["points"] if p["value"] is not None]
    rows = sum(n for _, n in points)
    return sum(value * n for value, n in points) / rows, rows


def write_truth(demo: Demo, models: tuple[Simulated, ...]) -> Path:
    """Write address, key, models and what was planted as `demo.json` in the data directory."""
    start = simulated_start()
    bike = {
        "name": MODEL, "task": "regression", "simulated": False, "timezone": TIMEZONE,
        "versions": [d.version for d in DEPLOYMENTS], "truth": truth(),
    }  # fmt: skip
    others = [
        {"name": m.name, "task": m.task, "simulated": True, "versions": ["1"], "truth": [m.truth(start)]}
        for m in models
    ]
    held = {
        "address": demo.address, "token": demo.token, "data": str(demo.data),
        "project": PROJECT, "models": [bike, *others],
    }  # fmt: skip
    path = demo.data / FILE
    path.write_text(json.dumps(held, indent=2) + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def replay_start(year: Year) -> datetime:
    """When the first hour of the replay begins, in UTC."""
    moment = year.rides["at"][bikes.training_hours(year)]
    assert isinstance(moment, datetime)
    return moment


def document(demo: Demo, told: Told, path: Path) -> dict[str, Any]:
    """All of it for programs; the key is in the file alone."""
    return {
        "address": demo.address, "file": str(path), "rows": told.rows, "labelled": told.labelled,
        "versions": {name: {"mae": mae, "n": n} for name, (mae, n) in told.by_version.items()},
        "fault": {"mae": told.in_fault, "mae_before": told.before_fault},
        "as_known": {"then": told.as_known[0], "now": told.as_known[1]}, "why": list(told.why),
        "incidents": [asdict(each) for each in told.incidents],
    }  # fmt: skip
