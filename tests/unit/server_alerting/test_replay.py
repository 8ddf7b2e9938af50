"""An alert is judged again from what was kept of it."""

from __future__ import annotations

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.server.alerting.pinning import cited_by
from barograph.server.alerting.replay import replay
from barograph.store import catalog
from barograph.store.pins import empty_pins, pins_of
from barograph.store.profiles.roll import roll_up
from barograph.store.tables.monitors import removed_monitors

DAY_US = 86_400_000_000
CASES = [
    {"metric": 'quality.mean(column="x")', "when": {"above": 1.0}},
    {"metric": 'drift.total_variation(column="x")', "when": {"above": 0.3}},
    {"metric": 'drift.total_variation(column="x")', "when": {"calibrated": {"level": 0.01}}},
    {"metric": 'quality.mean(column="x")', "when": {"calibrated": {"level": 0.01}}},
    {"metric": "drift.inputs_p_value", "when": {"calibrated": {"level": 0.01}}},
    {
        "metric": 'quality.mean(column="x")',
        "against": "previous",
        "when": {"change": {"above": 1, "relative": "false"}},
    },
    {
        "metric": 'quality.mean(column="x")',
        "when": {"all": [{"above": 1.0}, {"metric": 'quality.null_share(column="x")', "below": 0.5}]},
    },
]  # fmt: skip


def replayed(office, alert):
    with office.database.reading() as conn:
        return replay(conn, alert)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['metric']} {next(iter(case['when']))}")
def test_the_verdict_is_the_same_to_the_byte(office, one_monitor, case):
    model = office.model()
    office.monitors(one_monitor(**case))
    for shift in (0.0, 0.0, 3.0):
        office.hour(model, shift=shift)
    alert = office.alerts()[0]
    found = replayed(office, alert)
    assert (found.same, found.verdict) == (True, found.recorded)


def test_a_week_is_judged_again_by_the_days_that_it_had(office, one_monitor):
    monday = office.clock.time - DAY_US // 2

    def days(first, number, *, shift=0.0):
        """Rows of so many days from a Monday on, on Sundays of other values."""
        each = [
            office.rows(80, monday + day * DAY_US, shift=shift + 2.0 * (day % 7 == 6))
            for day in range(first, first + number)
        ]
        return pl.concat(each)

    model = office.model()
    with office.database.writing() as conn:
        first = catalog.reference_profile(conn, catalog.reference(conn, model.id, "training").id)
        reference = bg.profile(days(-56, 56), like=first, every="1h")
        catalog.set_default_reference(conn, catalog.add_reference(conn, model.id, "weeks", reference, now=1))
    office.monitors(
        one_monitor(metric="drift.inputs_p_value", window="1w", when={"calibrated": {"level": 0.01}})
    )
    office.judge()
    # Weeks of four and five days, none a Sunday, are no change; one of four days that moved is.
    for first, number, shift in ((0, 4, 0.0), (7, 5, 0.0), (14, 4, 1.0)):
        office.clock.time = monday + (first + 7) * DAY_US + 120_000_000
        office.send(model, days(first, number, shift=shift))
        office.judge()
    (alert,) = office.alerts()
    assert alert.started_at == monday + 14 * DAY_US
    found = replayed(office, alert)
    assert (found.same, found.verdict) == (True, found.recorded)


def test_it_is_the_same_after_windows_were_rolled_up_and_others_came(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    alert = office.alerts()[0]
    office.hour(model, shift=3.0)
    with office.database.writing() as conn:
        roll_up(conn, model.id, days=(0, 40_000), timezone="UTC")
    assert replayed(office, alert).same


def test_what_was_deleted_by_id_is_said(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    alert = office.alerts()[0]
    with office.database.writing() as conn:
        assert len(pins_of(conn, model.id, cited_by(alert.id))) == 1
        assert empty_pins(conn, model.id, (0, 40_000), now=1) == 1
    found = replayed(office, alert)
    assert found.same is None
    assert "rows in it were deleted by their id" in found.detail


def judged(office, one_monitor):
    """An alert of a monitor that asks for a mean above 1."""
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    return model, office.alerts()[0]


OTHER = {"metric": 'quality.mean(column="x")', "when": {"above": 2.5}}


@pytest.mark.parametrize(
    "put",
    [
        pytest.param([], id="removed"),
        pytest.param([{"name": "renamed"}], id="renamed"),
        pytest.param([OTHER], id="changed"),
    ],
)
def test_what_became_of_the_monitor_does_not_matter(office, one_monitor, put):
    _, alert = judged(office, one_monitor)
    before = replayed(office, alert)
    office.monitors(*(one_monitor(**each) for each in put))
    after = replayed(office, office.alerts()[0])
    assert (after.same, after.verdict, after.figure) == (True, before.verdict, before.figure)


def test_each_of_two_monitors_of_one_name_is_kept_for_its_own_alerts(office, one_monitor):
    model, _ = judged(office, one_monitor)
    office.monitors()
    office.monitors(one_monitor(**OTHER))
    office.hour(model, shift=3.0)
    office.monitors()
    limits = {alert.id: replayed(office, alert) for alert in office.alerts()}
    assert [found.same for found in limits.values()] == [True, True]
    assert len({found.verdict["detail"].partition("limit")[2] for found in limits.values()}) == 2


def test_what_was_not_kept_is_said(office, one_monitor):
    judged(office, one_monitor)
    office.monitors()
    with office.database.writing() as conn:
        conn.execute(sa.delete(removed_monitors))
    found = replayed(office, office.alerts()[0])
    assert found.same is None
    assert "the monitor was removed before" in found.detail
