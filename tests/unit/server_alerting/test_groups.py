"""The groups of a model are judged together: what of them fails does not keep the others from being told."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.server.alerting import bulk, evaluate
from barograph.server.alerting.model import judge_group
from barograph.store.monitor_series import series_of_model


def statuses(office, model) -> dict[str, str]:
    with office.database.reading() as conn:
        return {series.address: series.status for series in series_of_model(conn, model.id)}


def test_a_metric_that_fails_for_many_columns_is_asked_for_one_by_one(office, one_monitor, monkeypatch):
    def failing(asked, *args, **more):
        raise ArithmeticError("all at once")

    model = office.model()
    office.monitors(one_monitor(metric="quality.mean(column=*)"))
    monkeypatch.setattr(bulk, "evaluate_columns", failing)
    office.hour(model)
    office.hour(model, shift=3.0)
    assert statuses(office, model)['quality.mean(column="x")'] == "breach"


@pytest.mark.parametrize("failure", [ZeroDivisionError("by zero"), pl.exceptions.PanicException("no")])
def test_where_a_group_fails_what_was_said_of_those_before_it_is_written(
    office, one_monitor, monkeypatch, failure
):
    model = office.model()
    later = one_monitor(name="later", metric="quality.row_count", when={"below": 1}, lateness="1m")
    office.monitors(one_monitor(), later)
    office.hour(model)
    office.clock.time += 2 * 60_000_000
    office.judge()
    office.clock.time -= 2 * 60_000_000

    def judged(conn, place, watches, windows, **more):
        if watches[0].monitor.name == "later":
            raise failure
        return judge_group(conn, place, watches, windows, **more)

    monkeypatch.setattr(evaluate, "judge_group", judged)
    office.hour(model, shift=3.0, judged=False)
    office.clock.time += 2 * 60_000_000
    with pytest.raises(type(failure)):
        office.judge()
    assert statuses(office, model) == {'quality.mean(column="x")': "breach", "quality.row_count": "ok"}
    assert [alert.monitor for alert in office.alerts()] == ["x high"]
    with office.database.reading() as conn:
        before = [series.window_end for series in series_of_model(conn, model.id)]
    monkeypatch.undo()
    office.clock.time += 10_000_000
    office.judge()
    with office.database.reading() as conn:
        after = [series.window_end for series in series_of_model(conn, model.id)]
    assert (len(set(before)), set(after)) == (2, {max(before)})
