"""Simulated models of every task, labelled as such, each with what was planted in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

import barograph_client
from barograph.api import profile
from barograph.demo.served.plan import PROJECT
from barograph.demo.served.running import Demo, DemoError
from barograph.profile.codec import save
from barograph.schema.model import Schema
from barograph.server.routes.sent import PROFILE

#: Days sent, after as many days of reference; the planted change begins on the day given.
DAYS: Final = 60
CHANGE_DAY: Final = 45
_ROWS_A_DAY: Final = 48
_LABEL_DAYS: Final = 3
_CHANGES: Final = ("drift", "concept", "nulls", "none")
_WHAT: Final = {
    "drift": "x1 moves by one standard deviation",
    "concept": "the label no longer follows x1",
    "nulls": "a third of x2 is missing",
    "none": "nothing changes",
}
Rows = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """One model: its task, how its rows are made, and what happens to it."""

    name: str
    task: str
    change: str
    seed: int

    def truth(self, start: datetime) -> dict[str, Any]:
        """What was planted, for `demo.json`."""
        begins = None if self.change == "none" else (start + timedelta(days=CHANGE_DAY)).date().isoformat()
        columns = {"drift": ["x1"], "concept": ["x1"], "nulls": ["x2"]}.get(self.change, [])
        return {
            "kind": self.change, "what": _WHAT[self.change], "columns": columns, "first": begins,
        }  # fmt: skip


def simulated_models(count: int) -> tuple[Simulated, ...]:
    """So many models, of each task in turn.

    Examples
    --------
    >>> [m.name for m in simulated_models(2)]
    ['simulated-regression-01', 'simulated-binary-02']
    """
    tasks = list(_TASKS)
    return tuple(
        Simulated(
            name=f"simulated-{tasks[i % len(tasks)]}-{i + 1:02d}",
            task=tasks[i % len(tasks)],
            change=_CHANGES[(i // len(tasks)) % len(_CHANGES)],
            seed=2_011 + i,
        )
        for i in range(count)
    )


def send(demo: Demo, model: Simulated, start: datetime) -> None:
    """Make a model from rows of 60 days, then send the next 60: rows at once, labels three days late.

    Raises
    ------
    DemoError
        Where something is not acknowledged.
    """
    rng = np.random.default_rng(model.seed)
    before = _rows(model, rng, start - timedelta(days=DAYS), changed=False)
    task = _TASKS[model.task]
    schema = Schema.infer(before, id="row_id", timestamp="at", **task.roles)
    reference = profile(before, schema, every="1d", origin="hold-out", name="simulated hold-out")
    path = f"/v1/projects/{PROJECT}/models"
    made = demo.http.post(
        path, params={"name": model.name}, content=save(reference), headers={"Content-Type": PROFILE}
    )
    if made.is_error:
        raise DemoError(f"POST {path} was answered {made.status_code}: {made.text}")
    demo.http.patch(f"{path}/{model.name}", json={"owner": "simulated"})
    rows = _rows(model, rng, start, changed=True)
    labels = [c.name for c in schema.with_role("label")]
    client = barograph_client.Client(clock=demo.clock, threads=False)
    client.init(
        url=demo.address, api_key=demo.token, project=PROJECT, model=model.name, version="1", environment=False,
        heartbeat_seconds=0.0, host_seconds=0.0, calls_seconds=0.0, strict=True,
    )  # fmt: skip
    renamed = rows.rename({"row_id": "prediction_id", "at": "timestamp"})
    client.log_batch(renamed.drop(labels), wait_seconds=60.0)
    known = renamed.filter(pl.col("timestamp") < start + timedelta(days=DAYS - _LABEL_DAYS))
    client.log_labels(known.select("prediction_id", *labels), wait_seconds=60.0)
    if not client.flush(120.0):
        raise DemoError(f"rows of {model.name} were not acknowledged: {client.stats()}")
    client.close()


def _rows(model: Simulated, rng: np.random.Generator, start: datetime, *, changed: bool) -> pl.DataFrame:
    size = DAYS * _ROWS_A_DAY
    day = np.arange(size) // _ROWS_A_DAY
    moved = (day >= CHANGE_DAY) if changed else np.zeros(size, bool)
    x1, x2 = rng.normal(size=size), rng.gamma(2.0, 2.0, size)
    if model.change == "drift":
        x1 = x1 + moved
    follows = np.where(moved & (model.change == "concept"), 0.0, 1.0)
    signal = follows * x1 + 0.3 * x2 + 0.4 * rng.normal(size=size)
    known = x1 + 0.3 * x2
    x2_seen = np.where(moved & (model.change == "nulls") & (rng.random(size) < 1 / 3), np.nan, x2)
    columns = {
        "row_id": [f"{model.name}-{'now' if changed else 'before'}-{i}" for i in range(size)],
        "at": [start + timedelta(minutes=30 * i) for i in range(size)],
        "x1": x1,
        "x2": pl.Series(x2_seen).fill_nan(None),
        "channel": rng.choice(["web", "shop", "phone"], size, p=[0.6, 0.3, 0.1]),
        **_TASKS[model.task].answers(signal, known, rng),
    }  # fmt: skip
    return pl.DataFrame(columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """Arguments of `Schema.infer`, and label and answer columns from what is true and what the model knows."""

    roles: Rows
    answers: Callable[[NDArray[np.float64], NDArray[np.float64], np.random.Generator], Rows]


def _regression(true: NDArray[np.float64], known: NDArray[np.float64], _rng: np.random.Generator) -> Rows:
    return {"predicted": known, "actual": true}


def _binary(true: NDArray[np.float64], known: NDArray[np.float64], rng: np.random.Generator) -> Rows:
    said = 1.0 / (1.0 + np.exp(-(known - 1.2) * 2.0))
    came = rng.random(len(true)) < 1.0 / (1.0 + np.exp(-(true - 1.2) * 2.0))
    return {"p_yes": said, "outcome": np.where(came, "yes", "no")}


def _multiclass(true: NDArray[np.float64], known: NDArray[np.float64], _rng: np.random.Generator) -> Rows:
    names = np.array(["low", "middle", "high"])
    return {"said": names[np.digitize(known, (0.5, 2.0))], "came": names[np.digitize(true, (0.5, 2.0))]}


def _multilabel(true: NDArray[np.float64], known: NDArray[np.float64], _rng: np.random.Generator) -> Rows:
    return {
        "p_warm": 1.0 / (1.0 + np.exp(-known + 1.0)), "p_late": 1.0 / (1.0 + np.exp(known - 1.0)),
        "is_warm": (true > 1.0).astype(int), "is_late": (true < 1.0).astype(int),
    }  # fmt: skip


def _ranking(true: NDArray[np.float64], known: NDArray[np.float64], _rng: np.random.Generator) -> Rows:
    return {"query": np.arange(len(true)) // 8, "score": known, "clicked": (true > 1.8).astype(int)}


def _forecast(true: NDArray[np.float64], known: NDArray[np.float64], _rng: np.random.Generator) -> Rows:
    return {"predicted": known, "actual": true, "ahead": np.arange(len(true)) % 3 + 1}


_TASKS: Final[dict[str, _Task]] = {
    "regression": _Task(
        roles={"task": "regression", "prediction": "predicted", "label": "actual"}, answers=_regression
    ),
    "binary": _Task(
        roles={"task": "binary", "score": "p_yes", "label": "outcome", "positive": "yes"}, answers=_binary
    ),
    "multiclass": _Task(
        roles={"task": "multiclass", "prediction": "said", "label": "came"}, answers=_multiclass
    ),
    "multilabel": _Task(
        roles={
            "label": {"warm": "is_warm", "late": "is_late"}, "score": {"warm": "p_warm", "late": "p_late"},
        },
        answers=_multilabel,
    ),
    "ranking": _Task(
        roles={"task": "ranking", "label": "clicked", "score": "score", "roles": {"query": "group"}},
        answers=_ranking,
    ),
    "forecast": _Task(
        roles={
            "task": "forecast", "prediction": "predicted", "label": "actual", "roles": {"ahead": "horizon"},
        },
        answers=_forecast,
    ),
}  # fmt: skip
