"""A source read: each increment is stored together with the cursor after it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl
import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.locale.said import say
from barograph.server.door.check import Sent, check
from barograph.server.door.receive import body_of
from barograph.server.sources.counted import FIRST_ROWS, Counted, Rules, counted, reference_of
from barograph.server.sources.delta import DeltaReader
from barograph.server.sources.files import FilesReader
from barograph.server.sources.forms import DeltaForm, FilesForm, Form, PrometheusForm, read_form
from barograph.server.sources.increment import Increment, Reader, SourceError
from barograph.server.sources.prometheus import Fetch, PrometheusReader
from barograph.server.sources.runs import Runs
from barograph.server.sources.sql import SqlReader
from barograph.server.worker.apply import check_unchanged
from barograph.server.worker.cursor import advance as advance_log
from barograph.server.worker.cursor import cursor_of
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.dead_letters import add_dead_letters
from barograph.store.events import record
from barograph.store.log import Entry
from barograph.store.profiles.stored import Change, change
from barograph.store.readings import add_readings
from barograph.store.sources import SeenFile, StoredSource, advance, keep_files, mark_days, seen_files
from barograph.store.touched import touch_days


class StoppedError(BarographError, RuntimeError):
    """Reading was stopped; what was stored stays, and the rest is read the next time."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What reading a source needs beside it.

    Attributes
    ----------
    owner : names this process among those that share the work.
    environment : holds the secrets of sources.
    fetch : fetches an address of Prometheus.
    wall_ns : the machine's time, ns since 1970.
    key : under which values are hashed where a schema asks for it.
    stopped : whether to leave off.
    """

    store: Store
    owner: str
    environment: Mapping[str, str]
    fetch: Fetch
    wall_ns: Callable[[], int]
    key: bytes = b""
    stopped: Callable[[], bool] = _never


def run_source(reach: Reach, source: StoredSource, *, now: int) -> int:
    """Read what is new of a source.

    Parameters
    ----------
    now : µs UTC.

    Returns
    -------
    Rows, labels or readings that were taken.

    Raises
    ------
    BarographError
        Where it cannot be read, with the reason; what was stored before stays.
    Conflict, StoppedError
        Where another process was at it, or it is to leave off; nothing is wrong.
    """
    form = read_form(source.kind, dict(source.settings))
    taken, place = 0, source
    for increment in _reader(reach, source, form, now).increments(source.cursor):
        place, rows = _take(reach, place, form, increment, now)
        taken += rows
    return taken


def _reader(reach: Reach, source: StoredSource, form: Form, now: int) -> Reader:
    if isinstance(form, FilesForm):
        with reach.store.database.reading() as conn:
            return FilesReader(form=form, seen=seen_files(conn, source.id), wall_ns=reach.wall_ns())
    if isinstance(form, DeltaForm):
        return DeltaReader(form=form)
    if isinstance(form, PrometheusForm):
        return PrometheusReader(
            form=form, model_id=source.model_id, environment=reach.environment, fetch=reach.fetch, now=now
        )
    return SqlReader(form=form, environment=reach.environment)


def _take(
    reach: Reach, source: StoredSource, form: Form, increment: Increment, now: int
) -> tuple[StoredSource, int]:
    """Store an increment; the source as it is then, and how many rows were taken."""
    if isinstance(form, PrometheusForm):
        with reach.store.database.writing() as conn:
            refused = add_readings(conn, source.project_id, increment.readings)
            if refused:
                raise SourceError(f"readings are refused: {refused[0][2]}")
            return advance(conn, source, increment.cursor, rows=len(increment.readings)), len(
                increment.readings
            )
    model = _model(reach.store, source)
    if form.takes == "labels":
        rows = _log_labels(reach, source, model, increment, now)
        with reach.store.database.writing() as conn:
            return _noted(conn, source, increment, rows, now), rows
    runs = Runs(source.cursor.get("runs"))
    rules = Rules(now=now, key=reach.key, version=form.version or "", run=form.run, runs=runs)
    found, model = _counted(reach, model, _until_stopped(reach, increment.frames), rules)
    increment = replace(increment, cursor={**increment.cursor, **({"runs": runs.held} if form.run else {})})
    with reach.store.database.writing() as conn:
        _hold(conn, model)
        change(conn, model.id, Change(added=found.parts))
        mark_days(conn, source, found.by_day)
        touch_days(conn, model.id, found.by_day)
        if found.refused:
            add_dead_letters(conn, model.id, [], at=now, others=found.refused)
        return _noted(conn, source, increment, found.rows, now), found.rows


def _counted(
    reach: Reach, model: Model, frames: Iterable[pl.DataFrame], rules: Rules
) -> tuple[Counted, Model]:
    """Count rows, and give the model bins where it has none yet."""
    rest = iter(frames)
    first = next(rest, None)
    if first is not None and model.grid is None:
        reference = reference_of(model, first, rules)
        with reach.store.database.writing() as conn:
            catalog.add_reference(conn, model.id, FIRST_ROWS, reference, now=rules.now, make_default=True)
            record(
                conn, model_id=model.id, kind="grid_learned", at=rules.now, details={"rows": first.height},
                name=say("bins learned from the first rows of a source"),
            )  # fmt: skip
            model = catalog.model_by_id(conn, model.id)
    known: dict[str, int] = {}

    def version_of(name: str) -> int:
        if name not in known:
            with reach.store.database.writing() as conn:
                known[name] = catalog.version_id(conn, model.id, name, now=rules.now)[0]
        return known[name]

    everything = rest if first is None else chain((first,), rest)
    return counted(model, everything, rules, version_of), model


def _log_labels(reach: Reach, source: StoredSource, model: Model, increment: Increment, now: int) -> int:
    """Put labels into the log; a repeat after a crash is known by the bytes, or is the same label again."""
    rows = 0
    for frame in _until_stopped(reach, increment.frames):
        sent = Sent(batch_id=f"source/{source.id}", received_at=now, key=reach.key)
        found = check(frame, model.schema, "labels", sent).frame
        body = body_of(found)
        name = f"source/{source.id}/{hashlib.blake2b(body, digest_size=16).hexdigest()}"
        entry = Entry(
            batch_id=name, model_id=model.id, kind="labels", body=body, rows=found.height, received_at=now
        )
        if found.height:
            reach.store.log.append([entry])
        rows += found.height
    return rows


def _noted(
    conn: sa.Connection, source: StoredSource, increment: Increment, rows: int, now: int
) -> StoredSource:
    """Move the cursor, and note files and what is to be told."""
    keep_files(conn, source.id, (_with_rows(file, rows) for file in increment.files), now=now)
    for notice in increment.notices:
        record(
            conn, model_id=source.model_id, project_id=source.project_id, kind=notice.kind, at=now,
            name=notice.name, details={**notice.details, "source": source.name},
            once=f"{source.id}:{notice.once}", source=f"source {source.name}",
        )  # fmt: skip
    return advance(conn, source, increment.cursor, rows=rows)


def _with_rows(file: SeenFile, rows: int) -> SeenFile:
    return replace(file, rows=rows) if rows else file


def _model(store: Store, source: StoredSource) -> Model:
    assert source.model_id is not None
    with store.database.reading() as conn:
        return catalog.model_by_id(conn, source.model_id)


def _hold(conn: sa.Connection, model: Model) -> None:
    """Have the model's profiles for oneself until the transaction ends.

    Raises
    ------
    Conflict
        Where the model was changed while its rows were counted, or is being written.
    """
    check_unchanged(conn, model)
    cursor = cursor_of(conn, model.id)
    # Whoever writes the model's profiles moves this row first, if only to where it stands.
    advance_log(conn, cursor, cursor)


def _until_stopped(reach: Reach, frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    for frame in frames:
        if reach.stopped():
            raise StoppedError("reading was stopped; it goes on from where the last increment ended.")
        yield frame
