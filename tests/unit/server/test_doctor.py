"""What `barograph doctor` finds, and what it says to do."""

from __future__ import annotations

import json

import pytest

from barograph.cli import main
from barograph.config.read import read_settings
from barograph.schema.model import Column, Schema
from barograph.server.clock import SystemClock
from barograph.server.doctor import machine
from barograph.server.doctor.examine import examine
from barograph.store.catalog import create_model, create_project
from barograph.store.database import open_database
from barograph.store.lock import locked
from barograph.store.worker_failures import note_failure
from barograph.store.workers import mark_alive


def states(settings):
    return {finding.check: finding.state for finding in examine(settings)}


def told(settings, check):
    return next(finding for finding in examine(settings) if finding.check == check)


def test_nothing_fails_where_there_is_nothing_yet(settings):
    found = states(settings)
    assert "failed" not in found.values()
    assert (found["data"], found["database"]) == ("warning", "warning")


def test_a_prepared_store_is_sound_but_no_worker_works(settings, token, disk):
    found = states(settings)
    assert [check for check, state in found.items() if state != "ok"] == ["worker"]


def test_a_worker_that_is_alive_is_named(settings, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        mark_alive(conn, "host/0", now=SystemClock().now(), seconds=60)
    database.close()
    assert told(settings, "worker").told == "host/0 at work"


def test_a_running_server_holds_the_lock(settings, token):
    with locked(settings.data_path):
        assert "running" in told(settings, "lock").told


def test_a_database_of_a_later_version_fails_with_advice(settings, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    finding = told(settings, "database")
    assert finding.state == "failed"
    assert "later version" in finding.told


def test_a_job_that_failed_lately_is_told_and_an_old_failure_is_not(settings, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        note_failure(conn, "move", subject="", told="no", at=1)
    assert told(settings, "jobs").state == "ok"
    with database.writing() as conn:
        note_failure(conn, "apply", subject="model 3", told="Damaged: x", at=SystemClock().now())
    database.close()
    finding = told(settings, "jobs")
    assert finding.state == "warning"
    assert finding.told == "apply failed in the last hour; apply at model 3: Damaged: x"


def test_an_audit_log_that_was_changed_fails(settings, token):
    assert told(settings, "audit").state == "ok"
    database = open_database(settings.database_url)
    with database.writing() as conn:
        conn.exec_driver_sql("UPDATE audit SET actor = 'nobody'")
    database.close()
    assert "entry 1" in told(settings, "audit").told


def test_a_folder_all_can_read_is_warned_of(settings, token):
    settings.data_path.chmod(0o755)
    assert "chmod 700" in told(settings, "data").advice


def test_a_damaged_lake_fails_and_names_the_model(settings, token):
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "p", now=1)
        made = create_model(conn, "p", "m", Schema(columns=(Column(name="x"),)), now=1)
    database.close()
    log = settings.lake_path / str(made.id) / "predictions" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_text("not json")
    finding = told(settings, "lake")
    assert finding.state == "failed"
    assert "p/m" in finding.told


@pytest.mark.parametrize(("free", "state"), [(50, "ok"), (10, "warning"), (2, "failed")])
def test_a_disk_that_fills_is_told_before_it_is_full(settings, disk, free, state):
    disk(free)
    assert told(settings, "disk").state == state


def test_the_command_ends_with_1_where_something_failed(tmp_path, capsys):
    answers = main(["doctor", "--json", "--data", str(tmp_path), "--database", f"sqlite:///{tmp_path}"])
    found = json.loads(capsys.readouterr().out)
    assert (answers, found["ok"]) == (0, True)
    (tmp_path / "log.db").touch()
    answers = main(["doctor", "--data", str(tmp_path), "--database", f"sqlite:///{tmp_path}"])
    assert answers == 1
    assert "failed" in capsys.readouterr().out


def test_postgresql_without_its_driver_is_told(monkeypatch):
    settings = read_settings(environment={}, flags={"database": "postgresql://u@h/n"}).settings
    monkeypatch.setattr(machine, "find_spec", lambda name: None if name == "psycopg" else object())
    assert "barograph[postgres]" in machine.extras(settings).advice
