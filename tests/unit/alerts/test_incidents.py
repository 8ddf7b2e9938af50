"""States of an incident, and what it follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.alerts.facts import Facts
from barograph.alerts.incidents import (
    ResolvedIncident,
    Situation,
    attention_lapses,
    previous_of,
    status_of,
)

DAY = 86_400_000_000
BEGUN = Situation(alerts=3, severity="warning", opened_at=0, window_us=DAY)
TOLD = replace(BEGUN, alerts_before=3, severity_before="warning")


def facts(**known: frozenset[object]) -> Facts:
    return Facts(
        models=frozenset(["credit"]), families=frozenset(["drift"]), started_at=0, latest_at=0, window_us=DAY, **known
    )  # fmt: skip


def test_it_is_new_for_a_window_and_then_ongoing():
    assert [status_of(TOLD, now=now) for now in (DAY, DAY + 1)] == ["new", "ongoing"]


def test_it_escalates_where_severity_rose_or_alerts_doubled_since_people_were_told():
    assert status_of(replace(TOLD, severity="critical"), now=0) == "escalating"
    assert status_of(replace(TOLD, alerts=6), now=5 * DAY) == "escalating"
    assert status_of(replace(TOLD, alerts=5), now=5 * DAY) == "ongoing"


def test_nothing_escalates_before_anybody_was_told():
    assert status_of(replace(BEGUN, alerts=60, severity="emergency"), now=0) == "new"


def test_it_regressed_where_it_follows_another():
    assert status_of(replace(BEGUN, previous_id=4), now=0) == "regressed"


def test_it_is_resolved_without_open_alerts():
    assert status_of(replace(TOLD, alerts=0), now=0) == "resolved"


@pytest.mark.parametrize(("days", "found"), [(7, 4), (7.1, None)])
def test_what_comes_back_within_seven_days_follows_the_one_before(days, found):
    held = [ResolvedIncident(id=4, facts=facts(), resolved_at=0)]
    assert previous_of(facts(), held, now=int(days * DAY)) == found


def test_another_column_is_another_trouble():
    income, age = (frozenset([("model:credit", name)]) for name in ("income", "age"))
    held = [ResolvedIncident(id=4, facts=facts(columns=income), resolved_at=0)]
    assert previous_of(facts(columns=income), held, now=1) == 4
    assert previous_of(facts(columns=age), held, now=1) is None


def test_the_latest_of_several_is_followed():
    held = [ResolvedIncident(id=n, facts=facts(), resolved_at=at) for n, at in ((4, 5), (6, 9), (7, 1))]
    assert previous_of(facts(), held, now=10) == 6


def test_attention_lapses_only_where_it_gets_worse():
    assert attention_lapses("warning", "emergency")
    assert not attention_lapses("warning", "warning")
