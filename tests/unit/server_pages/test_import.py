"""Rows of a file imported on a page: the later part of a new model's file, and files for a model that is there."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from barograph.server.pages.begin.meaning import proposed
from barograph.server.worker import Worker
from barograph.server.worker.store import Store
from barograph.store.audit import read_audit
from barograph.store.catalog import create_project, model
from barograph.store.database import open_database
from barograph.store.events import read_events
from barograph.store.log import open_log
from barograph.store.profiles import read

from .test_model_new import HERE, confirm, drop, form_token, token_of

START = datetime(2011, 1, 1)
ROLES = {"role.0": "id", "role.1": "timestamp", "role.3": "prediction", "role.4": "label"}
AT = "/models/bank/loans/import"


def months(n=400):
    """Forty days of ten rows, the last tenth without a label; some calls are -1."""
    return pl.DataFrame({
        "key": [f"k{i}" for i in range(n)],
        "time": [START + timedelta(hours=2.4 * i) for i in range(n)],
        "calls": [-1 if i % 20 == 0 else i % 5 for i in range(n)],
        "prediction": [i % 2 for i in range(n)],
        "label": [(i // 2) % 2 if i < 0.9 * n else None for i in range(n)],
    })  # fmt: skip


@pytest.fixture
def database(settings, token, clock):
    found = open_database(settings.database_url)
    with found.writing() as conn:
        create_project(conn, "bank", now=clock.now())
    yield found
    found.close()


@pytest.fixture
def loans(signed_in, database):
    """A model whose reference is the first twenty days."""
    token = token_of(drop(signed_in, months().head(200).write_csv().encode(), "january.csv"))
    assert confirm(signed_in, token, do="make", **ROLES).url.path == "/models/bank/loans/begin"
    return signed_in


def put(browser, frame, name="later.csv", **form):
    told = {"form_token": form_token(browser)} | form
    return browser.post(AT, data=told, headers=HERE, files={"file": (name, frame.write_csv().encode())})


def count_rows(settings, database, clock):
    log = open_log(settings.log_url)
    worker = Worker(
        Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path), clock
    )
    while worker.step():
        pass
    log.close()
    with database.reading() as conn:
        return read(conn, model(conn, "bank", "loans"), first_day=0, last_day=20_000).rows


def test_a_day_and_what_means_missing_are_proposed(tmp_path):
    months().write_csv(tmp_path / "all.csv")
    found = proposed(tmp_path / "all.csv", name="loans", project="bank")
    assert (found.since, found.null_values) == ("2011-01-21", {"calls": ("-1",)})


def test_rows_before_the_day_are_the_reference_and_the_others_are_imported(
    signed_in, database, settings, clock
):
    answer = drop(signed_in, months().write_csv().encode(), "all.csv")
    assert 'name="since" value="2011-01-21"' in answer.text
    assert "200 rows before it are the reference; the 200 since are imported" in answer.text
    made = confirm(
        signed_in, token_of(answer), do="make", since="2011-01-21", **ROLES, **{"null.2": "-1, -2"}
    )
    assert made.url.path == "/models/bank/loans/begin"
    assert "200 rows of all.csv were taken" in made.text
    assert "160 of them (80%) brought a label" in made.text
    # Whole days, so that the first one's window is among them.
    assert "/compare?span=2011-01-21%2F2011-02-09" in made.text
    assert "200 rows are on the disk and wait to be counted" in made.text
    with database.reading() as conn:
        found = model(conn, "bank", "loans")
        assert found.schema.column("calls").null_values == ("-1", "-2")
        assert [e.kind for e in read_events(conn, model_id=found.id)] == ["backfill"]
        assert "rows.import" in {entry.action for entry in read_audit(conn)}
    assert count_rows(settings, database, clock) == 200
    page = signed_in.get("/models/bank/loans/begin.json").json()
    assert (page["waiting"], page["seen"]["rows"]) == (0, 200)


def test_a_day_needs_times(signed_in, database):
    token = token_of(drop(signed_in, months().write_csv().encode()))
    answer = confirm(signed_in, token, do="make", since="2011-01-21", **{"role.3": "prediction"})
    assert answer.status_code == 422
    assert "say which column has the time of the row" in answer.text
    assert "--timestamp" not in answer.text


def test_a_day_outside_is_refused_and_nothing_is_made(signed_in, database):
    token = token_of(drop(signed_in, months().write_csv().encode()))
    answer = confirm(signed_in, token, do="make", since="2012-01-21", **ROLES)
    assert answer.status_code == 422
    assert "times go from 2011-01-01 00:00 to 2011-02-09" in answer.text
    assert signed_in.get("/models.json").json()["models"] == []


def test_flags_of_the_shell_are_not_shown(signed_in, database):
    rows = pl.DataFrame({"x": [1.0, 2.0] * 9, "p": ["a", "b"] * 9, "y": ["b", "a"] * 9})
    token = token_of(drop(signed_in, rows.write_csv().encode()))
    answer = confirm(signed_in, token, do="make", **{"role.1": "prediction", "role.2": "label"})
    assert "Which class of the label is the positive one" in answer.text
    assert "--positive" not in answer.text


def test_a_file_is_imported_for_a_model_that_is_there(loans, database, settings, clock):
    answer = put(loans, months().slice(200))
    assert answer.url.path == AT
    assert "200 rows of later.csv were taken" in answer.text
    assert not list((settings.data_path / "uploads").glob("*"))
    assert count_rows(settings, database, clock) == 200
    assert "Every row that came is counted" in loans.get(AT).text


def test_a_file_that_is_sent_again_counts_once(loans):
    put(loans, months().slice(200))
    assert "200 had been sent before" in put(loans, months().slice(200)).text


def test_labels_that_came_later_are_imported_alone(loans):
    put(loans, months().slice(200).drop("label"))
    assert "None of them brought a label" in loans.get(AT).text
    labels = months().slice(200, 100).select("key", "label")
    assert "100 labels of labels.csv were taken" in put(loans, labels, "labels.csv", kind="labels").text


def test_rows_that_are_not_taken_are_told_with_their_reason(loans):
    rows = months().slice(200, 3).with_columns(time=pl.Series(["2011-01-21", "soon", "2011-01-22"]))
    answer = put(loans, rows)
    assert "1 was not taken" in answer.text
    assert "unreadable_time (time)" in answer.text


def test_a_file_without_the_models_columns_is_refused(loans):
    answer = put(loans, pl.DataFrame({"other": [1, 2]}))
    assert answer.status_code == 422
    assert "one of the model&#39;s" in answer.text


def test_a_file_of_another_form_is_refused(loans):
    assert "cannot tell the form" in put(loans, months(), "rows.xlsx").text


def test_an_id_that_comes_twice_counts_once_and_that_is_said(loans, settings, database, clock):
    later = months().tail(200)
    page = put(loans, pl.concat([later, later.head(3)]))
    assert "203 rows of later.csv were taken." in page.text
    assert "3 have an id that an earlier row of the file has; an id counts once." in page.text
    assert count_rows(settings, database, clock) == 200


def test_compare_says_since_when_a_column_is_in_another_unit(loans, settings, database, clock):
    clock.time = int((START + timedelta(days=41)).timestamp()) * 1_000_000
    late = pl.col("time") >= START + timedelta(days=30)
    later = (
        months().tail(200).with_columns(calls=pl.when(late).then(pl.col("calls") * 100).otherwise("calls"))
    )
    put(loans, later)
    assert count_rows(settings, database, clock) == 200
    told = loans.get("/compare.json?model=bank/loans&span=2011-01-21/2011-02-09").json()
    assert any(point.startswith("Since 2011-01-31: calls") for point in told["points"]), told["points"]


def test_the_example_sends_the_answers_that_the_model_has(loans):
    page = loans.get("/models/bank/loans/begin").text
    assert ", prediction=…, id=" in page
    assert "score=…" not in page
