from dataclasses import replace

import polars as pl
import pytest

from barograph.api import profile
from barograph.frames.typed import typed
from barograph.operations.evaluate import evaluate_readings
from barograph.operations.sums import reading_sums
from barograph.operations.windows import evaluate_reading_windows
from barograph.schema.model import Column, Schema
from barograph.server.operations.seen import operations_seen
from barograph.server.operations.upkeep import keep_operations
from barograph.server.reading.span import Span
from barograph.store import catalog
from barograph.store.dropped import add_dropped
from barograph.store.environments import Environment, add_environment
from barograph.store.events import record
from barograph.store.heartbeats import Heartbeat, add_heartbeats
from barograph.store.probes import add_answers
from barograph.store.profiles.add import add_rows
from barograph.store.readings import Reading, add_readings, read_readings

HOUR = 3_600_000_000
DAY = 24 * HOUR
#: Midnight of 1 January 2024.
START = 1_704_067_200_000_000
SCHEMA = Schema(columns=(Column(name="x"), Column(name="at", role="timestamp", kind="datetime")))

LABELLED = Schema(
    task="regression",
    columns=(
        Column(name="p", role="prediction"),
        Column(name="y", role="label"),
        Column(name="at", role="timestamp", kind="datetime"),
    ),
)


@pytest.fixture
def model(database):
    with database.writing() as conn:
        catalog.create_project(conn, "shop", now=0)
        return catalog.create_model(conn, "shop", "churn", SCHEMA, now=0)


@pytest.fixture
def figure(database, model):
    def evaluated(address, *, first=START, end=START + DAY, now=START + DAY, of=model):
        with database.reading() as conn:
            shop = catalog.project(conn, "shop").id
            held = catalog.model_by_id(conn, of.id)
            view = operations_seen(
                conn, shop, held, address, Span(first=first, end=end, timezone="UTC"), now=now
            )
        return evaluate_readings(address, view)

    return evaluated


def send(database, model, times):
    frame = pl.DataFrame({"x": [1.0] * len(times), "at": pl.Series(times).cast(pl.Datetime("us", "UTC"))})
    with database.writing() as conn:
        held = catalog.model_by_id(conn, model.id)
        if held.grid is None:
            catalog.set_grid(conn, model.id, profile(frame, SCHEMA, every="1h").grid)
            held = catalog.model_by_id(conn, model.id)
        version, _ = catalog.version_id(conn, model.id, "1", now=0)
        add_rows(conn, held, version, typed(frame, SCHEMA), received_at=max(times))


def send_labels(database, model, times, *, received):
    ones = [1.0] * len(times)
    frame = pl.DataFrame({"p": ones, "y": ones, "at": pl.Series(times).cast(pl.Datetime("us", "UTC"))})
    with database.writing() as conn:
        catalog.set_grid(conn, model.id, profile(frame, LABELLED, every="1h").grid)
        version, _ = catalog.version_id(conn, model.id, "1", now=0)
        held = catalog.model_by_id(conn, model.id)
        add_rows(conn, held, version, typed(frame, LABELLED), received_at=received)


def test_readings_of_a_host_count_for_the_models_heard_there(database, model, figure):
    with database.writing() as conn:
        shop = catalog.project(conn, "shop").id
        cpu = Reading(name="process_cpu", at=START, sums=reading_sums([0.5], START), host="a")
        add_readings(conn, shop, [cpu, replace(cpu, host="b", sums=reading_sums([9.0], START))])
        add_heartbeats(conn, [Heartbeat(model_id=model.id, at=START, host="a")])
    assert figure("operations.cpu").value == 0.5


def test_rows_come_from_stored_profiles(database, model, figure):
    send(database, model, [START + h * HOUR for h in (0, 1, 1, 5)])
    assert figure("operations.volume").value == 4.0
    assert figure("operations.gaps", end=START + 6 * HOUR).value == 0.5
    assert figure("operations.longest_gap", end=START + 6 * HOUR).value == 10_800.0


def test_the_same_hours_of_earlier_weeks_are_the_measure(database, model, figure):
    weeks = [START - k * 7 * DAY for k in range(5)]
    send(database, model, [w + 9 * HOUR for w in weeks for _ in range(1 if w == START else 10)])
    first = START + 9 * HOUR
    assert figure("operations.volume_ratio", first=first, end=first + HOUR).value == 0.1


def test_a_model_that_fell_silent_long_ago_is_all_gap(database, model, figure):
    send(database, model, [START - 100 * DAY])
    assert figure("operations.gaps").value == 1.0


def test_rows_that_clients_dropped_are_a_share_of_all(database, model, figure):
    send(database, model, [START] * 3)
    with database.writing() as conn:
        add_dropped(conn, model_id=model.id, at=START, reason="overflow", rows=1)
    assert figure("operations.dropped_share").value == 0.25


def test_probes_and_silence_are_told(database, model, figure):
    with database.writing() as conn:
        for at, answer in ((START, 1), (START + HOUR, 2)):
            add_answers(conn, model.id, {"a": answer, "b": 0}, at=at)
    assert figure("operations.probe_changed").value == 0.5
    assert figure('operations.feedback_rate(kind="override")').detail == "no prediction in this span"
    assert figure("operations.availability").detail == "no heartbeat was heard"


def test_a_figure_by_the_hour_is_that_of_each_hour(database, model):
    send(database, model, [START + h * HOUR for h in (0, 1, 1, 3)])
    with database.reading() as conn:
        span = Span(first=START, end=START + 4 * HOUR, timezone="UTC")
        held = catalog.model_by_id(conn, model.id)
        view = operations_seen(conn, 1, held, "operations.volume", span, now=span.end)
    edges = [START + h * HOUR for h in range(5)]
    found = evaluate_reading_windows("operations.volume", view, edges)
    assert [(start, r.value) for start, r in found] == list(zip(edges, [1.0, 2.0, 0.0, 1.0], strict=False))


def test_minutes_are_kept_for_a_week_and_readings_for_their_time(database, model):
    with database.writing() as conn:
        shop = catalog.project(conn, "shop").id
        for days in (0, 8, 40):
            at = START - days * DAY
            add_readings(conn, shop, [Reading(name="x", at=at, sums=reading_sums([1.0], at))])
    keep_operations(database, now=START, retention_days=30)
    with database.reading() as conn:
        windows = read_readings(conn, shop, None, first=0, end=START + 1)["x"]
    assert [w.seconds for w in windows] == [3_600, 60]


def test_events_of_the_model_and_of_its_project_are_counted(database, model, figure):
    with database.writing() as conn:
        shop = catalog.project(conn, "shop").id
        other = catalog.create_model(conn, "shop", "rent", SCHEMA, now=0)
        record(conn, model_id=model.id, project_id=shop, kind="schema_change", at=START)
        record(conn, model_id=None, project_id=shop, kind="schema_change", at=START + HOUR)
        record(conn, model_id=other.id, project_id=shop, kind="schema_change", at=START)
        record(conn, model_id=model.id, project_id=shop, kind="deployment", at=START)
    assert figure('operations.event_count(kind="schema_change")').value == 2.0
    assert figure('operations.event_count(kind="schema_change")', end=START + HOUR).value == 1.0
    assert figure('operations.event_count(kind="audit_failed")').value == 0.0


@pytest.mark.parametrize(
    ("deployed", "left"), [(None, 1.0), (-5 * HOUR, 0.0), (6 * HOUR, 0.0), (7 * HOUR, 1.0)]
)
def test_changes_of_environment_that_nobody_deployed_are_counted(database, model, figure, deployed, left):
    with database.writing() as conn:
        for at, numpy in ((START, "1.26"), (START + 12 * HOUR, "2.1")):
            add_environment(
                conn, Environment(model_id=model.id, at=at, details={"libraries": {"numpy": numpy}})
            )
        if deployed is not None:
            # Told after the change, as pipelines do.
            record(conn, model_id=model.id, kind="deployment", at=START + 12 * HOUR + deployed)
    assert figure('operations.event_count(kind="environment_change")').value == 1.0
    assert figure('operations.event_count(kind="undeployed_change")').value == left


def test_the_age_of_a_version_is_from_when_rows_first_named_it(database, model, figure):
    assert figure("operations.version_age").detail == "no version has been seen yet"
    with database.writing() as conn:
        catalog.version_id(conn, model.id, "1", now=START)
        catalog.version_id(conn, model.id, "2", now=START + 23 * HOUR)
    assert figure("operations.version_age").value == 3_600.0


def test_labels_are_counted_by_the_day_they_came(database, figure):
    with database.writing() as conn:
        held = catalog.create_model(conn, "shop", "late", LABELLED, now=0)
    assert figure("operations.labels_received", of=held).detail == "no label has come yet"
    send_labels(database, held, [START - 3 * DAY, START], received=START + HOUR)
    assert figure("operations.labels_received", of=held).value == 2.0
    assert "by the day" in figure("operations.labels_received", of=held, end=START + HOUR).detail
    assert figure("operations.labels_received", of=held, first=START - DAY, end=START).value == 0.0
