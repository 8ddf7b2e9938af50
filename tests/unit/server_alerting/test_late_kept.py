"""Late rows are judged however the process that judges them ends, and on either side of a comparison."""

from __future__ import annotations

import pytest

from barograph.server.alerting import evaluate, revising
from barograph.server.alerting.evaluate import Evaluator
from barograph.store.errors import Conflict

HOUR_US = 3_600_000_000
#: From which on what came late is looked at, and looked at again.
LATER_US = 1_000_000_000


@pytest.fixture
def mended(office, one_monitor):
    """A model whose last window was breached, and is fine with the rows that have come since."""
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    assert [alert.is_open for alert in office.alerts()] == [True]
    office.send(model, office.rows(400, office.clock.time - HOUR_US, shift=-0.5))
    office.clock.time += LATER_US
    return model


def test_who_is_killed_leaves_them_to_the_next(office, mended, monkeypatch):
    def dies(*_of, **_how):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(evaluate, "judge_late", dies)
        with pytest.raises(KeyboardInterrupt):
            office.judge()
    office.evaluator = Evaluator(office.store)
    office.judge()
    assert [alert.resolved_why for alert in office.alerts()] == ["revised"]


def test_who_finds_them_judged_meanwhile_looks_again(office, mended, monkeypatch):
    def moved(*_of, **_how):
        raise Conflict("judged meanwhile")

    with monkeypatch.context() as patched:
        patched.setattr(revising, "require_unmoved", moved)
        office.judge()
    assert [alert.is_open for alert in office.alerts()] == [True]
    office.clock.time += LATER_US
    office.judge()
    assert [alert.resolved_why for alert in office.alerts()] == ["revised"]


def test_late_rows_of_the_other_version_revise_a_comparison(office, one_monitor):
    model = office.model()
    change = {"change": {"above": 0.5, "relative": False}}
    office.monitors(one_monitor(version="each", against="version(previous)", when=change))
    for shift in (0.0, 0.0, 3.0):
        first, second = (office.rows(50, office.clock.time, shift=each) for each in (0.0, shift))
        office.clock.time += HOUR_US
        office.send(model, first, version="1")
        office.send(model, second, version="2")
        office.clock.time += 70_000_000
        office.judge()
        office.clock.time -= 70_000_000
    assert [(alert.version, alert.is_open) for alert in office.alerts()] == [("2", True)]
    office.send(model, office.rows(2_000, office.clock.time - HOUR_US, shift=3.0), version="1")
    office.clock.time += LATER_US
    office.judge()
    assert [alert.resolved_why for alert in office.alerts()] == ["revised"]
