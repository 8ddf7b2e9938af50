"""An incident that somebody ended is open again as it stood, unless a window was judged since."""

import pytest

from barograph.server.alerting.attention import resolve
from barograph.server.alerting.evaluate import Evaluator
from barograph.server.alerting.undoing import undo
from barograph.store.errors import Conflict
from barograph.store.monitor_series import series_of_model

HOUR_US = 3_600_000_000
#: From which on what came late is looked at again.
LATER_US = 1_000_000_000


@pytest.fixture
def firing(office, one_monitor):
    """A model whose monitor fires, of which a channel was told."""
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    return model


def standing(office):
    (alert,) = office.alerts()
    (incident,) = office.incidents()
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, alert.model_id)
    return alert.phase, alert.resolved_at, incident.resolved_at, series.state, series.blind


def act(office, what, now):
    (incident,) = office.incidents()
    with office.database.writing() as conn:
        what(conn, office.project_id, incident.id, actor="test", now=now)


def test_all_stands_as_it_stood_and_nobody_hears_of_the_end(office, firing):
    before = standing(office)
    act(office, resolve, office.clock.time + 2_000_000)
    assert standing(office)[0] == "ok"
    act(office, undo, office.clock.time + 2_000_001)
    assert standing(office) == before
    assert [state for reason, state in office.told() if reason == "resolved"] in ([], ["withdrawn"])


def test_it_goes_on_where_it_was(office, firing):
    act(office, resolve, office.clock.time + 2_000_000)
    act(office, undo, office.clock.time + 2_000_000)
    office.hour(firing, shift=3.0)
    assert len(office.incidents()) == 1
    assert standing(office)[:3] == ("firing", None, None)


def test_once_a_window_was_judged_it_stays_ended(office, firing):
    act(office, resolve, office.clock.time + 2_000_000)
    office.hour(firing)
    with pytest.raises(Conflict, match="has nothing to undo"):
        act(office, undo, office.clock.time + 2_000_000)


@pytest.mark.parametrize("shift", [3.0, 0.0])
def test_once_the_rows_came_that_were_awaited_it_stays_ended(office, firing, shift):
    office.hour(firing, n=0)
    act(office, resolve, office.clock.time + 2_000_000)
    office.send(firing, office.rows(50, office.clock.time - HOUR_US, shift=shift))
    office.clock.time += LATER_US
    office.judge()
    ended = min(office.incidents(), key=lambda incident: incident.id)
    with office.database.writing() as conn, pytest.raises(Conflict, match="has nothing to undo"):
        undo(conn, office.project_id, ended.id, actor="test", now=office.clock.time)


@pytest.mark.parametrize("change", [{"when": {"above": 100.0}}, {"enabled": False}], ids=["limit", "off"])
def test_once_its_monitor_was_changed_it_stays_ended(office, firing, one_monitor, change):
    act(office, resolve, office.clock.time + 2_000_000)
    office.clock.time += 10_000_000
    office.monitors(one_monitor(**change))
    with pytest.raises(Conflict, match="has nothing to undo"):
        act(office, undo, office.clock.time + 2_000_000)


@pytest.fixture
def meanwhile(office, monkeypatch):
    """Does something once, when the next windows are judged and not written yet."""

    def at_once(what):
        written = Evaluator._write

        def after(self, planned, judged, now):
            monkeypatch.setattr(Evaluator, "_write", written)
            act(office, what, now)
            written(self, planned, judged, now)

        monkeypatch.setattr(Evaluator, "_write", after)

    return at_once


def test_what_is_ended_while_its_model_is_judged_begins_anew(office, firing, meanwhile):
    meanwhile(resolve)
    office.hour(firing, shift=3.0)
    office.clock.time += 2_000_000
    office.judge()
    assert [alert.is_open for alert in office.alerts()] == [True, False]


def test_an_end_undone_while_the_model_is_judged_is_undone(office, firing, meanwhile):
    act(office, resolve, office.clock.time + 2_000_000)
    meanwhile(undo)
    office.hour(firing)
    office.clock.time += 2_000_000
    office.judge()
    assert [alert.phase for alert in office.alerts()] == ["recovering"]
    office.hour(firing)
    assert standing(office)[0] == "ok"
