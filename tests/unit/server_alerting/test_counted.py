"""How many rows came is judged once they are counted; that none come is known without."""

from __future__ import annotations

import pytest

from barograph.server.alerting import evaluate
from barograph.server.worker.cursor import cursor_of
from barograph.store.monitor_series import series_of_model

VOLUME = {"name": "few rows", "metric": "operations.volume", "window": "1h", "when": {"below": 10}}
SILENCE = {"name": "no rows", "metric": "operations.freshness", "window": "1h", "when": {"above": 5_400}}


@pytest.fixture
def model(office):
    office.monitors(VOLUME, SILENCE)
    made = office.model()
    office.hour(made)
    return made


def alerted(office):
    return [alert.monitor for alert in office.alerts()]


def judged_until(office, model):
    """Until when hours were judged by how many rows came."""
    with office.database.reading() as conn:
        (series,) = [each for each in series_of_model(conn, model.id) if each.address == VOLUME["metric"]]
    return series.window_end


def uncounted(office, model, monkeypatch, *, after_end):
    """An hour whose rows were received, and are not counted."""
    with monkeypatch.context() as stuck:
        stuck.setattr(office, "work", lambda: None)
        frame = office.rows(50, office.clock.time)
        office.clock.time += 3_600_000_000 + after_end
        office.send(model, frame)
        office.judge()


def test_rows_received_after_their_hour_and_not_counted_are_not_few(office, model, monkeypatch):
    uncounted(office, model, monkeypatch, after_end=600_000_000)
    over = office.clock.time - 600_000_000
    assert judged_until(office, model) < over
    office.work()
    office.clock.time += 1_200_000_000
    office.judge()
    assert judged_until(office, model) == over
    assert alerted(office) == []


def test_few_rows_that_are_counted_are_few_at_once(office, model):
    office.hour(model, n=4)
    assert alerted(office) == ["few rows"]


def test_silence_is_told_of_by_the_monitor_of_silence(office, model):
    for _ in range(2):
        office.hour(model, n=0)
    assert alerted(office) == ["no rows"]
    assert judged_until(office, model) == office.clock.time - 2 * 3_600_000_000


def test_an_empty_hour_is_one_of_few_rows_once_later_ones_are_counted(office, model):
    office.hour(model, n=0)
    assert alerted(office) == []
    office.hour(model)
    office.clock.time += 3_600_000_000
    office.judge()
    assert "few rows" in alerted(office)


def test_where_an_imported_past_ends_is_no_finding(office, model):
    frame = office.rows(50, office.clock.time)
    office.clock.time += 5 * 3_600_000_000
    office.send(model, frame)
    office.work()
    office.judge()
    assert "few rows" not in alerted(office)


def test_rows_counted_and_taken_out_of_the_log_while_it_is_looked_at_are_judged(
    office, one_monitor, monkeypatch
):
    office.monitors(one_monitor())
    model, applied_until = office.model(), evaluate.applied_until
    office.hour(model)

    def meanwhile(conn, log, model_id, *, now):
        # The snapshot begins with the first look; the log is looked at when they are no longer there.
        cursor_of(conn, model_id)
        office.work()
        log.trim(model_id, through=1_000)
        return applied_until(conn, log, model_id, now=now)

    frame = office.rows(50, office.clock.time, shift=9.0)
    office.clock.time += 3_600_000_000
    with monkeypatch.context() as stuck:
        stuck.setattr(office, "work", lambda: None)
        office.send(model, frame)
    monkeypatch.setattr(evaluate, "applied_until", meanwhile)
    office.clock.time += 1_000_000
    office.judge()
    assert alerted(office) == ["x high"]
