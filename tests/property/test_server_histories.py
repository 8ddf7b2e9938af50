"""Whatever is logged, in whatever order: what is served equals the library's profile of the rows that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph.profile.codec import content
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema
from barograph.server.worker import Worker, apply, move, rebuild
from barograph.server.worker.limits import Limits
from barograph.server.worker.rebuild import differences
from barograph.server.worker.store import Store
from barograph.store import catalog, deletion
from barograph.store.catalog import Model
from barograph.store.database import open_database
from barograph.store.deletion import ask_deletion
from barograph.store.ids.runs import IdRuns
from barograph.store.lake.lake import Lake
from barograph.store.log import Entry, open_log
from barograph.store.log.sql import SqlLog
from barograph.store.profiles import days, read
from barograph.store.tables import metadata

TASKS = ("regression", "binary", "multiclass", "multilabel")
ZONE = "Europe/Berlin"
#: The day before clocks are set forward.
START = datetime(2024, 3, 30, 9, tzinfo=UTC)
HOUR_US = 3_600_000_000
START_US = int(START.timestamp()) * 1_000_000
SPAN = {"first_day": 19_000, "last_day": 20_500}


class HandClock:
    """A clock that is set by hand."""

    def __init__(self, now: int) -> None:
        self.time = now

    def now(self) -> int:
        return self.time


class Killed(BaseException):
    """The process ends here."""


def label_names(task: str) -> tuple[str, ...]:
    return ("y", "yb") if task == "multilabel" else ("y",)


def classes_of(task: str) -> list[str]:
    return {"multiclass": ["no", "who", "yes"], "multilabel": ["0", "1"]}.get(task, ["no", "yes"])


def schema_of(task: str) -> Schema:
    kind = "numeric" if task == "regression" else "categorical"
    scores = {"binary": ["yes"], "multiclass": classes_of("multiclass"), "multilabel": ["a"]}.get(task, [])
    several = task == "multilabel"
    return (
        Schema(
            task=task,
            positive="yes" if task == "binary" else None,
            timezone=ZONE,
            columns=(
                Column(name="i", role="id", kind="categorical"),
                Column(name="t", role="timestamp", kind="datetime"),
                Column(name="x"),
                Column(name="c", kind="categorical"),
                Column(name="p", role="prediction", kind=kind, class_name="a" if several else None),
                *((Column(name="pb", role="prediction", kind=kind, class_name="b"),) if several else ()),
                *(Column(name=f"s_{c}", role="score", class_name=c) for c in scores),
                Column(name="y", role="label", kind=kind, class_name="a" if several else None),
                *((Column(name="yb", role="label", kind=kind, class_name="b"),) if several else ()),
            ),
        )
        .with_rules({"x is small": "x < 100"})
        .with_metrics(own_metrics(task))
    )


def own_metrics(task: str) -> dict[str, dict[str, object]]:
    """A figure of rows alone, and one that needs the label."""
    sums: dict[str, dict[str, object]] = {"volume": {"sum": "abs(x)", "unit": "EUR"}}
    if task == "regression":
        sums["missed"] = {"sum": "abs(p - y)", "unit": "EUR"}
    return sums


def label_of(task: str, rng: np.random.Generator) -> object:
    if task == "regression":
        return [float(rng.normal()), 0.0, 1e12, -5.0][rng.integers(4)]
    return [*classes_of(task), "never seen"][rng.integers(len(classes_of(task)) + (task != "multilabel"))]


def values_of(task: str, rng: np.random.Generator) -> dict[str, object]:
    """The values of one prediction, but id and time."""
    row: dict[str, object] = {
        "x": [0.0, 1.5, None, float("inf"), 1e300, float(rng.normal())][rng.integers(6)],
        "c": ["a", "b", None, f"new {rng.integers(5)}"][rng.integers(4)],
        "p": label_of(task, rng),
    }
    if task == "multilabel":
        row["pb"] = label_of(task, rng)
    for column in schema_of(task).with_role("score"):
        row[column.name] = float(rng.random()) if rng.random() < 0.9 else None
    return row


def reference_of(task: str) -> Profile:
    rng = np.random.default_rng(TASKS.index(task))
    rows = [
        values_of(task, rng)
        | {n: label_of(task, rng) for n in label_names(task)}
        | {"i": f"train {k}", "t": START - timedelta(days=20, minutes=k)}
        for k in range(300)
    ]
    return bg.profile(pl.DataFrame(rows, infer_schema_length=None, strict=False), schema_of(task), every="1h")


REFERENCES = {task: reference_of(task) for task in TASKS}


@dataclass
class Sent:
    """What one entry of the log holds."""

    kind: str
    received_at: int
    rows: list[dict[str, object]]


@dataclass
class History:
    """Entries in the order in which they are logged, and the days on which they arrived."""

    task: str
    entries: list[Sent] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)

    def final_rows(self, *, arrived_by: int | None = None) -> pl.DataFrame:
        """The rows that count, each with the labels that hold for it; worked out row by row."""
        kept: dict[tuple[object, ...], dict[str, object]] = {}
        latest: list[tuple[str, object, dict[str, object]]] = []
        for entry in self.entries:
            if arrived_by is not None and day_of(entry.received_at) > arrived_by:
                break
            for row in entry.rows:
                labels = {n: row[n] for n in label_names(self.task) if row.get(n) is not None}
                if entry.kind == "predictions":
                    kept.setdefault((row["id"], row["row"], row["version"]), row)
                if labels:
                    latest.append((str(row["id"]), row["row"], labels))
        out = []
        gone = set() if arrived_by is not None else self.deleted
        for (id_, number, version), row in kept.items():
            if id_ in gone:
                continue
            labels = dict.fromkeys(label_names(self.task))
            for of_id, of_row, said in latest:
                if of_id == id_ and of_row in (None, number):
                    labels |= said
            own = {c.name: row.get(c.name) for c in schema_of(self.task).columns}
            time = datetime.fromtimestamp(row["time"] / 1e6, tz=UTC)
            out.append(own | labels | {"i": id_, "t": time, "version": version})
        return pl.DataFrame(out, schema=types_of(self.task), strict=False)


def types_of(task: str) -> dict[str, pl.DataType]:
    types: dict[str, pl.DataType] = {"version": pl.String()}
    for column in schema_of(task).columns:
        types[column.name] = {"numeric": pl.Float64(), "datetime": pl.Datetime("us", "UTC")}.get(
            column.kind, pl.String()
        )
    return types


def day_of(micros: int) -> int:
    """Local day of a time, days since 1970-01-01."""
    time = pl.Series([micros]).cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(ZONE)
    return int(time.dt.date().to_physical()[0])


@st.composite
def histories(draw: st.DrawFn, task: str) -> History:
    """Predictions, labels before and after them, again, otherwise, and for ids nobody predicted."""
    rng = np.random.default_rng(draw(st.integers(0, 1 << 30)))
    history, now = History(task), START_US
    for _ in range(draw(st.integers(1, 9))):
        now += int(rng.choice([0, 1, 3, 30])) * HOUR_US
        kind = ["predictions", "predictions", "labels"][rng.integers(3)]
        rows = [_row(kind, task, now, rng) for _ in range(rng.integers(1, 9))]
        earlier = [e for e in history.entries if e.kind == kind]
        if earlier and rng.random() < 0.3:
            rows += earlier[rng.integers(len(earlier))].rows[:3]
        history.entries.append(Sent(kind, now, rows))
    return history


def _row(kind: str, task: str, now: int, rng: np.random.Generator) -> dict[str, object]:
    row: dict[str, object] = {"id": f"id {rng.integers(12)}", "row": int(rng.choice([0, 0, 0, 1]))}
    if kind == "labels":
        names = [n for n in label_names(task) if rng.random() < 0.8] or ["y"]
        row |= {n: label_of(task, rng) for n in names}
        row["row"] = None if rng.random() < 0.5 else row["row"]
        return row | {"time": now}
    late = int(rng.choice([0, 0, 1, 20, 50]))
    row |= values_of(task, rng) | {"version": str(rng.choice(["1", "1", "2"])), "time": now - late * HOUR_US}
    if rng.random() < 0.3:
        row |= {n: label_of(task, rng) for n in label_names(task)}
    return row


def body_of(sent: Sent, task: str) -> bytes:
    types = types_of(task)
    own = {"barograph_id": "id", "barograph_row": "row", "barograph_time": "time"}
    kinds = {"barograph_id": pl.String(), "barograph_row": pl.Int32(), "barograph_time": pl.Int64()}
    names = [n for n in types if n not in ("i", "t", "version") and any(n in row for row in sent.rows)]
    columns = {n: pl.Series([row.get(o) for row in sent.rows], dtype=kinds[n]) for n, o in own.items()}
    columns |= {n: pl.Series([row.get(n) for row in sent.rows], dtype=types[n], strict=False) for n in names}
    if sent.kind == "predictions":
        columns["barograph_version"] = pl.Series([row["version"] for row in sent.rows])
        columns["barograph_derived"] = pl.Series([False] * len(sent.rows))
        columns["i"] = columns["barograph_id"]
        columns["t"] = columns["barograph_time"].cast(pl.Datetime("us", "UTC"))
    buffer = pl.DataFrame(columns).write_ipc_stream(None, compression="lz4")
    return buffer.getvalue()


@contextmanager
def server(task: str, every: str, by: tuple[tuple[str, ...], ...]) -> Iterator[tuple[Store, Model]]:
    """A store in a folder of its own, with one model."""
    with TemporaryDirectory() as folder:
        store = Store(
            database=open_database(f"sqlite:///{folder}/barograph.db"),
            log=open_log(f"sqlite:///{folder}/log.db"),
            lake_folder=Path(folder) / "lake",
            ids_folder=Path(folder) / "ids",
        )
        with store.database.writing() as conn:
            metadata.create_all(conn)
            catalog.create_project(conn, "bank", now=0)
            made = catalog.create_model(conn, "bank", "m", schema_of(task), now=0, every=every, by=by)
            catalog.add_reference(conn, made.id, "training", REFERENCES[task], now=0)
            model = catalog.model_by_id(conn, made.id)
        try:
            yield store, model
        finally:
            store.database.close()
            store.log.close()


def logged(store: Store, model: Model, sent: Sent, number: int) -> None:
    entry = Entry(
        batch_id=str(number), model_id=model.id, kind=sent.kind, body=body_of(sent, model.schema.task),
        rows=len(sent.rows), received_at=sent.received_at,
    )  # fmt: skip
    store.log.append([entry])


def played(
    store: Store, model: Model, history: History, rng: np.random.Generator, step: Callable[[Worker], None]
) -> None:
    """Log the entries one after the other, the worker going on now and then, another one each time."""
    clock = HandClock(START_US)
    for number, sent in enumerate(history.entries):
        clock.time = sent.received_at
        logged(store, model, sent, number)
        if rng.random() < 0.6:
            limits = Limits(
                chunk_rows=int(rng.integers(1, 12)), move_rows=int(rng.integers(1, 30)), audited_days=1
            )
            step(Worker(store, clock, limits=limits, name="one"))
    if history.deleted:
        with store.database.writing() as conn:
            ask_deletion(conn, model.id, history.deleted, at=clock.time)
        step(Worker(store, clock, limits=Limits(chunk_rows=7, move_rows=9), name="one"))
    last = Worker(store, clock, limits=Limits(chunk_rows=7, move_rows=1 << 30), name="one")
    until_idle(last)


def same(served: Profile, made: Profile) -> None:
    of_cells = replace(made.at(*made.cells), origin=served.origin, name=served.name, extra=())
    assert served.cells == of_cells.cells
    assert content(served) == content(of_cells)


def check_served(store: Store, model: Model, history: History) -> None:
    """Windows, days with segments, each version and all together."""
    rows, reference = history.final_rows(), REFERENCES[history.task]
    with store.database.reading() as conn:
        versions = {v.name: v.id for v in catalog.versions(conn, model.id)}
        for name in (None, *rows["version"].unique().sort().to_list()):
            mine = rows if name is None else rows.filter(pl.col("version") == name)
            mine, version = mine.drop("version"), None if name is None else versions[name]
            if not mine.height:
                continue
            windows = bg.profile(mine, like=reference, every=model.every, by=[], cross_tables=False)
            same(read(conn, model, version, **SPAN), windows)
            by_day = bg.profile(mine, like=reference, every="1d", by=model.by, cross_tables=True)
            same(read(conn, model, version, **SPAN, grain="day"), by_day)


def check_as_of(store: Store, model: Model, history: History) -> None:
    """Rows and outcome as they were known at the end of each day."""
    for arrival in {day_of(entry.received_at) for entry in history.entries}:
        rows = history.final_rows(arrived_by=arrival).drop("version")
        if not rows.height:
            continue
        known = bg.profile(rows, like=REFERENCES[history.task], every=model.every, by=[], cross_tables=False)
        with store.database.reading() as conn:
            served = read(conn, model, **SPAN, as_of=arrival)
        same(served, replace(known, columns={}, custom=None))


def check_rebuilt(store: Store, model: Model) -> None:
    with store.database.reading() as conn:
        held = days(conn, model.id)
        assert [differences(conn, store.of(model), version, day) for version, day in held] == [[]] * len(held)


def until_idle(worker: Worker) -> None:
    while worker.step():
        pass
    assert worker.failures == {}


@contextmanager
def killed_at(commit: int) -> Iterator[None]:
    """The process ends at this one of the points from which a restart must go on: before or after it is on the disk."""
    counted = 0

    def counting(work: Callable[..., object]) -> Callable[..., object]:
        def or_killed(*args: object, **kwargs: object) -> object:
            nonlocal counted
            counted += 2
            if counted - 1 == commit:
                raise Killed
            done = work(*args, **kwargs)
            if counted == commit:
                raise Killed
            return done

        return or_killed

    places = [
        (apply, "write_step"), (move, "advance"), (rebuild, "write"), (deletion, "ask_rebuild"),
        (Lake, "append"), (Lake, "delete"), (SqlLog, "trim"), (SqlLog, "rewrite"),
        (IdRuns, "add"), (IdRuns, "forget"),
    ]  # fmt: skip
    with ExitStack() as patched:
        for holder, name in places:
            patched.enter_context(mock.patch.object(holder, name, counting(getattr(holder, name))))
        yield


def killed_often(rng: np.random.Generator) -> Callable[[Worker], None]:
    """Work that is cut off now and then, and gone on with by a worker that knows nothing of the last."""

    def step(worker: Worker) -> None:
        for _ in range(4):
            with suppress(Killed), killed_at(int(rng.integers(1, 14))):
                until_idle(worker)
            worker = Worker(worker.store, worker.clock, limits=worker.limits, name="one")

    return step


@pytest.mark.parametrize("task", TASKS)
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_served_is_the_librarys_profile_of_the_rows_that_count(task: str, data: st.DataObject):
    history = data.draw(histories(task))
    every = data.draw(st.sampled_from(["1h", "15m", "1d"]))
    by = data.draw(st.sampled_from([(), (("c",),), (("x > 0",), ("c", "p"))]))
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    with server(task, every, by) as (store, model):
        played(store, model, history, rng, until_idle)
        check_served(store, model, history)
        check_as_of(store, model, history)
        check_rebuilt(store, model)


@pytest.mark.parametrize("task", ["regression", "multilabel"])
@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_worker_that_is_killed_anywhere_and_deletions_change_nothing_else(task: str, data: st.DataObject):
    history = data.draw(histories(task))
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    history.deleted = {f"id {k}" for k in rng.choice(12, int(rng.integers(3)), replace=False).tolist()}
    with server(task, "1h", (("c",),)) as (store, model):
        played(store, model, history, rng, killed_often(rng))
        check_served(store, model, history)
        check_rebuilt(store, model)
