"""Once a week models are searched for segments that became worse, and what is found is an event."""

from __future__ import annotations

import pytest

from barograph.explain import searching as searched
from barograph.server.alerting.jobs import Alerting
from barograph.server.alerting.searching import Searching
from barograph.server.clock import SystemClock
from barograph.server.notify.digest import Span, summary_document
from barograph.store import catalog
from barograph.store.events import read_events
from barograph.store.leases import claim

DAY_US = 86_400_000_000


@pytest.fixture
def events(office):
    """A function that reads the events of the searches: kind and name."""

    def read():
        with office.database.reading() as conn:
            found = read_events(conn, kinds=("segments_searched", "segment_worse"))
        return [(each.kind, str(each.name)) for each in found]

    return read


@pytest.fixture
def worse(office, one_monitor):
    """A model that errs by two more where c is b."""
    model = office.model()
    office.monitors(one_monitor())
    rows = office.rows(3_000, office.clock.time)
    office.clock.time += 3_600_000_000
    office.send(model, rows.with_columns(y=rows["y"] + 2.0 * (rows["c"] == "b")))
    return office


def test_what_became_worse_is_told_once_a_week(worse, events):
    searching = Searching(worse.store)
    assert searching.step(now=worse.clock.time)
    assert not searching.step(now=worse.clock.time)
    (searched, found) = events()
    assert searched == (
        "segments_searched",
        "segments of the last four weeks' rows that became worse: 1",
    )
    assert found[0] == "segment_worse"
    assert found[1].startswith("Where c = 'b', mean absolute error is 2")
    another = Searching(worse.store, name="another")
    assert not another.step(now=worse.clock.time + 7 * DAY_US - 1)
    assert another.step(now=worse.clock.time + 7 * DAY_US + 60_000_000)
    assert [kind for kind, _ in events()] == ["segments_searched", "segment_worse"] * 2


def test_rows_as_ever_are_said_to_be_none(office, one_monitor, events):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model, n=2_000, judged=False)
    assert Searching(office.store).step(now=office.clock.time)
    assert events() == [("segments_searched", "no segment of the last four weeks' rows is worse than it was")]


def test_a_model_without_rows_waits_for_the_next_week(office, one_monitor, events):
    office.model()
    office.monitors(one_monitor())
    assert Searching(office.store).step(now=office.clock.time)
    ((_, said),) = events()
    assert said == "segments could not be searched: there are no rows of these days."
    assert not Searching(office.store).step(now=office.clock.time + DAY_US)


def test_what_fails_is_told_and_the_other_models_go_on(worse, events, monkeypatch):
    worse.model("other")

    def failing(*_args, **_more):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(searched, "worse_segments", failing)
    searching = Searching(worse.store)
    assert searching.step(now=worse.clock.time)
    assert searching.step(now=worse.clock.time)
    assert [said.rpartition(": ")[2] for _, said in events()] == [
        "by zero",
        "there are no rows of these days.",
    ]


def test_the_weekly_summary_and_a_monitor_tell_of_it(worse, one_monitor):
    metric = 'operations.event_count(kind="segment_worse")'
    worse.monitors(one_monitor(name="found", metric=metric, when={"above": 0}, severity="info"))
    Alerting(worse.store, worse.clock).search()
    worse.clock.time += 3_600_000_000
    worse.judge()
    worse.clock.time += 3_600_000_000
    worse.judge()
    assert [alert.monitor for alert in worse.alerts()] == ["found"]
    end = worse.clock.time
    with worse.database.reading() as conn:
        span = Span(project_id=worse.project_id, project="bank", first=end - 7 * DAY_US, end=end)
        sections = {str(s["title"]): s["lines"] for s in summary_document(conn, span)["sections"]}
    ((model, said),) = [(line["title"], line["text"]) for line in sections["Segments that became worse"]]
    assert model == "credit"
    assert said.startswith("Where c = 'b'")


def test_nothing_is_searched_where_nothing_is_watched(office):
    office.model()
    assert not Alerting(office.store, office.clock).search()


def test_a_model_that_another_process_searches_keeps_no_other_waiting(worse, events):
    other = worse.model("other")
    with worse.database.writing() as conn:
        (first,) = {model.id for model in catalog.models(conn, "bank")} - {other.id}
        assert claim(conn, f"search/{first}", "gone", SystemClock().now(), 60.0)
    searching = Searching(worse.store)
    assert searching.step(now=worse.clock.time)
    assert not searching.step(now=worse.clock.time)
    assert len(events()) == 1
